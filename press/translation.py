"""Which texts of the press office stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from press.models import Beat, PressContact, PressKitItem, PressRelease


@register(Beat)
class BeatTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("fr", "en")


@register(PressContact)
class PressContactTranslation(TranslationOptions):
    fields = ("hours",)


@register(PressRelease)
class PressReleaseTranslation(TranslationOptions):
    fields = ("title", "standfirst", "body")


@register(PressKitItem)
class PressKitItemTranslation(TranslationOptions):
    fields = ("title", "text", "terms")
    required_languages = {"default": ("title",)}
