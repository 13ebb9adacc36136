"""Fail where a text of the code has no translation in a catalogue, or an unsure one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from dev.check import CHECKOUT, files

LANGUAGES = ("fr", "en")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        catalogues = fresh(Path(folder)) if shutil.which("xgettext") else CHECKOUT / "locale"
        if catalogues == CHECKOUT / "locale":
            print("No gettext here: texts that are in no catalogue yet are not noticed.")
        missing = [
            f"{language}: {message.id!r}"
            for language in LANGUAGES
            for message in unfinished(catalogues / language / "LC_MESSAGES" / "django.po")
        ]
    print("\n".join(missing) or "Both catalogues are complete.")
    return bool(missing)


def fresh(folder: Path) -> Path:
    """The catalogues as makemessages would leave them, in a copy."""
    for name in files("*.py", "*.html", "*.txt", "*.po", ":!tests", ":!bench"):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, target)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", *(f"--locale={one}" for one in LANGUAGES)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": ""},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return folder / "locale"


def unfinished(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        texts = [message.string] if isinstance(message.string, str) else message.string
        if message.id and (message.fuzzy or not all(texts)):
            yield message


if __name__ == "__main__":
    sys.exit(main())
