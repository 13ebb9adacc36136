"""Dates as printed, in English: the French forms are in the catalogue."""

from datetime import date

import pytest
from django.utils import translation

from conference.dates import date_range, day_number, long_date_range


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2025, 2, 6), date(2025, 2, 6), "6 February 2025"),
        (date(2025, 2, 6), date(2025, 2, 7), "6–7 February 2025"),
        (date(2025, 1, 31), date(2025, 2, 1), "31 January – 1 February 2025"),
        (date(2025, 12, 31), date(2026, 1, 2), "31 December 2025 – 2 January 2026"),
    ],
)
def test_date_range_is_short_and_exact(first: date, last: date, text: str) -> None:
    with translation.override("en"):
        assert date_range(first, last) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2025, 2, 6), date(2025, 2, 6), "Thursday 6 February 2025"),
        (date(2025, 2, 6), date(2025, 2, 7), "Thursday 6 and Friday 7 February 2025"),
        (date(2025, 2, 5), date(2025, 2, 7), "5–7 February 2025"),
    ],
)
def test_long_date_range_names_the_days(first: date, last: date, text: str) -> None:
    with translation.override("en"):
        assert long_date_range(first, last) == text


def test_first_of_the_month_is_an_ordinal_in_french() -> None:
    with translation.override("fr"):
        assert day_number(date(2025, 2, 1)) == "1er"
    with translation.override("en"):
        assert day_number(date(2025, 2, 1)) == "1"
