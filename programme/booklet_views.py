"""The printed programme, to be fetched by everybody."""

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from conference.models import Conference
from conference.public import conference_page
from programme.paper import site


@require_safe
@conference_page
def booklet(request: HttpRequest, conference: Conference) -> HttpResponseBase:
    """The booklet in the language of the address; not found until the worker has made it."""
    paper = site.current(conference, get_language() or "fr")
    if paper is None or not paper.file or not storages["private"].exists(paper.file):
        raise Http404
    etag = f'"{paper.pk}"'
    answer = get_conditional_response(request, etag=etag) or FileResponse(
        storages["private"].open(paper.file),
        content_type="application/pdf",
        filename=f"{conference.slug}-{get_language()}.pdf",
    )
    answer["ETag"] = etag
    patch_cache_control(answer, public=True, no_cache=True)
    return answer
