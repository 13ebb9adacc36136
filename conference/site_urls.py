"""Addresses of the whole site, in no language: for search engines, browsers and researchers."""

from django.urls import path

from conference.views import site

urlpatterns = [
    path("sitemap.xml", site.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", site.sitemap, name="sitemap"),
    path("robots.txt", site.robots, name="robots"),
    path(".well-known/security.txt", site.security, name="security"),
    path("favicon.ico", site.favicon, name="favicon"),
]
