"""What takes long to draw: asked for, made by the worker, fetched, gone after a day."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from conference.models import Conference


class Paper(models.Model):
    """One file to print, made by the worker while who asked for it watches its progress.

    ``kind`` names what draws it (``kinds.py``) and ``arguments`` what it is told. Without
    ``requested_by`` it is nobody's own: a publication asked for it.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="papers", verbose_name=_("conference")
    )
    kind = models.CharField(_("kind"), max_length=60, editable=False)
    title = models.CharField(_("title"), max_length=200, editable=False)
    arguments = models.JSONField(default=dict, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("asked by"),
        null=True,
        editable=False,
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.QUEUED, editable=False
    )
    done = models.PositiveIntegerField(_("done"), default=0, editable=False)
    total = models.PositiveIntegerField(_("of"), default=0, editable=False)
    error = models.CharField(_("error"), max_length=300, blank=True, editable=False)
    # A name in the private storage; deleted with its row.
    file = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("asked"), db_default=Now(), editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        default_permissions = ("view",)
        ordering = ["-created_at", "pk"]
        constraints = [
            # What nobody asked for in person is made once.
            models.UniqueConstraint(
                name="paper_of_nobody_once",
                fields=["conference", "kind", "arguments"],
                condition=Q(requested_by__isnull=True),
            ),
        ]
        indexes = [models.Index(name="paper_by_age", fields=["created_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def is_waiting(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)
