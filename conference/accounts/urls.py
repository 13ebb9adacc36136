"""Signing in and out, the second factor, and "my space"."""

from django.urls import include, path

from conference.accounts import views

urlpatterns = [
    path("", views.my_space, name="my_space"),
    path("staff/", views.StaffLoginView.as_view(), name="staff_login"),
    path("second-factor/", views.second_factor, name="second_factor"),
    path("", include("allauth.urls")),
]
