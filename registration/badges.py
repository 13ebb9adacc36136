"""Badges: what is the same on all is laid out once per ticket type, the person on top of it.

Every badge is an A6 page; a layout puts these pages on sheets. The name is set as large as it
fits, measured with the fonts that print it.
"""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import batched

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from conference import pdf, qr
from conference.metrics import SANS, SANS_BOLD, fitting
from conference.pdf import Pages
from conference.theme import contrast
from registration import services
from registration.models import Registration, Secret, TicketType
from registration.refusals import WrongState

WIDTH, HEIGHT = 105.0, 148.0  # A6, in millimetres
TEXT_WIDTH = 89.0 * pdf.POINTS
GIVEN_SIZES = (46, 42, 38, 34, 30, 27, 24, 21, 18, 16, 14, 12, 10, 8, 6)
TWO_GIVEN_SIZES = tuple(size for size in GIVEN_SIZES if size <= 34)
FAMILY_SIZES = tuple(size for size in GIVEN_SIZES if size <= 30)
TWO_LINES_SIZE = 24  # of a family name, so that the face keeps its height
ORGANISATION_SIZES = (14, 13, 12, 11, 10, 9, 8, 7)
NAME_LINES = 3
FAMILY_LINES = 2
STYLES = ("css/pdf/tokens.css", "css/pdf/badges.css")
AT_ONCE = 50  # laid out between two tellings of progress
BLACK, WHITE = "#000000", "#ffffff"  # of the two, one has a contrast of 4.5 on any colour

Progress = Callable[[int], None]


class Layout(models.TextChoices):
    A6_FOLDED = "a6-folded", _("A6, front and back to fold")
    A4_FOUR = "a4-four", _("A4, four badges with crop marks")


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    size: int
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What the badges of one ticket type have in common, in one language."""

    ticket_type: TicketType
    language: str

    @property
    def roles(self) -> list[tuple[str, str]]:
        """The role in the badge's language, then in the other where it reads differently."""
        languages = [self.language, "en" if self.language == "fr" else "fr"]
        words = [(code, getattr(self.ticket_type, f"badge_role_{code}")) for code in languages]
        return words if words[0][1] != words[1][1] else words[:1]

    @property
    def ink(self) -> str:
        """Black or white, whichever is easier to read on the colour of the band."""
        colour = self.ticket_type.badge_colour
        return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


@dataclass(frozen=True, slots=True)
class Face:
    """The person's part of one badge."""

    registration: Registration
    name: list[Line]
    organisation: list[Line]


def face_of(registration: Registration) -> Face:
    """The name in at most four lines, the given name largest where the person left it as it is."""
    name = printable(registration.badge_name)
    given, family = registration.given_name, registration.family_name
    if given and name == printable(registration.full_name):
        first = given_lines(given)
        lines = first + family_lines(family, first[0].size, FAMILY_LINES)
    else:
        lines = fitted(name, GIVEN_SIZES, NAME_LINES)
    organisation = printable(registration.badge_organisation)
    size, texts = fitting(organisation, SANS, width=TEXT_WIDTH, sizes=ORGANISATION_SIZES, lines=2)
    return Face(registration, lines, [Line(text, size) for text in texts])


def given_lines(given: str) -> list[Line]:
    """On one line, unless it would be small there; never so large on two that nothing else fits."""
    one = fitted(given, GIVEN_SIZES, 1)
    return one if one[0].size >= FAMILY_SIZES[0] else fitted(given, TWO_GIVEN_SIZES, 2)


def family_lines(family: str, at_most: int, lines: int) -> list[Line]:
    """On one line where that keeps it large, else smaller on two."""
    sizes = [size for size in FAMILY_SIZES if size <= at_most]
    one = fitted(family, sizes, 1)
    if one[0].size < TWO_LINES_SIZE:
        one = fitted(family, [size for size in sizes if size <= TWO_LINES_SIZE], lines)
    return [Line(line.text, line.size) for line in one]


def fitted(text: str, sizes: Sequence[int], lines: int) -> list[Line]:
    size, texts = fitting(
        printable(text), SANS_BOLD, width=TEXT_WIDTH, sizes=tuple(sizes), lines=lines
    )
    return [Line(line, size, is_first=True) for line in texts]


