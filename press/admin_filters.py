"""What the list of journalists can be narrowed by, in words that staff use."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from press.forms import spoken_languages
from press.languages import language_name
from press.models import Affiliation, Beat, Journalist, JournalistQuerySet, Outlet


class ChoiceFilter(SimpleListFilter):
    """One of the choices on offer; a value that is none of them is refused."""

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        raise NotImplementedError

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(self.choices_for(request))

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        if value not in {choice for choice, _label in self.lookup_choices}:
            raise IncorrectLookupParameters
        return self.narrow(queryset, value)


class KindFilter(ChoiceFilter):
    title = _("kind of outlet")
    parameter_name = "kind"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        return Outlet.Kind.choices

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        return journalists.at_outlets_of([value])


class CountryFilter(ChoiceFilter):
    title = _("country")
    parameter_name = "country"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        codes = Journalist.objects.exclude(country="").order_by().values_list("country", flat=True)
        named = ((str(code), str(countries.name(code))) for code in codes.distinct())
        return sorted(named, key=lambda choice: choice[1])

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        return journalists.in_countries([value])


class LanguageFilter(ChoiceFilter):
    title = _("language")
    parameter_name = "language"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        named = ((code, language_name(code)) for code in spoken_languages())
        return sorted(named, key=lambda choice: choice[1])

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        return journalists.speaking([value])


class BeatFilter(ChoiceFilter):
    title = _("beat")
    parameter_name = "beat"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        return [(beat.slug, str(beat)) for beat in Beat.objects.all()]

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        return journalists.following(Beat.objects.filter(slug=value))


class OutletFilter(ChoiceFilter):
    title = _("outlet")
    parameter_name = "outlet"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        current = Affiliation.objects.filter(is_current=True).values("outlet")
        return [(str(outlet.pk), outlet.name) for outlet in Outlet.objects.filter(pk__in=current)]

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        return journalists.at_outlets(Outlet.objects.filter(pk=value))


class RightsFilter(ChoiceFilter):
    title = _("information and objection")
    parameter_name = "rights"

    def choices_for(self, request: HttpRequest) -> Sequence[tuple[str, Any]]:
        return [
            ("reachable", _("Reachable")),
            ("to-inform", _("To be informed")),
            ("overdue", _("Overdue to be informed")),
            ("objected", _("Objected")),
        ]

    def narrow(self, journalists: JournalistQuerySet, value: str) -> JournalistQuerySet:
        if value == "objected":
            return journalists.filter(objected_at__isnull=False)
        if value == "overdue":
            return journalists.overdue()
        return journalists.to_inform() if value == "to-inform" else journalists.reachable()
