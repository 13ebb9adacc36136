"""What mails about accounts carry and no table keeps."""

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from conference import mail
from conference.accounts.models import User


@mail.late_value("accounts.first_login_link")
def first_login_link(argument: str) -> str:
    """The address where this person chooses a password; it dies with its use, or in three days."""
    user = User.objects.get(pk=argument)
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": token},
    )
    return f"{settings.SITE_URL}{path}"
