"""What visitors choose for themselves."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conference.models import Conference
from programme.models.sessions import LANGUAGES, Session


class Agenda(models.Model):
    """Somebody's choice of sessions, opened by a secret address and belonging to no account."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="agendas", verbose_name=_("conference")
    )
    # With the key of the installation it makes the secret again (conference/secrets.py).
    nonce = models.UUIDField(default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=2, choices=LANGUAGES)
    # Only for who wants to be told of changes, and only once the address has answered.
    email = models.EmailField(_("e-mail address"), blank=True)
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("agenda")
        verbose_name_plural = _("agendas")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(name="agenda_by_age", fields=["changed_at"])]

    def __str__(self) -> str:
        return str(self.pk)


class Star(models.Model):
    """A session in somebody's agenda."""

    agenda = models.ForeignKey(Agenda, models.CASCADE, related_name="stars")
    session = models.ForeignKey(Session, models.CASCADE, related_name="stars")
    starred_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("starred session")
        verbose_name_plural = _("starred sessions")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="star_once", fields=["agenda", "session"])]

    def __str__(self) -> str:
        return f"{self.agenda_id} {self.session_id}"
