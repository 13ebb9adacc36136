"""What imports make of words that people write in many ways: names, languages, yes and no."""

import unicodedata

# What belongs to the family name that follows.
PARTICLES = {
    *("de", "da", "di", "du", "des", "del", "der", "den", "van", "von", "zu", "le", "la", "el"),
    *("al", "bin", "ben", "ibn"),
}
YES = {"yes", "y", "true", "1", "x", "oui", "o", "vrai", "ja"}
NO = {"no", "n", "false", "0", "non", "faux", "nein"}


def folded(text: str) -> str:
    """Small letters without accents: how people compare names."""
    decomposed = unicodedata.normalize("NFKD", " ".join(text.split()).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def language_code(text: str) -> str:
    """“en”, “fr-FR”, “French”; “” for any other."""
    word = text.strip().casefold()
    known = {"français": "fr", "french": "fr", "francais": "fr", "anglais": "en", "english": "en"}
    code = known.get(word, word.replace("_", "-").partition("-")[0])
    return code if code in ("fr", "en") else ""


def truth(text: str) -> bool | None:
    word = text.strip().casefold()
    return True if word in YES else False if word in NO else None


def as_read(text: str | None) -> str:
    """``text`` as a reader would have it from a file: forms end their lines otherwise."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def split_name(name: str) -> tuple[str, str]:
    """Given and family name: the last word and the particles before it, else all of it."""
    parts = name.split()
    first = len(parts) - 1
    while first > 1 and parts[first - 1].casefold() in PARTICLES:
        first -= 1
    return " ".join(parts[:first]), " ".join(parts[first:])
