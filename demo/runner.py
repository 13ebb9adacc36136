"""``make demo``: everything started, the main job done through the public site, then a table."""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn, TextIO

from . import servers, stack
from .browser import BrowserError
from .job import Job
from .process import ProcessError, free_port
from .progress import Progress
from .report import report

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PLACE = stack.Place("demo")


class Stopped(BaseException):
    """Somebody asked us to end: not an error, so no handler of errors may keep it."""

    def __init__(self, number: int) -> None:
        self.number = number


def run(*, once: bool, out: TextIO = sys.stdout) -> int:
    """Do it all and serve until told to end; the exit status. Nothing started outlives this."""
    _raise_on_signals()
    served = False
    try:
        with _alone(), contextlib.ExitStack() as running:
            job, processes = _start_and_perform(running, Progress(out))
            report(job, out, serving=not once)
            served = True
            if not once:
                stack.watch(processes, PLACE)
    except Stopped as stopped:
        out.write("\nStopped; nothing runs on.\n")
        return 0 if served and stopped.number == signal.SIGINT else 128 + stopped.number
    except (ProcessError, BrowserError) as error:
        sys.stderr.write(f"\nThe demonstration failed. {error}\n\nEvery log: {PLACE.logs}\n")
        return 1
    return 0


def forget(out: TextIO = sys.stdout) -> int:
    """Remove what the demonstration keeps, unless it runs."""
    try:
        with _alone():
            servers.forget(PLACE.name)
    except ProcessError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    shutil.rmtree(PLACE.folder, ignore_errors=True)
    if os.environ.get("DATABASE_URL"):
        out.write("The database that DATABASE_URL names was left as it is.\n")
    return 0


def _start_and_perform(
    running: contextlib.ExitStack, progress: Progress
) -> tuple[Job, stack.Processes]:
    with progress.step("Start PostgreSQL and Valkey"):
        PLACE.prepare()
        added = running.enter_context(servers.environment(PLACE.name))
    port, smtp = free_port(8000), free_port(1025)
    env = stack.environment(PLACE, added, port=port, smtp=smtp)
    with progress.step("Prepare the database"):
        stack.manage(PLACE, env, "migrate", "--no-input")
    with progress.step("Load the reference event"):
        stack.manage(PLACE, env, "load_demo")
    with progress.step("Start the mail sink, the worker and the web server"):
        processes = stack.start(running, PLACE, env, port=port, smtp=smtp)
    job = Job(f"http://localhost:{port}", PLACE)
    for text, part in job.parts():
        with progress.step(text):
            part()
    return job, processes


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One demonstration a checkout at a time."""
    PLACE.folder.mkdir(parents=True, exist_ok=True)
    with (PLACE.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProcessError("A demonstration runs in this checkout already.") from None
        yield


def _raise_on_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # A second Ctrl-C must not interrupt the tidying up.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
