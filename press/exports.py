"""The media list as a file: its columns, and a journalist's card."""

from functools import cache
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.exports import Card, Column, Format, export_response
from press.models import Journalist, JournalistQuerySet

DATASET = "media-list"


def outlet_of(journalist: Journalist) -> str:
    current = journalist.current_affiliation
    return current.outlet.name if current else ""


def role_of(journalist: Journalist) -> str:
    current = journalist.current_affiliation
    return current.role if current else ""


def kind_of(journalist: Journalist) -> str:
    current = journalist.current_affiliation
    return str(current.outlet.get_kind_display()) if current else ""


def country_of(journalist: Journalist) -> str:
    return country_name(journalist.country.code or "", get_language())


@cache
def country_name(code: str, language: str | None) -> str:
    """The country in the active language, which ``language`` names."""
    return str(countries.name(code))


def beats_of(journalist: Journalist) -> list[str]:
    return [beat.name or beat.slug for beat in journalist.beats.all()]


COLUMNS = [
    Column("family_name", _("Family name"), lambda j: j.family_name, 24),
    Column("given_name", _("Given name"), lambda j: j.given_name, 18),
    Column("outlet", _("Outlet"), outlet_of, 28),
    Column("outlet_kind", _("Kind of outlet"), kind_of, 18),
    Column("role", _("Role"), role_of, 28),
    Column("email", _("E-mail"), lambda j: j.email, 34),
    Column("phone", _("Telephone"), lambda j: j.phone, 20),
    Column("mobile", _("Mobile telephone"), lambda j: j.mobile, 20),
    Column(
        "preferred_channel", _("Preferred channel"), lambda j: j.get_preferred_channel_display()
    ),
    Column("country", _("Country"), country_of, 18),
    Column("city", _("City"), lambda j: j.city, 18),
    Column("languages", _("Languages"), lambda j: j.languages, 14),
    Column("beats", _("Beats"), beats_of, 34),
    Column("website", _("Website"), lambda j: j.website, 30),
    Column("source", _("Source of the data"), lambda j: j.get_source_display(), 20),
    Column("collected_on", _("Collected"), lambda j: j.collected_on, 12),
    Column("notice_sent_at", _("Informed"), lambda j: j.notice_sent_at, 18),
    Column("last_contact_on", _("Last contact"), lambda j: j.last_contact_on, 12),
]


def card_of(journalist: Journalist) -> Card:
    return Card(
        # The same person is the same card in every export, so that address books can update it.
        uid=uuid5(NAMESPACE_URL, f"{settings.SITE_URL}/journalist/{journalist.pk}").urn,
        family_name=journalist.family_name,
        given_name=journalist.given_name,
        organisation=outlet_of(journalist),
        title=role_of(journalist),
        email=journalist.email,
        phone=journalist.phone,
        mobile=journalist.mobile,
        categories=beats_of(journalist),
        languages=journalist.languages,
        city=journalist.city,
        country=country_of(journalist),
        url=journalist.website,
        revised_at=journalist.updated_at,
    )


def export_journalists(
    request: HttpRequest,
    journalists: JournalistQuerySet,
    *,
    format: str,
    columns: list[str],
    purpose: str,
    question: dict[str, Any],
) -> FileResponse:
    """The file of those among ``journalists`` who have not objected, logged before it leaves."""
    return export_response(
        request,
        dataset=DATASET,
        format=Format(format),
        columns=[column for column in COLUMNS if column.name in columns],
        rows=journalists.reachable().for_listing(),
        card=card_of,
        purpose=purpose,
        question=question,
    )
