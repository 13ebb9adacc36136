"""Public addresses of the speakers."""

from django.urls import path

from speakers import views
from speakers.space.urls import urlpatterns as space

app_name = "speakers"
urlpatterns = [
    path("speakers/", views.speakers, name="list"),
    path("speaker/<slug:code>/", views.speaker, name="detail"),
    *space,
]
