"""The registration desk: who comes, what is left, and the badges."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.admin_base import BilingualAdmin, HouseAdmin, HouseForm, in_language
from registration import badges, capacity, papers, services
from registration.addresses import email_key
from registration.models import Quota, Registration, TicketType
from registration.refusals import Refused

if TYPE_CHECKING:
    RegistrationModelForm = forms.ModelForm[Registration]
    QuotaModelForm = forms.ModelForm[Quota]
else:
    RegistrationModelForm = QuotaModelForm = forms.ModelForm

BOTH = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


def staff(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


NEVER_OVERSOLD = "quota_is_never_oversold"


class RegistrationForm(RegistrationModelForm):
    """Refuses at the desk what the service would refuse, beside the field it is about."""

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        if self.instance.pk or self.errors:
            return data
        key = email_key(data["email"])
        ticket_type = data["ticket_type"]
        known = Registration.objects.live().filter(conference=ticket_type.conference, email_key=key)
        if known.exists():
            self.add_error("email", _("This person is registered already."))
        try:
            capacity.require_seats(ticket_type.quotas.all())
        except Refused as error:
            self.add_error("ticket_type", str(error))
        return data


@admin.register(Registration)
class RegistrationAdmin(HouseAdmin):
    form = RegistrationForm
    list_display = [
        "code",
        "listed_name",
        "organisation",
        "ticket_type",
        "state",
        "country",
        "language",
        "created_at",
    ]
    list_display_links = ["code", "listed_name"]
    list_select_related = ["ticket_type"]
    list_filter = ["state", "ticket_type", "language", "allows_photographs", "conference"]
    search_fields = ["code__iexact", "family_name", "given_name", "email", "organisation"]
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-pk"]
    actions = ["confirm", "refuse", "cancel", "send_again", "badges_folded", "badges_four"]
    fieldsets = [
        (None, {"fields": [("code", "state", "state_changed_at"), ("ticket_type", "conference")]}),
        (
            _("Who"),
            {
                "fields": [
                    ("given_name", "family_name"),
                    ("email", "language"),
                    ("organisation", "role_title"),
                    "country",
                ]
            },
        ),
        (_("Badge"), {"fields": [("badge_name", "badge_organisation")]}),
        (_("Visit"), {"fields": ["needs", "allows_photographs", "allows_photographs_at"]}),
        (_("Record"), {"fields": [("created_at", "updated_at", "notice")]}),
    ]
    asked_of_new_people = [
        (None, {"fields": ["ticket_type"]}),
        *fieldsets[1:3],
        (_("Visit"), {"fields": ["needs", "allows_photographs"]}),
    ]
    not_typed = [
        "code",
        "state",
        "state_changed_at",
        "conference",
        "notice",
        "allows_photographs_at",
    ]
    # Seats, mails and links hang on these: another type or address is another registration.
    set_once = ["ticket_type", "email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = [*super().get_readonly_fields(request, obj), *self.not_typed]
        return list(dict.fromkeys([*names, *(self.set_once if obj else [])]))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else self.asked_of_new_people

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Cancelling tells the person and frees the seat; what is over is erased by retention."""
        return False

    def has_badges_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("registration.print_badges")

    @admin.display(description=_("name"), ordering="family_name")
    def listed_name(self, registration: Registration) -> str:
        return registration.listed_name

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new person is registered as everybody is: with seats, secrets and the confirmation."""
        if change:
            super().save_model(request, obj, form, change)
            return
        names = ("given_name", "family_name", "email", "organisation", "role_title", "country")
        more = ("badge_name", "badge_organisation", "needs", "allows_photographs", "language")
        answers = {name: getattr(obj, name) for name in (*names, *more)}
        registered = services.register(
            ticket_type=obj.ticket_type, key=uuid4(), invited=True, **answers
        )
        obj.__dict__.update(registered.__dict__)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The last seat may go between the form's check and the service."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(request.get_full_path())

    # --- Actions: each calls one service for each registration ---------------------------------

    def each(
        self,
        request: HttpRequest,
        registrations: QuerySet[Registration],
        service: Callable[[Registration], Any],
        done: Callable[[int], str],
    ) -> None:
        """Do it to each, and say for how many it was done and why not for the others."""
        count = 0
        refusals: dict[str, list[str]] = {}
        for registration in registrations.select_related("ticket_type", "conference"):
            try:
                result = service(registration)
            except Refused as error:
                refusals.setdefault(str(error), []).append(registration.code)
            else:
                count += result is not False
        if count:
            self.message_user(request, done(count), messages.SUCCESS)
        for reason, codes in refusals.items():
            self.message_user(request, f"{reason} ({', '.join(codes[:20])})", messages.WARNING)
        if not count and not refusals:
            self.message_user(request, gettext("Nothing had to be changed."), messages.INFO)

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Confirm this request"),
        description_plural=_("Confirm the selected requests"),
    )
    def confirm(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        self.each(
            request,
            queryset,
            services.confirm,
            lambda n: (
                ngettext("%(count)d request confirmed.", "%(count)d requests confirmed.", n)
                % {"count": n}
            ),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Refuse this request"),
        description_plural=_("Refuse the selected requests"),
    )
    def refuse(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        self.each(
            request,
            queryset,
            services.refuse,
            lambda n: (
                ngettext("%(count)d request refused.", "%(count)d requests refused.", n)
                % {"count": n}
            ),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Cancel this registration"),
        description_plural=_("Cancel the selected registrations"),
    )
    def cancel(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        self.each(
            request,
            queryset,
            services.cancel,
            lambda n: (
                ngettext(
                    "%(count)d registration cancelled.", "%(count)d registrations cancelled.", n
                )
                % {"count": n}
            ),
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Send the confirmation again"),
        description_plural=_("Send the confirmation again"),
    )
    def send_again(self, request: HttpRequest, queryset: QuerySet[Registration]) -> None:
        self.each(
            request,
            queryset,
            services.resend_confirmation,
            lambda n: (
                ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", n)
                % {"count": n}
            ),
        )

    @admin.action(
        permissions=["badges"],
        location=BOTH,
        description=_("Badge, A6 to fold"),
        description_plural=_("Badges for the selection, A6 to fold"),
    )
    def badges_folded(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponseBase | None:
        return self.badges(request, queryset, badges.Layout.A6_FOLDED)

    @admin.action(
        permissions=["badges"],
        location=BOTH,
        description=_("Badge, on A4 with crop marks"),
        description_plural=_("Badges for the selection, four on A4"),
    )
    def badges_four(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> HttpResponseBase | None:
        return self.badges(request, queryset, badges.Layout.A4_FOUR)

    def badges(
        self, request: HttpRequest, queryset: QuerySet[Registration], layout: str
    ) -> HttpResponseBase | None:
        """Ask for a sheet of those who are confirmed, and lead to its progress."""
        found = queryset.filter(state=Registration.State.CONFIRMED)
        people = list(found.order_by("family_name", "given_name", "pk"))
        conferences = {person.conference_id for person in people}
        if len(conferences) != 1:
            text = (
                _("Only confirmed registrations have badges, and none is selected.")
                if not people
                else _("These registrations belong to several conferences: filter one first.")
            )
            self.message_user(request, str(text), messages.WARNING)
            return None
        paper = papers.ask(
            conference=people[0].conference,
            registrations=people,
            layout=layout,
            user=staff(request),
        )
        return redirect("admin:papers_paper_progress", paper.pk)


class SeatsMayGoMixin:
    """A form that PostgreSQL refuses because seats were taken while it was checked: nothing of it
    is saved, and it says why.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
        except IntegrityError as error:
            if services.constraint_of(error) != NEVER_OVERSOLD:
                raise
            text = gettext(
                "Seats were taken while you were writing, and there are not enough left for that. "
                "Nothing was saved."
            )
            messages.error(request, text)
            return redirect(request.get_full_path())


