"""Speakers in public: those who are published, and nobody else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from conference.models import Conference
from conference.public import public_page
from speakers import structured_data


@public_page
def speakers(request: HttpRequest, conference: Conference) -> HttpResponse:
    found = list(conference.speakers.published().in_order())
    for one in found:
        one.conference = conference
    context = {
        "headliners": [one for one in found if one.is_headliner],
        "others": [one for one in found if not one.is_headliner],
    }
    return render(request, "speakers/list.html", context)


@public_page
def speaker(request: HttpRequest, conference: Conference, code: str) -> HttpResponse:
    published = conference.speakers.published().select_related("organisation")
    found = get_object_or_404(published, code=code)
    found.conference = conference
    context = {"speaker": found, "structured_data": structured_data.person(found)}
    return render(request, "speakers/detail.html", context)
