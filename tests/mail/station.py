"""A whole mail service for tests: a broker, a Celery worker and a mail server that can be stopped
at any word, all of our own."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis
from celery import Celery
from django.db import connection

from conference.mail.models import OutgoingMail
from demo.process import free_port, running, tail, wait_until
from demo.servers import CHECKOUT, _valkey_program
from demo.smtpsink import smtp_sink
from tests.mail.servers import Sink

PATIENCE = 60.0


def eventually(condition: Callable[[], object], what: str = "") -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s in vain {what}"
        time.sleep(0.05)


class Hold:
    """A point of the dialogue where the server stops answering until it is released."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self.released = threading.Event()

    def wait_until_reached(self) -> None:
        assert self._reached.wait(PATIENCE), "the worker never came here"

    async def stay(self) -> None:
        self._reached.set()
        while not self.released.is_set():
            await asyncio.sleep(0.01)


class HoldingSink(Sink):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._holds: dict[str, Hold] = {}

    def hold(self, point: str) -> Hold:
        """Stop the next dialogue at ``EHLO``, ``DATA`` (nothing kept yet), ``250`` or ``QUIT``."""
        self._holds[point] = Hold()
        return self._holds[point]

    async def _stay(self, point: str) -> None:
        if hold := self._holds.pop(point, None):
            await hold.stay()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        await self._stay("EHLO")
        return await super().handle_EHLO(server, session, envelope, hostname, responses)

    async def handle_DATA(self, server, session, envelope):
        await self._stay("DATA")
        answer = await super().handle_DATA(server, session, envelope)
        await self._stay("250")
        return answer

    async def handle_QUIT(self, server, session, envelope):
        await self._stay("QUIT")
        return "221 Bye"


class Broker:
    """A Valkey that can go away and come back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.pid = 0
        self._folder = folder
        self._stack = contextlib.ExitStack()

    def start(self) -> None:
        log = self._folder / "valkey.log"
        command = [
            *(str(_valkey_program()), "--bind", "127.0.0.1", "--port", str(self.port)),
            *("--save", "", "--appendonly", "no", "--dir", str(self._folder)),
        ]
        process = self._stack.enter_context(running(command, log=log))
        self.pid = process.pid
        with redis.Redis.from_url(self.url) as client:

            def answers() -> bool:
                with contextlib.suppress(redis.RedisError):
                    return bool(client.ping())
                return False

            wait_until(answers, process, name="Valkey", log=log)

    def stop(self) -> None:
        self._stack.close()


class Station:
    def __init__(self, folder: Path, sink: HoldingSink, port: int) -> None:
        self.sink = sink
        self.broker = Broker(folder)
        self.env = {
            **{key: value for key, value in os.environ.items() if key != "COLLOQUE_DEMO"},
            "DJANGO_SETTINGS_MODULE": "tests.mail.worker_settings",
            "DATABASE_URL": database_url(),
            "REDIS_URL": self.broker.url,
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(port),
            "DEBUG": "1",
            "CHILD_FILE": str(folder / "child"),
            "PYTHONWARNINGS": "ignore",
            "PYTHONPATH": str(CHECKOUT),
        }
        self._folder = folder
        self._worker = contextlib.ExitStack()
        self._celery = Celery(broker=self.broker.url)

    def start_worker(self) -> None:
        """Start a worker, or another one in place of one that was killed."""
        self._worker.close()
        log = self._folder / "worker.log"
        command = [
            *(sys.executable, "-m", "celery", "--app", "conference", "worker", "--queues", "mail"),
            *("--concurrency", "1", "--loglevel", "INFO", "--without-mingle", "--without-gossip"),
        ]
        begun = log.stat().st_size if log.exists() else 0
        self.worker = self._worker.enter_context(
            running(command, log=log, env=self.env, cwd=CHECKOUT, patience=5)
        )
        wait_until(
            lambda: b" ready." in log.read_bytes()[begun:],
            self.worker,
            name="The worker",
            log=log,
            patience=60,
        )

    @contextlib.contextmanager
    def beat(self) -> Iterator[None]:
        log, schedule = self._folder / "beat.log", self._folder / "schedule"
        command = [
            *(sys.executable, "-m", "celery", "--app", "conference", "beat"),
            *("--schedule", str(schedule), "--pidfile", "", "--loglevel", "INFO"),
        ]
        with running(command, log=log, env=self.env, cwd=CHECKOUT, patience=5):
            yield

    @property
    def child(self) -> int:
        """The one process in which the worker runs its tasks."""
        return int(Path(self.env["CHILD_FILE"]).read_text())

    def run_python(self, code: str) -> str:
        """What ``code`` prints in a process of its own, as the web server is one."""
        result = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{code}"],
            env=self.env,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def wake(self, **options: object) -> None:
        self._celery.send_task("conference.mail.tasks.relay", queue="mail")

    def close(self) -> None:
        self._worker.close()
        self._celery.close()
        self.broker.stop()

    @property
    def log(self) -> str:
        return tail(self._folder / "worker.log", 40)


@contextlib.contextmanager
def station(folder: Path) -> Iterator[Station]:
    sink = HoldingSink(folder / "mails")
    with smtp_sink(sink) as port, contextlib.closing(Station(folder, sink, port)) as built:
        built.broker.start()
        yield built


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def database_url() -> str:
    """The address of the test database, for other processes."""
    settings = connection.settings_dict
    name, user = quote(settings["NAME"]), quote(settings["USER"])
    password = f":{quote(settings['PASSWORD'])}" if settings["PASSWORD"] else ""
    port = f"&port={settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}{password}@/{name}?host={quote(settings['HOST'], safe='/')}{port}"


@contextlib.contextmanager
def held(statement: str) -> Iterator[None]:
    """Keep the locks of ``statement`` from another connection."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
    ) as other:
        other.execute(statement)
        yield
        other.rollback()


def blocked() -> list[int]:
    """The connections of the worker that wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


def disconnect(pids: list[int]) -> None:
    """As PostgreSQL does by itself once it notices that a client is gone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids])


def is_sent(mail: OutgoingMail) -> bool:
    return OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMail.State.SENT).exists()
