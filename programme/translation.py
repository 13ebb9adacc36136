"""Which texts of the programme stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from programme.models import Release, Room, Session, Talk, Theme


@register(Theme)
class ThemeTranslation(TranslationOptions):
    fields = ("name", "description")
    required_languages = {"default": ("name",)}


@register(Room)
class RoomTranslation(TranslationOptions):
    fields = ("name", "directions")
    required_languages = {"default": ("name",)}


@register(Session)
class SessionTranslation(TranslationOptions):
    fields = ("title", "subtitle", "abstract")
    required_languages = {"default": ("title",)}


@register(Talk)
class TalkTranslation(TranslationOptions):
    fields = ("title", "abstract")


@register(Release)
class ReleaseTranslation(TranslationOptions):
    fields = ("comment",)