def printable(text: str) -> str:
    """Without what turns lines around or cannot be printed; joiners stay, scripts need them."""
    kept = {"\u200c", "\u200d", "\u200e", "\u200f"}
    return " ".join(
        "".join(
            letter
            for letter in unicodedata.normalize("NFC", text)
            if letter in kept or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co"}
        ).split()
    )


def render(
    registrations: Sequence[Registration],
    layout: str = Layout.A6_FOLDED,
    progress: Progress = lambda made: None,
) -> bytes:
    """One PDF with a badge for each of ``registrations``, in their order.

    Who has cancelled since they were read gets none.
    """
    tokens = badge_tokens(registrations)
    registrations = [person for person in registrations if person.pk in tokens]
    grounds = list(dict.fromkeys(ground_of(registration) for registration in registrations))
    documents = [lay_out("registration/pdf/badge_grounds.html", {"grounds": grounds}, {})]
    no_photographs = in_both_languages(_("No photographs"))
    made = 0
    for chunk in batched(registrations, AT_ONCE):
        drawings = {str(person.pk): qr.squares(tokens[person.pk]) for person in chunk}
        faces = [face_of(registration) for registration in chunk]
        documents.append(
            lay_out(
                "registration/pdf/badge_faces.html",
                {"faces": faces, "no_photographs": no_photographs},
                drawings,
            )
        )
        made += len(chunk)
        progress(made)
    numbers = {ground: number for number, ground in enumerate(grounds)}
    badges = [
        (numbers[ground_of(registration)], len(grounds) + number)
        for number, registration in enumerate(registrations)
    ]
    arrange = folded if layout == Layout.A6_FOLDED else four_on_a4
    return pdf.impose(documents, list(arrange(badges)))


def in_both_languages(words: object) -> dict[str, str]:
    """The words by language, once where both say the same."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            if str(words) not in found.values():
                found[code] = str(words)
    return found


def ground_of(registration: Registration) -> Ground:
    return Ground(registration.ticket_type, registration.language)


def lay_out(template: str, context: dict[str, object], drawings: dict[str, pdf.Squares]) -> Pages:
    language = translation.get_language() or "fr"
    return pdf.lay_out(template, context, language=language, stylesheets=STYLES, drawings=drawings)


def badge_tokens(registrations: Sequence[Registration]) -> dict[int, str]:
    """The badge code of each, made where somebody brought in without one has none yet."""
    secrets = Secret.objects.in_force().filter(
        purpose=Secret.Purpose.BADGE, registration__in=registrations
    )
    tokens = {secret.registration_id: secret.reveal() for secret in secrets}
    for registration in registrations:
        if registration.pk not in tokens:
            with suppress(WrongState):
                secret = services.reissue(registration, Secret.Purpose.BADGE)
                tokens[registration.pk] = secret.reveal()
    return tokens


# --- Layouts: badges are pairs of page numbers, the ground and the face ------------------------

Badge = tuple[int, int]


def put(badge: Badge, left: float, top: float) -> list[pdf.Placed]:
    return [pdf.Placed(page, left, top) for page in badge]


def folded(badges: Sequence[Badge]) -> Iterator[pdf.Sheet]:
    """A5, folded once: front and back alike, so that a badge that turns still tells the name."""
    fold = [(WIDTH, 0.0, WIDTH, 4.0), (WIDTH, HEIGHT - 4, WIDTH, HEIGHT)]
    for badge in badges:
        placed = [*put(badge, 0, 0), *put(badge, WIDTH, 0)]
        yield pdf.Sheet(2 * WIDTH, HEIGHT, placed, fold)


def four_on_a4(badges: Sequence[Badge]) -> Iterator[pdf.Sheet]:
    """Four on A4, with marks at the edges and in the middle where to cut."""
    width, height = 2 * WIDTH, 2 * HEIGHT + 1
    marks = [
        (WIDTH, 0, WIDTH, 5),
        (WIDTH, height - 5, WIDTH, height),
        (0, HEIGHT, 5, HEIGHT),
        (width - 5, HEIGHT, width, HEIGHT),
        (WIDTH - 3, HEIGHT, WIDTH + 3, HEIGHT),
        (WIDTH, HEIGHT - 3, WIDTH, HEIGHT + 3),
    ]
    for four in batched(badges, 4):
        placed: list[pdf.Placed] = []
        for number, badge in enumerate(four):
            placed += put(badge, (number % 2) * WIDTH, (number // 2) * HEIGHT)
        yield pdf.Sheet(width, height, placed, marks)
