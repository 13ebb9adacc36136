"""Which texts of the ground stand in both languages."""

from modeltranslation.translator import TranslationOptions, register

from conference.models import Conference, Organisation, Page, Venue

BOTH = ("fr", "en")


@register(Conference)
class ConferenceTranslation(TranslationOptions):
    fields = ("name", "subtitle", "summary", "description", "opens_for", "programme_note")
    required_languages = BOTH


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("name", "short_name", "description")
    required_languages = {"default": ("name",)}


@register(Venue)
class VenueTranslation(TranslationOptions):
    fields = ("name", "city", "directions", "access_note")
    required_languages = {"default": ("name", "city")}


@register(Page)
class PageTranslation(TranslationOptions):
    fields = ("title", "summary", "body")
