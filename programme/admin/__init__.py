"""The staff's pages for the programme: a draft that may be wrong, releases that cannot."""

from programme.admin import announcements, draft, files, places, releases, sessions

__all__ = ["announcements", "draft", "files", "places", "releases", "sessions"]
