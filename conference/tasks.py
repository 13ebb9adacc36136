"""What the clock has done for the whole site; running twice is harmless."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from celery import shared_task
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from conference import imports


@shared_task
def clear_sessions() -> None:
    """Forget the sessions that are over, and from where they were opened."""
    call_command("clearsessions")
    yesterday = timezone.now() - timedelta(days=1)
    UserSession.objects.filter(created_at__lt=yesterday).exclude(
        session_key__in=Session.objects.values("session_key")
    ).delete()


@shared_task
def tidy_imports() -> None:
    """Delete files that were uploaded to be imported, a day later."""
    imports.tidy()
