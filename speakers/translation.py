"""Which texts about speakers stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from speakers.models import Speaker


@register(Speaker)
class SpeakerTranslation(TranslationOptions):
    fields = ("role_title", "affiliation", "biography")
