"""What the sheets of paper are set with; ``languages`` of the context are those they speak."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from conference.dates import date_range, long_date_range
from conference.models import Conference
from programme.models import Release, Room
from programme.paper import words
from programme.released import ReleasedPart, ReleasedSession, ReleasedSlot
from speakers.models import Speaker

register = template.Library()


@register.simple_tag(takes_context=True)
def written(context: Context, instance: Any, field: str, between: str = " ") -> SafeString:
    """``{% written session "title" %}``: the text in each language of the sheet."""
    return words.written(context["languages"], instance, field, between)


@register.simple_tag(takes_context=True)
def prose(context: Context, instance: Any, field: str, length: int = 0) -> SafeString:
    return words.prose(context["languages"], instance, field, length)


@register.simple_tag(takes_context=True)
def display(context: Context, instance: Any, field: str, between: str = " · ") -> SafeString:
    """``{% display session "kind" %}``: the label of a choice in each language."""
    return words.said(context["languages"], getattr(instance, f"get_{field}_display"), between)


@register.simple_tag(takes_context=True)
def day_name(context: Context, day: date, between: str = " · ") -> SafeString:
    return words.day_name(context["languages"], day, between)


@register.simple_tag(takes_context=True)
def clock(context: Context, instant: datetime) -> str:
    """“09:05” where the conference takes place."""
    return f"{instant.astimezone(context['conference'].zone):%H:%M}"


@register.simple_tag(takes_context=True)
def end_clock(context: Context, slot: ReleasedSlot) -> str:
    """When ``slot`` ends; with the day, in no language, of what goes on for a day or more."""
    hour = clock(context, slot.ends_at)
    if slot.ends_at - slot.starts_at < timedelta(days=1):
        return hour
    return f"{slot.ends_at.astimezone(context['conference'].zone):%d/%m} {hour}"


@register.simple_tag(takes_context=True)
def dates_of(context: Context, conference: Conference) -> SafeString:
    """The days of the conference in each language of the sheet."""
    first, last = conference.starts_on, conference.ends_on
    return words.said(context["languages"], lambda: long_date_range(first, last), mark_safe("<br>"))


@register.simple_tag(takes_context=True)
def edition_of(context: Context, release: Release) -> SafeString:
    """Which release is printed: a later one may have changed."""

    def told() -> str:
        day = release.published_at.astimezone(context["conference"].zone).date()
        return gettext(
            "This is version %(version)s of the programme, published on %(date)s. Changes since "
            "then are on the site."
        ) % {"version": release.version, "date": date_range(day, day)}

    return words.said(context["languages"], told, mark_safe("<br>"))


@register.simple_tag(takes_context=True)
def seats_of(context: Context, room: Room) -> SafeString:
    seats = room.capacity or 0

    def told() -> str:
        return ngettext("%(seats)d seat", "%(seats)d seats", seats) % {"seats": seats}

    return words.said(context["languages"], told)


@register.simple_tag(takes_context=True)
def roles_of(
    context: Context, session: ReleasedSession
) -> list[tuple[SafeString, list[ReleasedPart]]]:
    """Who has a part in the session as a whole, under the name of the role."""
    found: dict[str, list[ReleasedPart]] = {}
    for part in session.parts:
        if part.talk is None:
            found.setdefault(part.role, []).append(part)
    return [
        (words.said(context["languages"], parts[0].get_role_display), parts)
        for parts in found.values()
    ]


@register.filter
def page(pages: dict[str, int], anchor: str) -> str:
    """The number, or as much room as it will need."""
    return str(pages.get(anchor, "000"))


@register.filter
def page_of(pages: dict[str, int], code: str) -> str:
    return page(pages, f"session-{code}")


@register.simple_tag
def name_in_index(speaker: Speaker) -> str:
    """“Lovelace, Ada”; who has one name only keeps it."""
    return ", ".join(filter(None, [speaker.family_name, speaker.given_name]))