class TicketTypeForm(HouseForm):
    """Refuses quotas that belong elsewhere, or that the people registered already do not fit in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "quotas" in self.fields:
            quotas = self.fields["quotas"]
            assert isinstance(quotas, forms.ModelMultipleChoiceField)
            quotas.queryset = Quota.objects.filter(
                conference=self.instance.conference_id, session=None
            )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        chosen = data.get("quotas")
        # A new one whose conference is missing has none to fall back on.
        conference = data.get("conference") or getattr(self.instance, "conference", None)
        if chosen is None or conference is None:
            return data
        if chosen.exclude(conference=conference).exists():
            self.add_error("quotas", _("These quotas belong to another conference."))
        for quota in self.too_small(chosen):
            self.add_error(
                "quotas",
                _(
                    "%(people)d people are registered with this ticket type, and the quota "
                    "“%(quota)s” has %(left)d seats left: make it larger first."
                )
                % {"people": self.seated(), "quota": quota.name, "left": quota.left},
            )
        return data

    def too_small(self, chosen: QuerySet[Quota]) -> list[Quota]:
        """The quotas that join and have too few seats left for the people of this ticket type."""
        if not self.instance.pk:
            return []
        people = self.seated()
        joining = chosen.exclude(ticket_types=self.instance)
        return [quota for quota in joining if quota.left < people]

    def seated(self) -> int:
        found = Registration.objects.filter(state__in=Registration.State.seated())
        return found.filter(ticket_type=self.instance).count()


@admin.register(TicketType)
class TicketTypeAdmin(SeatsMayGoMixin, BilingualAdmin):
    form = TicketTypeForm
    list_display = [
        in_language("name", _("name")),
        "approval",
        "opens_at",
        "closes_at",
        "is_public",
        "position",
    ]
    list_filter = ["conference", "approval", "is_public"]
    search_fields = ["name_fr", "name_en", "slug"]
    filter_horizontal = ["quotas"]
    ordering = ["conference", "position", "pk"]
    prepopulated_fields = {"slug": ["name_en"]}
    fieldsets = [
        (
            None,
            {"fields": ["conference", "name", "description", ("slug", "position", "is_public")]},
        ),
        (
            _("When and for whom"),
            {"fields": [("opens_at", "closes_at"), "approval", "email_domains"]},
        ),
        (_("Seats"), {"fields": ["quotas", "is_screened"]}),
        (_("Badge"), {"fields": ["badge_role", "badge_colour"]}),
        (_("Price"), {"fields": [("price", "currency", "vat_rate")]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """People registered for one conference: their ticket type stays with it."""
        names = super().get_readonly_fields(request, obj)
        is_in_use = obj is not None and obj.pk and obj.registrations.exists()
        return [*names, "conference"] if is_in_use else names


class QuotaForm(QuotaModelForm):
    def clean_size(self) -> int:
        """Seats that people hold cannot be taken away."""
        size: int = self.cleaned_data["size"]
        if self.instance.pk:
            self.instance.refresh_from_db(fields=["taken"])
            if size < self.instance.taken:
                raise ValidationError(
                    _(
                        "%(taken)d seats are taken already: close the registration, or wait for "
                        "cancellations."
                    )
                    % {"taken": self.instance.taken}
                )
        return size


@admin.register(Quota)
class QuotaAdmin(SeatsMayGoMixin, BilingualAdmin):
    form = QuotaForm
    list_display = [in_language("name", _("name")), "bar", "left", "session", "conference"]
    list_select_related = ["session", "conference"]
    list_filter = ["conference"]
    search_fields = ["name_fr", "name_en"]
    ordering = ["conference", "pk"]
    autocomplete_fields = ["session"]
    fieldsets = [(None, {"fields": ["conference", "name", "size", "session", "bar"]})]
    readonly_fields = ["bar"]

    @admin.display(description=_("taken"), ordering="taken")
    def bar(self, quota: Quota) -> SafeString:
        context = {"value": quota.taken or 0, "max": quota.size or 0}
        return render_to_string("components/figure_bar.html", context)

    @admin.display(description=_("left"))
    def left(self, quota: Quota) -> int:
        return quota.left
