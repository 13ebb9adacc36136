"""Addresses of a speaker's own page; the programme's part of it is in programme/urls.py."""

from django.urls import path

from speakers.space import portrait_views, views

BASE = "speaker-space/<str:token>/"

urlpatterns = [
    path("speaker-space/", views.own_space, name="own_space"),
    path(BASE, views.overview, name="space"),
    path(f"{BASE}answer/", views.answer, name="space_answer"),
    path(f"{BASE}answer/withdraw/", views.withdraw_from_conference, name="space_withdraw"),
    path(f"{BASE}profile/", views.public_profile, name="space_profile"),
    path(f"{BASE}changes/", views.changes, name="space_changes"),
    path(f"{BASE}changes/<int:pk>/withdraw/", views.withdraw_change, name="space_withdraw_change"),
    path(f"{BASE}portrait/", portrait_views.portrait, name="space_portrait"),
    path(f"{BASE}portrait/crop/", portrait_views.crop, name="space_crop"),
    path(f"{BASE}portrait/remove/", portrait_views.remove_portrait, name="space_remove_portrait"),
    path(f"{BASE}portrait/picture/", portrait_views.picture, name="space_picture"),
    path(f"{BASE}portrait/square/", portrait_views.square, name="space_square"),
    path(f"{BASE}consents/", views.agreements, name="space_consents"),
    path(f"{BASE}availability/", views.availability, name="space_availability"),
    path(
        f"{BASE}availability/<int:pk>/remove/",
        views.forget_unavailability,
        name="space_forget_unavailability",
    ),
    path(f"{BASE}logistics/", views.logistics, name="space_logistics"),
    path(f"{BASE}assistant/", views.assistant, name="space_assistant"),
    path(f"{BASE}assistant/link/", views.assistant_link, name="space_assistant_link"),
]
