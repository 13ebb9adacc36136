"""Slides and papers as the public fetches them: to be kept, never to be run on our site."""

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from conference.models import Conference
from conference.public import conference_page
from programme import released
from programme.files import public_files

SANDBOX: dict[str, list[str] | str] = {
    "default-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "sandbox": "",
}


@require_safe
@csp_override(SANDBOX)
@conference_page
def file(request: HttpRequest, conference: Conference, code: str, guid: UUID) -> FileResponse:
    """404 until it is public: before, nobody is told that there is one."""
    sessions = [slot.session for slot in released.slots(conference, released.with_code(code))]
    found = [one for files in public_files(sessions).values() for one in files if one.guid == guid]
    if not found:
        raise Http404
    return attached(found[0].stored, found[0].name, found[0].content_type)


def attached(stored: str, name: str, content_type: str) -> FileResponse:
    """A file of the private storage under the name that people know it by."""
    try:
        content = storages["private"].open(stored)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
