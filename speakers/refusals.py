"""Why something was not done to a speaker's file, in words for the person who asked."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """Nothing was changed; ``str()`` says why, in the active language."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


class WrongState(Refused):
    message = _("This step is not possible in the state that the invitation is in now.")


class NoAddress(Refused):
    message = _("There is no e-mail address to write to.")


class NotForAssistants(Refused):
    message = _("Only the speaker can answer this, not the assistant.")


class AlreadyReviewed(Refused):
    message = _("This proposal was dealt with in the meantime.")


class ChangedSince(Refused):
    message = _("The text was changed after this was proposed. Compare again before you decide.")


class SubjectGone(Refused):
    message = _("What this proposal is about is not there any more.")
