"""The ground's own pages of one conference."""

from django.urls import path

from conference.views import public
from conference.views.theme import theme_css

app_name = "conference"
urlpatterns = [
    path("", public.home, name="home"),
    path("partners/", public.partners, name="partners"),
    path("page/<slug:slug>/", public.page, name="page"),
    path("theme.css", theme_css, name="theme_css"),
]
