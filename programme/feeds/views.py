"""The released programme for programs; nothing is there before the first release."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import slugify

from conference.models import Conference
from programme import released
from programme.feeds import json_file, xml_file
from programme.feeds.document import Json, document
from programme.feeds.http import feed
from programme.files import public_files


@feed
def schedule_json(request: HttpRequest, conference: Conference) -> HttpResponse:
    return schedule_file(request, conference, json_file.as_json, json_file.CONTENT_TYPE, "json")


@feed
def schedule_xml(request: HttpRequest, conference: Conference) -> HttpResponse:
    return schedule_file(request, conference, xml_file.as_xml, xml_file.CONTENT_TYPE, "xml")


def schedule_file(
    request: HttpRequest,
    conference: Conference,
    writer: Callable[[Json], bytes],
    content_type: str,
    ending: str,
) -> HttpResponse:
    release = released.current_release(conference)
    if release is None:
        raise Http404
    slots = released.slots(conference, release=release)
    files = public_files([slot.session for slot in slots], request)
    content = writer(document(conference, release, slots, files))
    return inline(content, content_type, f"{slugify(conference.slug)}.{ending}")


def inline(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
