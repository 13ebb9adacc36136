"""Dates as each language prints them."""

from datetime import date

from django.utils import formats
from django.utils.translation import get_language, gettext, pgettext


def day_number(day: date) -> str:
    """The number in a date: in French the first of the month is an ordinal."""
    return "1er" if day.day == 1 and (get_language() or "").startswith("fr") else str(day.day)


def date_range(first: date, last: date) -> str:
    """The days of an event in the shortest form that is exact: “6–7 February 2025”."""
    parts = {
        "first": day_number(first),
        "last": day_number(last),
        "month": formats.date_format(first, "F"),
        "last_month": formats.date_format(last, "F"),
        "year": str(first.year),
        "last_year": str(last.year),
    }
    if first == last:
        return pgettext("date", "%(first)s %(month)s %(year)s") % parts
    if first.year != last.year:
        return (
            pgettext("date", "%(first)s %(month)s %(year)s – %(last)s %(last_month)s %(last_year)s")
            % parts
        )
    if first.month != last.month:
        return pgettext("date", "%(first)s %(month)s – %(last)s %(last_month)s %(year)s") % parts
    return pgettext("date", "%(first)s–%(last)s %(month)s %(year)s") % parts


def long_date_range(first: date, last: date) -> str:
    """The same with the days of the week, for titles: “Thursday 6 and Friday 7 February 2025”."""
    parts = {
        "first_weekday": formats.date_format(first, "l"),
        "last_weekday": formats.date_format(last, "l"),
        "first": day_number(first),
        "range": date_range(first, last),
        "last_day": date_range(last, last),
    }
    if first == last:
        return pgettext("date", "%(first_weekday)s %(range)s") % parts
    if (last - first).days == 1 and (first.year, first.month) == (last.year, last.month):
        return gettext("%(first_weekday)s %(first)s and %(last_weekday)s %(last_day)s") % parts
    return date_range(first, last)
