"""What was said to people about their data, and who took data out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from conference.models import Conference, both_languages


class Notice(models.Model):
    """One version of the information given where data are collected (GDPR article 13)."""

    class Purpose(models.TextChoices):
        REGISTRATION = "registration", _("Registration")
        PRESS = "press", _("Media list")

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="notices", verbose_name=_("conference")
    )
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"), help_text=_("Markdown."))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("information notice")
        verbose_name_plural = _("information notices")
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="notice_version", fields=["conference", "purpose", "version"]
            ),
            models.CheckConstraint(
                name="notice_published_in_both_languages",
                condition=Q(published_at__isnull=True) | both_languages("text"),
                violation_error_message=_("A published notice is written in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} v{self.version}"


class ExportLog(models.Model):
    """Who took which personal data out, and why; rows are added, never changed."""

    created_at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    user_email = models.EmailField(_("address at the time"))
    dataset = models.CharField(_("data"), max_length=60)
    format = models.CharField(_("format"), max_length=10)
    question = models.JSONField(_("question"), default=dict)
    columns = models.JSONField(_("columns"), default=list)
    rows = models.PositiveIntegerField(_("rows"))
    purpose = models.CharField(_("purpose"), max_length=300)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="exportlog_has_a_purpose", condition=~Q(purpose__regex=r"^\s*$")
            ),
        ]
        indexes = [models.Index(name="exportlog_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.dataset} {self.format} {self.pk}"
