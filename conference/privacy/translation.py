"""Which texts about personal data stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from conference.privacy.models import Notice


@register(Notice)
class NoticeTranslation(TranslationOptions):
    fields = ("text",)
