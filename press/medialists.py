"""What a media list asks, and who answers to it."""

from typing import Any

from press.models import Journalist, JournalistQuerySet, MediaList


def journalists_of(media_list: MediaList) -> JournalistQuerySet:
    """Those who answer to the list now and have not objected, each once, in order of name."""
    return matching(media_list).reachable().for_listing()


def matching(media_list: MediaList) -> JournalistQuerySet:
    """Every criterion that is filled in must hold; one of its values is enough.

    Those who objected are among them: only counts may show them.
    """
    found = Journalist.objects.all()
    if media_list.kinds:
        found = found.at_outlets_of(media_list.kinds)
    if media_list.countries:
        found = found.in_countries(country.code for country in media_list.countries)
    if media_list.languages:
        found = found.speaking(media_list.languages)
    if beats := list(media_list.beats.all()):
        found = found.following(beats)
    if outlets := list(media_list.outlets.all()):
        found = found.at_outlets(outlets)
    return found


def question_of(media_list: MediaList) -> dict[str, Any]:
    """The question as the export log keeps it, readable after the list has changed."""
    return {
        "list": media_list.pk,
        "name": media_list.name,
        "kinds": list(media_list.kinds),
        "countries": [country.code for country in media_list.countries],
        "languages": list(media_list.languages),
        "beats": [beat.slug for beat in media_list.beats.all()],
        "outlets": [outlet.name for outlet in media_list.outlets.all()],
    }
