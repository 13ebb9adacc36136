"""The only way to send a mail: ``mail.send()`` writes a row, the relay delivers it.

The row is part of the caller's transaction: what is rolled back is never announced, what is
committed is announced even if Celery, Redis or the mail server are away for days.
"""

from typing import TYPE_CHECKING

from .parts import File, attachment, late_value

if TYPE_CHECKING:
    from .sending import send, send_rendered

__all__ = ["File", "attachment", "late_value", "send", "send_rendered"]


def __getattr__(name: str) -> object:
    # These need the models, which are not there yet when Django imports this package.
    if name in {"send", "send_rendered"}:
        from . import sending

        return getattr(sending, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
