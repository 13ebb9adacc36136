"""The pages of the ground: home, partners, what staff write."""

from itertools import groupby

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from conference.models import Conference, Partner
from conference.public import public_page


@login_not_required
@require_safe
def root(request: HttpRequest) -> HttpResponse:
    """Lead to the current edition, in the visitor's language."""
    conference = get_object_or_404(Conference.objects.published(), is_current=True)
    response = redirect(conference)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@public_page
def home(request: HttpRequest, conference: Conference) -> HttpResponse:
    return render(request, "conference/home.html", {"partner_levels": partner_levels(conference)})


@public_page
def partners(request: HttpRequest, conference: Conference) -> HttpResponse:
    context = {"partner_levels": partner_levels(conference)}
    return render(request, "conference/partners.html", context)


@public_page
def page(request: HttpRequest, conference: Conference, slug: str) -> HttpResponse:
    found = get_object_or_404(conference.pages.published(), slug=slug)
    found.conference = conference
    return render(request, "conference/page.html", {"page": found})


def partner_levels(conference: Conference) -> list[tuple[Partner.Level, list[Partner]]]:
    """Partners by level, levels in the order in which they are declared."""
    order = list(Partner.Level)
    partners = sorted(
        conference.partners.select_related("organisation").prefetch_related(
            "organisation__members"
        ),
        key=lambda partner: (
            order.index(Partner.Level(partner.level)),
            partner.position,
            partner.pk,
        ),
    )
    return [
        (Partner.Level(level), list(group))
        for level, group in groupby(partners, key=lambda partner: partner.level)
    ]
