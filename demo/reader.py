"""The data files, entry by entry, each knowing where it stands."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


class DataError(Exception):
    """A data file is wrong; the text says where and why."""


@dataclass(frozen=True)
class Entry:
    """One table of a data file."""

    path: Path
    line: int
    values: dict[str, Any]

    def __str__(self) -> str:
        name = next((str(value) for value in self.values.values() if isinstance(value, str)), "")
        return f"{self.path.name}:{self.line} ({name})"

    def refuse(self, reason: str) -> DataError:
        return DataError(f"{self}: {reason}")

    def look_up[T](self, key: str, known: dict[str, T]) -> T:
        """What the value of ``key`` names among ``known``."""
        return self.one_of(key, self.values[key], known)

    def one_of[T](self, key: str, name: str, known: dict[str, T]) -> T:
        try:
            return known[name]
        except KeyError:
            raise self.refuse(f"{key}: nothing is called “{name}”.") from None

    def parts(self, key: str) -> list["Entry"]:
        """The entries inside this one, told by its own line."""
        return [Entry(self.path, self.line, part) for part in self.values.get(key, [])]


def read(name: str, table: str, folder: Path = DATA) -> list[Entry]:
    """Every ``[table]`` or ``[[table]]`` of a file, in order."""
    path = folder / f"{name}.toml"
    text = path.read_text(encoding="utf-8")
    try:
        found = tomllib.loads(text, parse_float=Decimal).get(table, [])
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"{path.name}: {error}") from None
    lines = _lines_of(text, lambda line: line in (f"[{table}]", f"[[{table}]]"))
    entries = found if isinstance(found, list) else [found]
    return [Entry(path, *pair) for pair in zip(lines, entries, strict=True)]


def _lines_of(text: str, wanted: Callable[[str], bool]) -> list[int]:
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if wanted(line.strip())]
