"""How staff sign in."""

from allauth.account.forms import LoginForm


class StaffLoginForm(LoginForm):  # type: ignore[misc]
    """allauth's, with the password that it leaves out where attendees sign in by codes."""

    def _setup_password_field(self) -> None:
        self.fields["password"].help_text = ""
