"""Names are names: nothing that a mail program would make a link of, and no real name refused."""

import tomllib

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from conference.people import validate_name, validate_plain_line

LINKS = [
    "evil.example/prize",
    "evil.example",
    "evil.com",
    "EVIL.COM",
    "Evil.Com",
    "You won at evil.com now",
    "sub.evil.co.uk",
    "evil-2.com",
    "x.com",
    "t.me/prize",
    "evil.COM/prize",
    "eve@evil.com",
    "(evil.com)",
    "Dr. evil.com",
    "dr.evil.com",
    "evil.com.",
    "evil．com",
    "evil。com",
    "evil\u200b.com",
    "evil.c\u00adom",
    "пример.рф",
    "http://192.0.2.1",
    "192.0.2.1",
    "www.evil",
    "bit.ly/x",
]
NAMES = [
    "J. R. R. Tolkien",
    "J.R.R. Tolkien",
    "J.R.R.Tolkien",
    "Dr. No",
    "Dr.No",
    "DR.NO",
    "St. John",
    "St.John",
    "ST.JOHN",
    "Ste.Marie",
    "M.Sc.",
    "Ada Lovelace, M.Sc.",
    "Ph.D.",
    "Dr.rer.nat.",
    "Dr.med. Weiss",
    "Dr. h.c. mult. Weiss",
    "Dipl.-Ing. Weiss",
    "Prof.Müller",
    "Martin Luther King Jr.",
    "King,jr.",
    "Smith.jr",
    "A.-M. Dupont",
    "Jean.Dupont",
    "d’Arcy.",
    "O'Hara",
    "..",
    "Łukasz Żółć",
    "محمد الفارسي",
    "王小明",
    "Ελένη Παπαδοπούλου",
    "Ada (Dr.)",
    "3.14",
]
ORGANISATIONS = ["Amazon.com", "Booking.com B.V.", "Univ. Paris/Saclay", "CNRS/INRIA", "A.B./C.D."]


@pytest.mark.parametrize("name", LINKS)
def test_a_name_holds_no_link(name):
    with pytest.raises(ValidationError):
        validate_name(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_not_taken_for_a_link(name):
    validate_name(name)


@pytest.mark.parametrize("name", ORGANISATIONS)
def test_an_organisation_may_have_the_name_of_its_site(name):
    validate_plain_line(name)


@pytest.mark.parametrize("name", ["evil.example/prize", "https://x", "WWW.x.org", "evil.COM/x"])
def test_an_organisation_is_no_page(name):
    with pytest.raises(ValidationError):
        validate_plain_line(name)


def test_everybody_of_the_example_has_a_name():
    file = settings.BASE_DIR / "demo" / "data" / "attendees.toml"
    people = tomllib.loads(file.read_text())["registration"]

    for person in people:
        for field in ("given_name", "family_name", "badge_name"):
            validate_name(person.get(field, ""))
        for field in ("organisation", "role_title", "badge_organisation"):
            validate_plain_line(person.get(field, ""))
    assert len(people) > 100
