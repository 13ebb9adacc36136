"""``make check``: all that can be known of the code without running it, several checks at a time."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(".venv/bin")
PYTHON = (str(PROGRAMS / "python"),)
MANAGE = (*PYTHON, "manage.py")

DEVELOPMENT = {"DEBUG": "1"}
PRODUCTION = {
    "DEBUG": "",
    "COLLOQUE_DEMO": "",
    "SECRET_KEY": "only-here-to-check-the-settings-of-production-" * 2,
    "LINK_KEY": "only-here-to-check-that-links-have-their-own-key-" * 2,
    "ALLOWED_HOSTS": "colloque.example.org",
    "SITE_URL": "https://colloque.example.org",
}


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    excuse: Callable[["Outcome"], str] | None = None
    """Why it says nothing either way, or nothing."""


@dataclass(frozen=True)
class Outcome:
    check: Check
    status: int
    output: str
    seconds: float

    @property
    def excuse(self) -> str:
        return self.check.excuse(self) if self.check.excuse else ""


def checks() -> list[Check]:
    """The slowest first."""
    return [
        Check("mypy", (*PYTHON, "-m", "mypy"), {}),
        Check(
            "known vulnerabilities",
            (
                *(*PYTHON, "-m", "pip_audit", "--requirement", "requirements.txt"),
                *("--require-hashes", "--disable-pip", "--timeout", "10"),
                *("--progress-spinner", "off", "--format", "json"),
            ),
            {},
            excuse=no_network,
        ),
        Check("catalogues", (*PYTHON, "-m", "dev.catalogues"), DEVELOPMENT),
        Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run"), DEVELOPMENT),
        Check("deployment", (*MANAGE, "check", "--deploy", "--fail-level=WARNING"), PRODUCTION),
        Check("imports", (str(PROGRAMS / "lint-imports"),), {}),
        Check("ruff", (*PYTHON, "-m", "ruff", "check", "."), {}),
        Check("format", (*PYTHON, "-m", "ruff", "format", "--check", "."), {}),
        Check(
            "templates",
            (
                *(str(PROGRAMS / "djade"), "--check", "--target-version", "6.1"),
                *files("templates/*.html"),
            ),
            {},
        ),
        Check("Dockerfile", (str(PROGRAMS / "hadolint"), "Dockerfile"), {}),
        Check(
            "compose file",
            (
                *(*PYTHON, "-m", "check_jsonschema"),
                *("--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
            ),
            {},
        ),
    ]


def files(*patterns: str) -> list[str]:
    """The files of the checkout, committed or not, that a check looks at."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [name for name in listed.split("\0") if name and (CHECKOUT / name).exists()]


def no_network(outcome: Outcome) -> str:
    """An audit that could not ask anybody is no finding, and no reassurance either."""
    try:
        start, end = outcome.output.index("{"), outcome.output.rindex("}") + 1
        packages = json.loads(outcome.output[start:end])["dependencies"]
    except ValueError:
        packages = []
    asked = any("vulns" in package for package in packages)
    return "" if asked else "the advisories could not be reached"


def run(check: Check) -> Outcome:
    begun = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=CHECKOUT,
        env={**os.environ, **check.env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, done.returncode, done.stdout, time.monotonic() - begun)


def main() -> int:
    failed = []
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for future in as_completed([pool.submit(run, check) for check in checks()]):
            outcome = future.result()
            if outcome.status and not outcome.excuse:
                failed.append(outcome)
            tell(outcome)
    if failed:
        print(f"\n{len(failed)} failed: {', '.join(one.check.name for one in failed)}")
    return bool(failed)


def tell(outcome: Outcome) -> None:
    mark = "–" if outcome.excuse else "✗" if outcome.status else "✓"
    name = f"{outcome.check.name}: {outcome.excuse}" if outcome.excuse else outcome.check.name
    print(f"  {mark} {name:<58} {outcome.seconds:5.1f} s", flush=True)
    if mark == "✗":
        print(outcome.output.rstrip() + "\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
