"""Themes and rooms."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from conference.models import Conference, Venue


class Theme(models.Model):
    """A line of thought that sessions belong to, told by a word and a mark."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="themes", verbose_name=_("conference")
    )
    slug = models.SlugField(_("slug"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("description"), blank=True)
    mark = models.PositiveSmallIntegerField(
        _("mark"), default=1, help_text=_("Which of the eight drawn marks stands beside its name.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="theme_slug_in_conference", fields=["conference", "slug"]),
            models.CheckConstraint(
                name="theme_mark_is_drawn",
                condition=Q(mark__range=(1, 8)),
                violation_error_message=_("Marks go from 1 to 8."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("programme:theme", args=[self.conference.slug, self.slug])


class Room(models.Model):
    """A place where one session at a time happens."""

    conference = models.ForeignKey(
        Conference, models.CASCADE, related_name="rooms", verbose_name=_("conference")
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, related_name="rooms", verbose_name=_("venue"), blank=True, null=True
    )
    guid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("slug"), max_length=80)
    name = models.CharField(_("name"), max_length=120)
    capacity = models.PositiveIntegerField(_("capacity"), null=True, blank=True)
    directions = models.TextField(_("how to get there"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(name="room_slug_in_conference", fields=["conference", "slug"]),
        ]

    def __str__(self) -> str:
        return self.name
