"""What is added to a mail just before it leaves: files, and values that are stored nowhere.

Apps declare how to make them in their ``mail_parts.py``, which is found by itself.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """An attachment."""

    name: str
    content: bytes
    mimetype: str


MakeFile = Callable[[str], File]
MakeValue = Callable[[str], str]

_files: dict[str, MakeFile] = {}
_values: dict[str, MakeValue] = {}


def attachment(name: str) -> Callable[[MakeFile], MakeFile]:
    """Declare how the file ``name`` is made from the argument that a mail keeps for it."""
    return _declare(_files, name)


def late_value(name: str) -> Callable[[MakeValue], MakeValue]:
    """Declare how the value ``name`` is found; it is asked for at each attempt and never stored."""
    return _declare(_values, name)


def file_maker(name: str) -> MakeFile:
    """Raises ``LookupError`` where no installed app declares ``name``."""
    return _files[name]


def value_maker(name: str) -> MakeValue:
    """Raises ``LookupError`` where no installed app declares ``name``."""
    return _values[name]


def _declare[Made: (File, str)](
    known: dict[str, Callable[[str], Made]], name: str
) -> Callable[[Callable[[str], Made]], Callable[[str], Made]]:
    def declare(make: Callable[[str], Made]) -> Callable[[str], Made]:
        if name in known:
            raise ValueError(f"Two apps declare how {name} is made for a mail.")
        known[name] = make
        return make

    return declare
