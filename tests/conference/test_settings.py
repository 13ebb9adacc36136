import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "SECRET_KEY": "k" * 60,
    "LINK_KEY": "l" * 60,
    "ALLOWED_HOSTS": "conference.example.org",
    "SITE_URL": "https://conference.example.org",
    "DEBUG": "0",
    "COLLOQUE_DEMO": "0",
}


def start(**changes):
    """Import the settings in a process of their own, as a server does."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in {"PATH", "HOME", "DATABASE_URL", "REDIS_URL", "LANG"}
    }
    return subprocess.run(
        [sys.executable, "-c", "import conference.settings"],
        env=environment | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_with_safe_values():
    result = start()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "insecure" + "x" * 60}, "SECRET_KEY"),
        ({"LINK_KEY": "short"}, "LINK_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://conference.example.org"}, "SITE_URL"),
        ({"DATABASE_URL": "mysql://localhost/colloque"}, "DATABASE_URL"),
        ({"SMTP_PORT": "twenty-five"}, "SMTP_PORT"),
        ({"HSTS_PRELOAD": "maybe"}, "HSTS_PRELOAD"),
    ],
)
def test_production_refuses_unsafe_values(changes, told):
    result = start(**changes)

    assert result.returncode != 0
    assert f"ImproperlyConfigured: {told}" in result.stderr


def test_debug_and_demonstration_are_off_unless_asked_for():
    environment = {"DEBUG": "", "COLLOQUE_DEMO": ""}

    assert start(**environment).returncode == 0


def test_secret_is_read_from_the_file_that_is_named(tmp_path):
    file = tmp_path / "key"
    file.write_text("f" * 60 + "\n")

    assert start(SECRET_KEY="", SECRET_KEY_FILE=str(file)).returncode == 0
