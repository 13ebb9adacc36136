""" "My space", and the way from a password to the staff's pages."""

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from conference.accounts import staff
from conference.accounts.forms import StaffLoginForm


class StaffLoginView(LoginView):  # type: ignore[misc]
    """Password first, then the second factor; counted and slowed down as every sign-in."""

    template_name = "account/staff_login.html"

    def get_form_class(self) -> type[StaffLoginForm]:
        return StaffLoginForm


@require_safe
def my_space(request: HttpRequest) -> HttpResponse:
    context = {
        "has_factor": staff.has_factor(request.user),
        "session_count": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/my_space.html", context)


@require_safe
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask a member of staff for the second factor they have, or explain how to get one."""
    following = get_next_redirect_url(request) or reverse("admin:index")
    if not request.user.is_staff:
        return redirect("mfa_index")
    if staff.may_enter(request):
        return redirect(following)
    kinds = set(
        Authenticator.objects.filter(user=request.user, type__in=staff.FACTORS).values_list(
            "type", flat=True
        )
    )
    if not kinds:
        return render(request, "accounts/second_factor.html", {"next": following})
    by_app = Authenticator.Type.TOTP in kinds
    name = "mfa_reauthenticate" if by_app else "mfa_reauthenticate_webauthn"
    return redirect(f"{reverse(name)}?{urlencode({REDIRECT_FIELD_NAME: following})}")
