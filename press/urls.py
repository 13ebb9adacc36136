"""Public addresses of press."""

from django.urls import path

from press import views

app_name = "press"
urlpatterns = [
    path("press/", views.room, name="room"),
    path("press/kit/<int:pk>/<str:name>", views.kit_file, name="kit_file"),
    path("press/<slug:slug>/", views.release, name="release"),
]
