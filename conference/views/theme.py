"""The colours of one conference as a style sheet: a strict CSP allows no inline style."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from conference import theme
from conference.models import Conference
from conference.public import conference_page


@require_safe
@conference_page
def theme_css(request: HttpRequest, conference: Conference) -> HttpResponse:
    """Kept for a year: pages ask for it under an address that changes with the accent."""
    response = HttpResponse(
        theme.stylesheet(conference.accent), content_type="text/css; charset=utf-8"
    )
    year = 365 * 24 * 3600
    patch_cache_control(response, public=True, max_age=year if "v" in request.GET else 300)
    return response
