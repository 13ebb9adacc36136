"""How long a mail is kept: its words for a month, the fact that it was sent for half a year."""

from datetime import timedelta

from django.db.models.functions import Now

from .models import OutgoingMail

KEEP_TEXT = timedelta(days=30)
KEEP_ROW = timedelta(days=183)


def forget() -> None:
    """Empty the bodies and delete the rows whose time is over; what still waits is kept."""
    over = OutgoingMail.objects.exclude(pk__in=OutgoingMail.objects.unsent().values("pk"))
    over.filter(created_at__lt=Now() - KEEP_ROW).delete()
    over.filter(created_at__lt=Now() - KEEP_TEXT).exclude(text="", html="").update(
        text="", html="", late_values={}, attachments=[]
    )
