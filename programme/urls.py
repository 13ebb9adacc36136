"""Public addresses of the programme."""

from django.urls import path

from programme import views

app_name = "programme"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule.ics", views.schedule_ics, name="schedule_ics"),
    path("session/<slug:code>/", views.session, name="session"),
    path("session/<slug:code>.ics", views.session_ics, name="session_ics"),
    path("themes/", views.themes, name="themes"),
    path("theme/<slug:slug>/", views.theme, name="theme"),
]
