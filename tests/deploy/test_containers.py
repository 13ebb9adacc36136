"""No container engine runs here: what the containers would run is run without them."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from ruamel.yaml import YAML

from demo import servers, stack
from demo.process import free_port, running, tail, wait_until

COMPOSE = YAML(typ="safe").load((servers.CHECKOUT / "docker-compose.yml").read_text())["services"]
DOCKERFILE = (servers.CHECKOUT / "Dockerfile").read_text()
PROGRAMS = Path(sys.executable).parent


def command_of(service: str) -> list[str]:
    return here(COMPOSE[service]["command"])


def probe_of(service: str) -> list[str]:
    kind, *command = COMPOSE[service]["healthcheck"]["test"]
    assert kind == "CMD"
    return here(command)


def here(command: list[str]) -> list[str]:
    """The programs of this environment, which the image has on its PATH."""
    program = PROGRAMS / command[0]
    return [str(program) if program.exists() else command[0], *command[1:]]


def run(command, env):
    done = subprocess.run(
        command, cwd=servers.CHECKOUT, env=env, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passes(command, env):
    return (
        subprocess.run(command, cwd=servers.CHECKOUT, env=env, capture_output=True).returncode == 0
    )


@pytest.fixture(scope="module")
def production(tmp_path_factory):
    """The environment of a container, on an empty database."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = "colloque_containers"
    var = tmp_path_factory.mktemp("data")
    servers.execute(address.geturl(), f"DROP DATABASE IF EXISTS {name}")
    servers.execute(address.geturl(), f"CREATE DATABASE {name}")
    port = free_port()
    yield {
        "PATH": os.environ["PATH"],
        "HOME": str(var),
        "SECRET_KEY": "only-here-to-run-what-production-runs-in-its-containers",
        "ALLOWED_HOSTS": "colloque.example.org,elsewhere.example.org",
        "SITE_URL": "https://colloque.example.org",
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
        "REDIS_URL": os.environ["REDIS_URL"],
        "VAR_DIR": str(var),
        "WEB_BIND": f"127.0.0.1:{port}",
        "PYTHONWARNINGS": "ignore::celery.exceptions.SecurityWarning",
    }
    servers.execute(address.geturl(), f"DROP DATABASE {name} WITH (FORCE)")


def test_the_web_container_starts_and_passes_its_probe(production, tmp_path):
    run(command_of("migrate"), production)
    run([*here(["python"]), "manage.py", "collectstatic", "--no-input"], production)
    log = tmp_path / "web.log"

    with running(command_of("web"), log=log, env=production, cwd=servers.CHECKOUT) as process:
        for probe in (probe_of("web"), here(probe_of_image())):
            # An engine asks again too: the first answer may be slow.
            wait_until(
                lambda command=probe: passes(command, production),
                process,
                name="It",
                log=log,
                patience=60,
            )


def test_the_worker_and_beat_containers_start_and_pass_their_probes(production, tmp_path):
    log, schedule = tmp_path / "worker.log", tmp_path / "beat-schedule"
    beat = [str(schedule) if part == "/tmp/beat-schedule" else part for part in command_of("beat")]
    assert COMPOSE["beat"]["healthcheck"]["test"][-1] == "/tmp/beat-schedule"

    with (
        running(
            command_of("worker"), log=log, env=production, cwd=servers.CHECKOUT, patience=3
        ) as worker,
        running(beat, log=tmp_path / "beat.log", env=production, cwd=servers.CHECKOUT) as clock,
    ):
        wait_until(
            lambda: " ready." in tail(log, 1000), worker, name="The worker", log=log, patience=60
        )
        wait_until(schedule.exists, clock, name="Beat", log=tmp_path / "beat.log", patience=60)

        assert "pong" in run(probe_of("worker"), production)


def test_the_worker_takes_every_queue_that_tasks_are_sent_to(settings):
    used = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    command = COMPOSE["worker"]["command"]

    assert command[command.index("--queues") + 1] == stack.QUEUES
    assert set(stack.QUEUES.split(",")) == used | {settings.CELERY_TASK_DEFAULT_QUEUE}


def test_the_image_runs_what_the_web_container_runs():
    last = DOCKERFILE.rstrip().splitlines()[-1]

    assert (
        shlex.split(re.sub(r"[\[\],]", " ", last.removeprefix("CMD "))) == COMPOSE["web"]["command"]
    )


@pytest.mark.parametrize("name", sorted(COMPOSE))
def test_no_container_gains_privileges(name):
    assert "no-new-privileges:true" in COMPOSE[name]["security_opt"]


def probe_of_image() -> list[str]:
    line = next(
        line for line in DOCKERFILE.splitlines() if line.lstrip().startswith('CMD ["python')
    )
    return shlex.split(re.sub(r"[\[\],]", " ", line.strip().removeprefix("CMD ")))
