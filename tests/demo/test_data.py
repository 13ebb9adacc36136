"""What the data files promise before anything is loaded."""

import re
import tomllib

import pytest

from demo.reader import DATA, DataError, read
from demo.shelf import Shelf
from programme.models import Theme
from tests.factories import make_conference

FILES = sorted(DATA.glob("*.toml"))
RESERVED = re.compile(r"([a-z0-9-]+\.)*example\.(org|com|net)\Z")


def leaves(value, path=()):
    """Every plain value of a data file with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def tables(value):
    """Every table of a data file, inner ones too."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from tables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from tables(inner)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_address_reaches_a_person(path):
    addresses = re.findall(r"[^\s\"'(:]+@([^\s\"')\]]+)", path.read_text(encoding="utf-8"))

    assert [domain for domain in addresses if not RESERVED.match(domain)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_telephone_number_reaches_a_person(path):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    numbers = [value for keys, value in leaves(data) if keys[-1] in {"phone", "mobile"}]

    assert [n for n in numbers if not re.fullmatch(r"\+33 1 99 00 \d\d \d\d", n)] == []
    assert re.findall(r"\b0\d(?:[ .]?\d\d){4}\b", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_texts_stand_in_both_languages(path):
    for table in tables(tomllib.loads(path.read_text(encoding="utf-8"))):
        french = {key[:-3] for key, text in table.items() if key.endswith("_fr") and text}
        english = {key[:-3] for key, text in table.items() if key.endswith("_en") and text}
        assert french == english


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_french_signs_do_not_stand_alone_on_a_line(path):
    for keys, text in leaves(tomllib.loads(path.read_text(encoding="utf-8"))):
        if keys[-1].endswith("_fr"):
            plain = re.sub(r"\]\([^)]*\)|`[^`]*`|https?:\S+|^\|[-|]+\|$", "", text, flags=re.M)
            plain = plain.replace("Hi!", "Hi").replace("**", "")
            assert re.findall(r".{0,12}(?<![\u202f?!])[;!?]", plain) == []
            assert re.findall(r".{0,12}(?<!\u00a0)[:»]", plain) == []
            assert "« " not in plain
            assert "'" not in plain


def test_entries_know_their_lines(tmp_path):
    (tmp_path / "rooms.toml").write_text(
        '# Rooms.\n\n[[room]]\nslug = "a"\n\n[[room]]\nslug = "b"\n'
    )

    entries = read("rooms", "room", tmp_path)

    assert [str(entry) for entry in entries] == ["rooms.toml:3 (a)", "rooms.toml:6 (b)"]


def test_broken_file_is_named(tmp_path):
    (tmp_path / "rooms.toml").write_text("[[room]\n")

    with pytest.raises(DataError, match=r"^rooms\.toml: .*line 1"):
        read("rooms", "room", tmp_path)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('name_fr = ""\nname_en = "Open"', "name_fr"),
        ('name_fr = "Libre"\nname_en = "Open"\nmark = 9', "theme_mark_is_drawn"),
        ('name_fr = "Libre"\nname_en = "Open"\ncolour = "red"', "colour: unknown here"),
    ],
)
@pytest.mark.django_db
def test_refused_value_is_told_with_its_place(tmp_path, line, reason):
    (tmp_path / "themes.toml").write_text(f'\n[[theme]]\nslug = "free"\n{line}\n')
    (entry,) = read("themes", "theme", tmp_path)
    shelf = Shelf(Theme.objects.all(), "slug")

    with pytest.raises(DataError, match=rf"^themes\.toml:2 \(free\): .*{reason}"):
        shelf.put(entry, conference=make_conference(), **entry.values)
