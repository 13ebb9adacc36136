import pytest
from django.core.exceptions import ValidationError

from speakers.orcid import normal


@pytest.mark.parametrize(
    "value",
    [
        "0000-0002-1825-0097",
        "0000000218250097",
        "https://orcid.org/0000-0002-1825-0097",
        "http://www.orcid.org/0000-0002-1825-0097/",
        " 0000 0002 1825 0097 ",
        "0000–0002–1825–0097",
    ],
)
def test_orcid_is_written_one_way(value):
    assert normal(value) == "0000-0002-1825-0097"


def test_last_digit_may_be_an_x():
    assert normal("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "value",
    [
        *(
            "0000-0002-1825-0098",
            "0000-0002-1825-009",
            "0000-0002-1825-00977",
            "X000-0002-1825-0097",
        ),
        *("", "https://orcid.org/", "evil.example/0000-0002-1825-0097", "٠٠٠٠000218250097"),
    ],
)
def test_what_is_no_orcid_is_refused(value):
    with pytest.raises(ValidationError):
        normal(value)
