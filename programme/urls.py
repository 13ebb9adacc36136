"""Public addresses of the programme."""

from django.urls import path

from programme import agenda_views, booklet_views, release_views, screen_views, views
from programme.feeds import calendar_views as calendars
from programme.feeds import views as feeds
from programme.space_urls import urlpatterns as space

app_name = "programme"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/now/", views.on_now, name="now"),
    path("schedule/v/<str:version>/", release_views.release, name="release"),
    path("changelog/", release_views.history, name="changelog"),
    path("changelog/feed.xml", release_views.feed, name="changelog_feed"),
    path("schedule.ics", calendars.schedule_ics, name="schedule_ics"),
    path("schedule.json", feeds.schedule_json, name="schedule_json"),
    path("schedule.xml", feeds.schedule_xml, name="schedule_xml"),
    path("programme.pdf", booklet_views.booklet, name="booklet"),
    path("session/<slug:code>/", views.session, name="session"),
    path("session/<slug:code>.ics", calendars.session_ics, name="session_ics"),
    path("themes/", views.themes, name="themes"),
    path("theme/<slug:slug>/", views.theme, name="theme"),
    path("theme/<slug:slug>.ics", calendars.theme_ics, name="theme_ics"),
    path("room/<slug:slug>.ics", calendars.room_ics, name="room_ics"),
    path("speaker/<slug:code>.ics", calendars.speaker_ics, name="speaker_ics"),
    path("screens/", screen_views.board, name="screens"),
    path("screens/worker.js", screen_views.worker, name="screen_worker"),
    path("screen/<slug:slug>/", screen_views.screen, name="screen"),
    path("room/<slug:slug>/", views.room, name="room"),
    path("organisation/<slug:slug>/", views.organisation, name="organisation"),
    path("agenda/", agenda_views.start, name="agenda"),
    path("agenda/star/", agenda_views.star, name="star"),
    path("agenda/starred.json", agenda_views.starred, name="agenda_starred"),
    path("agenda/news/<int:number>/<str:token>/", agenda_views.news, name="agenda_news"),
    path("agenda/<str:token>.ics", agenda_views.calendar, name="agenda_ics"),
    path("agenda/<str:token>/", agenda_views.page, name="agenda_page"),
    *space,
]
