"""Which texts of registration stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from registration.models import Quota, TicketType


@register(TicketType)
class TicketTypeTranslation(TranslationOptions):
    fields = ("name", "description", "badge_role")
    required_languages = {"default": ("name", "badge_role")}


@register(Quota)
class QuotaTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("fr", "en")
