"""Why a registration was not done, in words for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing was changed; ``str()`` says why, in the active language."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class SoldOut(Refused):
    message = _("The last seat of this kind has just been taken.")


class NotOpen(Refused):
    message = _("Registration of this kind is not open at the moment.")


class ByInvitation(Refused):
    message = _("This kind of registration is by invitation only.")


class SentBefore(Refused):
    """The form has had its answer; with a fresh key it is a new one."""


class KeyReused(SentBefore):
    message = _("Your earlier form was received. Send this one again to register somebody else.")


class Ended(SentBefore):
    message = _(
        "You sent this form before, and that registration is over. Send it again to register anew."
    )


class WrongState(Refused):
    message = _("This registration is not in a state that allows it.")
