"""The whole application on this machine: servers, mail, worker and web server, for a while."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from . import servers
from .process import ProcessError, running, tail, wait_until

type Process = subprocess.Popen[bytes]
type Processes = Mapping[str, Process]
type Server = Callable[["Place", Mapping[str, str], int], AbstractContextManager[Process]]

CHECKOUT = servers.CHECKOUT
QUEUES = "default,mail,pdf"


@dataclass(frozen=True)
class Place:
    """The folder of one installation on this machine, and what lies where in it."""

    name: str

    @property
    def folder(self) -> Path:
        return servers.VAR / self.name

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def prepare(self) -> None:
        for folder in (self.folder, self.mail, self.logs, self.results):
            folder.mkdir(parents=True, exist_ok=True)


def environment(place: Place, added: Mapping[str, str], *, port: int, smtp: int) -> dict[str, str]:
    """What the application is told: what the caller's environment says, and where all this is."""
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        **added,
        "SITE_URL": f"http://localhost:{port}",
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp),
        "SMTP_STARTTLS": "0",
        "SMTP_TLS": "0",
        "SMTP_USER": "",
        "SMTP_PASSWORD": "",
        "VAR_DIR": str(place.folder),
    }


def manage(place: Place, env: Mapping[str, str], *arguments: str) -> None:
    """Run a management command; its output goes to a log, whose end is shown where it fails."""
    log = _log(place, arguments[0])
    with running([sys.executable, "manage.py", *arguments], log=log, env=env, cwd=CHECKOUT) as done:
        status = done.wait()
    if status:
        raise ProcessError(f"manage.py {arguments[0]} ended with status {status}:\n{tail(log, 25)}")


@contextlib.contextmanager
def mail_sink(place: Place, port: int) -> Iterator[Process]:
    command = [sys.executable, "-m", "demo.smtpsink", "--port", str(port)]
    command += ["--folder", str(place.mail)]
    with running(command, log=_log(place, "mail"), cwd=CHECKOUT) as process:
        yield process


@contextlib.contextmanager
def worker(place: Place, env: Mapping[str, str]) -> Iterator[Process]:
    """A Celery worker with beat; what it had in hand when it is stopped, the database knows."""
    command = [
        *(sys.executable, "-m", "celery", "--app", "conference", "worker", "--beat"),
        *("--schedule", str(place.folder / "beat-schedule"), "--queues", QUEUES),
        *("--concurrency", "2", "--loglevel", "INFO", "--without-mingle", "--without-gossip"),
    ]
    # Celery warns root of what a pickle could do; we accept JSON alone.
    env = {**env, "PYTHONWARNINGS": "ignore::celery.exceptions.SecurityWarning"}
    log = _log(place, "worker")
    with running(command, log=log, env=env, cwd=CHECKOUT, patience=2.0) as process:
        yield process


@contextlib.contextmanager
def web_server(place: Place, env: Mapping[str, str], port: int) -> Iterator[Process]:
    """The web server as in production."""
    command = [
        *(sys.executable, "-m", "gunicorn", "conference.wsgi", "--config", "deploy/gunicorn.py"),
        *("--bind", f"127.0.0.1:{port}"),
    ]
    with running(command, log=_log(place, "web"), env=env, cwd=CHECKOUT, patience=5.0) as process:
        yield process


@contextlib.contextmanager
def development_server(place: Place, env: Mapping[str, str], port: int) -> Iterator[Process]:
    """Django's own, which starts anew when the code changes."""
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}"]
    with running(command, log=_log(place, "web"), env=env, cwd=CHECKOUT, patience=5.0) as process:
        yield process


def _log(place: Place, name: str) -> Path:
    """The log of a process that starts: emptied, as an old reason would mislead."""
    path = place.logs / f"{name}.log"
    path.unlink(missing_ok=True)
    return path


def responds(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def start(
    running: contextlib.ExitStack,
    place: Place,
    env: Mapping[str, str],
    serve: Server,
    *,
    port: int,
    smtp: int,
) -> Processes:
    """Start what the application needs besides its database, until ``running`` closes."""
    processes = {
        "mail": running.enter_context(mail_sink(place, smtp)),
        "worker": running.enter_context(worker(place, env)),
        "web": running.enter_context(serve(place, env, port)),
    }
    running.callback(ask_to_end, processes)
    return processes


def ask_to_end(processes: Processes) -> None:
    """All at once, so that they end while one is waited for."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()


def await_ready(processes: Processes, place: Place, *, port: int, smtp: int) -> None:
    """Return once the web server and the mail sink answer; the worker may come a little later."""
    address = f"http://127.0.0.1:{port}/livez"
    for name, ready in {"web": lambda: responds(address), "mail": lambda: listens(smtp)}.items():
        log = place.logs / f"{name}.log"
        wait_until(ready, processes[name], name=f"The process “{name}”", log=log, patience=60)


def watch(processes: Processes, place: Place) -> None:
    """Wait for ever; a process that ends by itself ends it all, with the reason."""
    while True:
        for name, process in processes.items():
            if process.poll() is not None:
                log = place.logs / f"{name}.log"
                raise ProcessError(f"The process “{name}” ended by itself:\n{tail(log)}")
        time.sleep(0.5)
