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


class KeyReused(Refused):
    message = _(
        "This form was sent before, with other answers. Open it again to register somebody else."
    )


class WrongState(Refused):
    message = _("This registration is not in a state that allows it.")
