"""The programme's part of a speaker's own page, and files as the public fetches them."""

from django.urls import path

from programme import file_views, space_views
from speakers.space.urls import BASE

urlpatterns = [
    path("session/<slug:code>/files/<uuid:guid>/", file_views.file, name="file"),
    path(f"{BASE}talks/", space_views.talks, name="space_talks"),
    path(f"{BASE}talks/<uuid:guid>/", space_views.talk, name="space_talk"),
    path(f"{BASE}files/", space_views.own_files, name="space_files"),
    path(f"{BASE}files/<uuid:guid>/", space_views.own_file_content, name="space_file"),
    path(f"{BASE}files/<uuid:guid>/remove/", space_views.remove_file, name="space_remove_file"),
    path(f"{BASE}sessions.ics", space_views.calendar, name="space_calendar"),
]
