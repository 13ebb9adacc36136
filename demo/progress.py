"""One line per step with its time; on a terminal the step that runs is seen to run."""

import contextlib
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO

FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
WIDTH = 58


class Progress:
    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.live = out.isatty()

    @contextlib.contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Tell that ``text`` is being done, then how long it took."""
        begun = time.monotonic()
        with self._spinner(text):
            try:
                yield
            except BaseException:
                self._line("✗", text, begun)
                raise
        self._line("✓", text, begun)

    def _line(self, mark: str, text: str, begun: float) -> None:
        erase = "\r\033[K" if self.live else ""
        spent = f"{time.monotonic() - begun:5.1f} s"
        self.out.write(f"{erase}  {mark} {text:<{WIDTH}} {spent}\n")
        self.out.flush()

    @contextlib.contextmanager
    def _spinner(self, text: str) -> Iterator[None]:
        if not self.live:
            yield
            return
        done = threading.Event()
        thread = threading.Thread(target=self._spin, args=(text, done), daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _spin(self, text: str, done: threading.Event) -> None:
        turn = 0
        while not done.wait(0.1):
            self.out.write(f"\r\033[K  {FRAMES[turn % len(FRAMES)]} {text}")
            self.out.flush()
            turn += 1
