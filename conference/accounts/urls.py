"""Signing in and out, the second factor, and "my space"."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.urls"))]
