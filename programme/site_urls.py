"""Addresses of the whole site: sitemap and robots."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
