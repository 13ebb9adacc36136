"""The staff's pages for the programme: a draft that may be wrong, releases that cannot."""

from programme.admin import draft, places, releases, sessions

__all__ = ["draft", "places", "releases", "sessions"]
