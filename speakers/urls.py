"""Public addresses of speakers."""

from django.urls import URLPattern

app_name = "speakers"
urlpatterns: list[URLPattern] = []
