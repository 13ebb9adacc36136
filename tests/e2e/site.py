"""The application as it runs, for the browser's tests: web server, worker, mail, real servers."""

import contextlib
import os
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from demo import smtpsink, stack
from demo.process import free_port
from demo.servers import CHECKOUT

EVENT = "ai-science-society-2025"


@dataclass(frozen=True)
class Site:
    url: str
    mail: Path
    env: Mapping[str, str]

    def address(self, language: str, path: str = "") -> str:
        return f"{self.url}/{language}/{EVENT}/{path}"

    def shell(self, code: str) -> str:
        """What ``code`` prints where the application runs: for what staff would do by hand."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-v0", "-c", code]
        env = {**os.environ, **self.env}
        return subprocess.check_output(command, env=env, cwd=CHECKOUT, text=True).strip()

    def mails_to(self, recipient: str) -> list[Any]:
        """The messages that arrived for ``recipient``, oldest first."""
        files = sorted(self.mail.glob(f"*-{recipient}.eml"))
        return [smtpsink.read(file) for file in files]


@contextlib.contextmanager
def running_site() -> Iterator[Site]:
    """The reference event, served on loopback from a database of its own."""
    place = stack.Place("e2e")
    place.prepare()
    for old in place.mail.glob("*.eml"):
        old.unlink()
    port, smtp = free_port(8100), free_port(1125)
    with own_database() as database, contextlib.ExitStack() as running:
        added = {"DATABASE_URL": database, "COLLOQUE_DEMO": "1", "DEBUG": "0"}
        added["DJANGO_SETTINGS_MODULE"] = "conference.settings"
        # By number: a browser asks for "localhost" at ::1 first, where nobody listens.
        url = f"http://127.0.0.1:{port}"
        env = stack.environment(place, added, port=port, smtp=smtp) | {"SITE_URL": url}
        stack.manage(place, env, "migrate", "--no-input")
        stack.manage(place, env, "load_demo")
        stack.start(running, place, env, stack.web_server, port=port, smtp=smtp)
        yield Site(url, place.mail, env)


@contextlib.contextmanager
def own_database(name: str = "colloque_e2e") -> Iterator[str]:
    """A new database beside that of the other tests."""
    parts = urllib.parse.urlsplit(os.environ["DATABASE_URL"])
    administration = urllib.parse.urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(administration, autocommit=True) as connection:
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urllib.parse.urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(drop)
