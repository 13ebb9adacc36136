"""Public addresses of registration."""

from django.urls import path

from registration import views

app_name = "registration"
urlpatterns = [
    path("register/", views.register, name="register"),
    path("register/done/", views.done, name="done"),
    path("registration/<str:token>/", views.manage, name="manage"),
    path("registration/<str:token>/badge/", views.badge, name="badge"),
    path("registration/<str:token>/cancel/", views.cancel, name="cancel"),
    path("registration/<str:token>/ticket.pdf", views.ticket, name="ticket"),
    path("registration/<str:token>/calendar.ics", views.calendar, name="calendar"),
]
