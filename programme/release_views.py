"""The history of the programme in public: its versions, their differences, and a feed of them."""

from datetime import datetime, time
from itertools import groupby

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, gettext

from conference.i18n import text_of
from conference.models import Conference
from conference.public import public_page
from programme import changelog, released
from programme.changelog import Entry
from programme.feeds.xml_file import written
from programme.models import Release
from programme.released import ReleasedSlot

ON_A_PAGE = 20
IN_THE_FEED = 30


@public_page
def history(request: HttpRequest, conference: Conference) -> HttpResponse:
    """Every release, the latest first, with what it changed."""
    releases = conference.releases.select_related("copy_of").order_by("-published_at", "-pk")
    page = Paginator(releases, ON_A_PAGE).get_page(request.GET.get("page"))
    entries = changelog.entries(conference, list(page.object_list))
    return render(request, "programme/changelog.html", {"page": page, "entries": entries})


@public_page
def feed(request: HttpRequest, conference: Conference) -> HttpResponse:
    """The same as an Atom feed (RFC 4287); there is none before the first release."""
    latest = list(conference.releases.order_by("-published_at", "-pk")[:IN_THE_FEED])
    if not latest:
        raise Http404
    content = atom(conference, changelog.entries(conference, latest))
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response


def atom(conference: Conference, entries: list[Entry]) -> str:
    name = written(str(text_of(conference, "name")))
    page = absolute("programme:changelog", conference)
    atom = Atom1Feed(
        title=gettext("%(conference)s: changes of the programme") % {"conference": name},
        link=page,
        description=None,
        language=get_language(),
        author_name=name,
        feed_url=absolute("programme:changelog_feed", conference),
        feed_guid=page,
    )
    for entry in entries:
        link = f"{settings.SITE_URL}{entry.url}"
        atom.add_item(
            title=gettext("Version %(version)s") % {"version": entry.release.version},
            link=link,
            description=written(html_of(entry)),
            unique_id=link,
            pubdate=entry.release.published_at,
            updateddate=entry.release.published_at,
        )
    return atom.writeString("utf-8")


def html_of(entry: Entry) -> str:
    comment = format_html("<p>{}</p>", entry.comment) if entry.comment else ""
    lines = format_html_join("", "<li>{}</li>", ((line,) for line in entry.sentences))
    return format_html("{}<ul>{}</ul>", comment, lines) if lines else str(comment)


def absolute(name: str, conference: Conference) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=[conference.slug])}"


@public_page
def release(request: HttpRequest, conference: Conference, version: str) -> HttpResponse:
    """The programme as it was published under this name, for ever at this address."""
    found: Release = get_object_or_404(
        conference.releases.defer("changes"), version=version, is_sealed=True
    )
    slots = released.slots(conference, release=found)
    context = {
        "release": found,
        "days": [
            (datetime.combine(day, time()), list(of_day))
            for day, of_day in groupby(slots, key=ReleasedSlot.day)
        ],
    }
    return render(request, "programme/release.html", context)
