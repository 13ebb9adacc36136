"""What machines ask a site for: its map, its manners, its icon, whom to tell of a weakness."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import InvalidPage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from conference import sitemaps
from conference.context import current_conference
from conference.public import site_page

# RFC 9116 §2.5.5: less than a year.
VALID_FOR = timedelta(days=180)


@site_page
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The sections of the map; those that hold nothing are left out."""
    found = []
    for name, section in sitemaps.sections().items():
        address = settings.SITE_URL + reverse("sitemap", args=[name])
        pages = section.paginator
        if pages.count:
            found += [
                {"location": address if page == 1 else f"{address}?p={page}"}
                for page in pages.page_range
            ]
    context = {"sitemaps": found}
    return render(request, "sitemap_index.xml", context, content_type="application/xml")


@site_page
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """The pages of one section, with their twins in the other language."""
    try:
        urls = sitemaps.sections()[section].get_urls(page=request.GET.get("p", "1"))
    except (KeyError, InvalidPage) as error:
        raise Http404 from error
    return render(request, "sitemap.xml", {"urlset": urls}, content_type="application/xml")


@site_page
def robots(request: HttpRequest) -> HttpResponse:
    """Private links are told to nobody; this only asks not to follow one that leaked."""
    closed = [f"/{code}/{area}/" for code, _ in settings.LANGUAGES for area in ("admin", "account")]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in [*closed, "/*/*/registration/"]),
        "",
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap_index')}",
    ]
    return plain(lines)


@site_page
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: to whom a weakness is reported."""
    conference = current_conference()
    contact = settings.SECURITY_CONTACT or (conference and f"mailto:{conference.contact_email}")
    if not contact:
        raise Http404
    expires = datetime.combine(timezone.now().date() + VALID_FOR, time(), UTC)
    return plain(
        [
            f"Contact: {contact}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            f"Preferred-Languages: {', '.join(code for code, _ in settings.LANGUAGES)}",
            f"Canonical: {settings.SITE_URL}{reverse('security')}",
        ]
    )


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for it that have read no page."""
    response = HttpResponseRedirect(static("img/favicon.ico"))
    patch_cache_control(response, public=True, max_age=86400)
    return response


def plain(lines: list[str]) -> HttpResponse:
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
