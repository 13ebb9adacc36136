"""Logistics: a model apart, with rights of its own, so that no page about speakers reaches it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin import ActionLocation
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME, AdminForm
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.admin_base import HouseAdmin
from conference.exports import Format
from conference.models import Conference
from speakers import logistics
from speakers.models import Logistics

FORMATS = [(one.value, one.label) for one in Format if one != Format.VCARD]


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=_("Format"), choices=FORMATS, initial=Format.XLSX, widget=forms.RadioSelect
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        help_text=_("Take only what you need."),
        choices=[(column.name, column.header) for column in logistics.COLUMNS],
        initial=[column.name for column in logistics.COLUMNS],
        widget=forms.CheckboxSelectMultiple,
    )
    purpose = forms.CharField(
        label=_("What is this export for?"),
        help_text=_(
            "For example: list of rooms for the hotel. It is kept in the log of exports with your "
            "name, the date and the number of people: leave out what you know of a person."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Say what the list will be used for: it is kept in the log.")
        },
    )


class DayFilter(admin.SimpleListFilter):
    """The days around the conference, by what happens on them."""

    field = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        conference = Conference.objects.filter(is_current=True).first()
        if conference is None:
            return []
        first = conference.starts_on - timedelta(days=3)
        count = min((conference.ends_on - conference.starts_on).days, 14) + 6
        days = [first + timedelta(days=number) for number in range(count)]
        none = ("none", _("not known"))
        return [*((day.isoformat(), date_format(day, "D j N")) for day in days), none]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value() or ""
        if value == "none":
            return queryset.filter(**{f"{self.field}__isnull": True})
        day = day_of(value)
        return queryset if day is None else queryset.filter(self.on(day))

    def on(self, day: date) -> Q:
        """From midnight to midnight, where the conference takes place."""
        conference = Conference.objects.filter(is_current=True).first()
        zone = conference.zone if conference else None
        start = datetime.combine(day, time(), zone)
        end = datetime.combine(day + timedelta(days=1), time(), zone)
        return Q(**{f"{self.field}__gte": start, f"{self.field}__lt": end})


def day_of(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None


class ArrivalFilter(DayFilter):
    title = _("day of arrival")
    parameter_name = "arrives"
    field = "arrives_at"


class DepartureFilter(DayFilter):
    title = _("day of leaving")
    parameter_name = "leaves"
    field = "departs_at"


class NightFilter(DayFilter):
    title = _("night")
    parameter_name = "night"
    field = "nights_from"

    def on(self, day: date) -> Q:
        return Q(nights_from__lte=day, nights_until__gt=day)


def lines(*texts: str) -> SafeString:
    """Each text that there is on a line of its own."""
    return format_html_join(mark_safe("<br>"), "{}", ((text,) for text in texts if text))


def moment(plan: Logistics, instant: datetime | None) -> str:
    """Day and hour where the conference takes place, as short as can be."""
    if instant is None:
        return ""
    return date_format(instant.astimezone(plan.speaker.conference.zone), "D\xa0j\xa0N H:i")


@admin.register(Logistics)
class LogisticsAdmin(HouseAdmin):
    change_list_template = "speakers/admin/logistics.html"
    list_display = [
        "speaker",
        "arrival",
        "departure",
        "stay",
        "wishes",
        "company",
    ]
    list_select_related = ["speaker__conference"]
    list_filter = [
        ArrivalFilter,
        DepartureFilter,
        NightFilter,
        ("hotel", admin.AllValuesFieldListFilter),
        ("diet", admin.EmptyFieldListFilter),
        ("needs", admin.EmptyFieldListFilter),
        ("equipment", admin.EmptyFieldListFilter),
        "speaker__state",
        "speaker__conference",
    ]
    search_fields = ["speaker__family_name", "speaker__given_name", "hotel", "assistant_name"]
    ordering = ["speaker__family_name", "speaker__given_name", "pk"]
    autocomplete_fields = ["speaker"]
    actions = ["export_selection"]
    fieldsets = [
        (None, {"fields": ["speaker", "phone"]}),
        (
            _("Journey"),
            {"fields": [("arrives_at", "arrival_by"), ("departs_at", "departure_by")]},
        ),
        (_("Stay"), {"fields": ["hotel", ("nights_from", "nights_until"), "companion"]}),
        (_("To be well"), {"fields": ["diet", "needs", "equipment"]}),
        (_("Assistant"), {"fields": [("assistant_name", "assistant_phone"), "assistant_email"]}),
        (_("Among ourselves"), {"fields": ["staff_note", "updated_at"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """It stays with its speaker."""
        return [*super().get_readonly_fields(request, obj), *(["speaker"] if obj else [])]

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("speakers.change_logistics")

    @admin.display(description=_("arrival"), ordering="arrives_at")
    def arrival(self, plan: Logistics) -> SafeString:
        return lines(moment(plan, plan.arrives_at), plan.arrival_by)

    @admin.display(description=_("departure"), ordering="departs_at")
    def departure(self, plan: Logistics) -> SafeString:
        return lines(moment(plan, plan.departs_at), plan.departure_by)

    @admin.display(description=_("stay"), ordering="nights_from")
    def stay(self, plan: Logistics) -> SafeString:
        count = logistics.nights_of(plan) or 0
        nights = ngettext("%(count)d night", "%(count)d nights", count) % {"count": count}
        return lines(plan.hotel, nights if count else "")

    @admin.display(description=_("diet, needs, equipment"))
    def wishes(self, plan: Logistics) -> SafeString:
        return lines(plan.diet, plan.needs, plan.equipment)

    @admin.display(description=_("company"))
    def company(self, plan: Logistics) -> SafeString:
        return lines(plan.companion, plan.assistant_name)

    @admin.action(
        permissions=["export"],
        location=[ActionLocation.CHANGE_LIST],
        description=_("Export the selection"),
    )
    def export_selection(
        self, request: HttpRequest, queryset: QuerySet[Logistics]
    ) -> HttpResponseBase:
        """First what for, then the file; every column that is not needed may stay out."""
        plans = queryset.select_related("speaker")
        form = ExportForm(request.POST if "purpose" in request.POST else None)
        if form.is_valid():
            return logistics.export(request, plans, **form.cleaned_data)
        across = request.POST.get("select_across") == "1"
        chosen = [] if across else request.POST.getlist(ACTION_CHECKBOX_NAME)
        hidden = [("action", "export_selection"), ("select_across", str(int(across)))]
        # A row at least has to be named, even where all are meant.
        first = [str(plan.pk) for plan in plans[:1]] if across else []
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Export logistics"),
            "opts": self.opts,
            "form": form,
            "count": queryset.count(),
            "fieldsets": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),  # type: ignore[arg-type]
            "hidden": [*hidden, *((ACTION_CHECKBOX_NAME, pk) for pk in [*chosen, *first])],
            "back_url": reverse("admin:speakers_logistics_changelist"),
        }
        return TemplateResponse(request, "speakers/admin/export.html", context)

    def get_urls(self) -> list[URLPattern]:
        days = path(
            "days/",
            self.admin_site.admin_view(self.days_view),
            name="speakers_logistics_days",
        )
        return [days, *super().get_urls()]

    def days_view(self, request: HttpRequest) -> HttpResponseBase:
        """Day by day: who comes, who leaves, how many beds in which house."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        conference = Conference.objects.filter(is_current=True).first()
        plans = Logistics.objects.filter(
            speaker__conference=conference, speaker__state__in=logistics.coming()
        ).select_related("speaker")
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Arrivals and departures by day"),
            "opts": self.opts,
            "conference": conference,
            "days": logistics.days(plans, conference.zone) if conference else [],
            "back_url": reverse("admin:speakers_logistics_changelist"),
        }
        return TemplateResponse(request, "speakers/admin/days.html", context)
