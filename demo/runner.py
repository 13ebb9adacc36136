"""``make demo`` and ``make run``: everything started, and nothing left behind."""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn, TextIO

from . import servers, stack
from .browser import BrowserError
from .job import Job
from .process import ProcessError, free_port
from .progress import Progress
from .report import report

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DEMO, DEVELOPMENT = stack.Place("demo"), stack.Place("development")


class Stopped(BaseException):
    """Somebody asked us to end: not an error, so no handler of errors may keep it."""

    def __init__(self, number: int) -> None:
        self.number = number


def run(*, once: bool, out: TextIO = sys.stdout) -> int:
    """Do it all and serve until told to end; the exit status. Nothing started outlives this."""
    with _explained(DEMO, out) as outcome, contextlib.ExitStack() as running:
        progress = Progress(out)
        site, processes = _start(running, DEMO, progress, stack.web_server, port=8000)
        job = Job(site, DEMO)
        for text, part in job.parts():
            with progress.step(text):
                part()
        report(job, out, serving=not once)
        if not once:
            outcome.serving = True
            stack.watch(processes, DEMO)
    return outcome.status


def develop(*, port: int, out: TextIO = sys.stdout) -> int:
    """Serve with reload on servers and data of its own until told to end; the exit status."""
    with _explained(DEVELOPMENT, out) as outcome, contextlib.ExitStack() as running:
        site, processes = _start(
            running, DEVELOPMENT, Progress(out), stack.development_server, port=port
        )
        out.write(f"\n  {site}/  (mails: {DEVELOPMENT.mail}, logs: {DEVELOPMENT.logs})\n")
        out.write("  Ctrl-C ends everything.\n")
        out.flush()
        outcome.serving = True
        stack.watch(processes, DEVELOPMENT)
    return outcome.status


def forget(out: TextIO = sys.stdout) -> int:
    """Remove what the demonstration keeps, unless it runs."""
    with _explained(DEMO, out) as outcome:
        servers.forget(DEMO.name)
        shutil.rmtree(DEMO.folder, ignore_errors=True)
    if outcome.status:
        return outcome.status
    if os.environ.get("DATABASE_URL"):
        out.write("The database that DATABASE_URL names was left as it is.\n")
    return 0


def _start(
    running: contextlib.ExitStack,
    place: stack.Place,
    progress: Progress,
    serve: stack.Server,
    *,
    port: int,
) -> tuple[str, stack.Processes]:
    """Bring up the application with the reference event in it; its address and its processes."""
    with progress.step("Start PostgreSQL and Valkey"):
        place.prepare()
        added = running.enter_context(servers.environment(place.name))
    port, smtp = free_port(port), free_port(1025)
    env = stack.environment(place, added, port=port, smtp=smtp)
    with progress.step("Prepare the database"):
        stack.manage(place, env, "migrate", "--no-input")
    # They need a while to start, which loading fills.
    processes = stack.start(running, place, env, serve, port=port, smtp=smtp)
    with progress.step("Load the reference event"):
        stack.manage(place, env, "load_demo")
    with progress.step("Start the web server, the worker and the mail sink"):
        stack.await_ready(processes, place, port=port, smtp=smtp)
    return f"http://localhost:{port}", processes


@dataclass
class Outcome:
    status: int = 0
    serving: bool = False


@contextlib.contextmanager
def _explained(place: stack.Place, out: TextIO) -> Iterator[Outcome]:
    """Turn what ends the block into words and an exit status."""
    _raise_on_signals()
    outcome = Outcome()
    try:
        with _alone(place):
            yield outcome
    except Stopped as stopped:
        out.write("\nStopped; nothing runs on.\n")
        asked = outcome.serving and stopped.number == signal.SIGINT
        outcome.status = 0 if asked else 128 + stopped.number
    except (ProcessError, BrowserError) as error:
        sys.stderr.write(f"\nThat failed. {error}\n\nEvery log: {place.logs}\n")
        outcome.status = 1


@contextlib.contextmanager
def _alone(place: stack.Place) -> Iterator[None]:
    """One of its kind a checkout at a time."""
    place.folder.mkdir(parents=True, exist_ok=True)
    with (place.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProcessError(f"One runs in this checkout already ({place.name}).") from None
        yield


def _raise_on_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # A second Ctrl-C must not interrupt the tidying up.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Stopped(number)
