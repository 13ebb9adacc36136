"""The press officers' pages: who publishes, who writes, what is said to them."""

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from conference.admin import MarkdownMixin
from conference.admin_base import BilingualAdmin, HouseAdmin, in_language
from press import services
from press.admin_export import PREVIEWED, export_page
from press.admin_filters import (
    BeatFilter,
    CountryFilter,
    KindFilter,
    LanguageFilter,
    OutletFilter,
    RightsFilter,
)
from press.forms import MediaListForm
from press.languages import language_names, validate_language
from press.medialists import matching, question_of
from press.models import (
    Affiliation,
    Beat,
    Journalist,
    JournalistQuerySet,
    MediaList,
    Outlet,
    PressContact,
    PressKitItem,
    PressRelease,
)
from press.views import file_of

if TYPE_CHECKING:
    AffiliationModelForm = forms.ModelForm[Affiliation]
    AffiliationFormSet = forms.BaseInlineFormSet[Affiliation, Journalist, AffiliationModelForm]
    TabularInline = admin.TabularInline[Affiliation, Journalist]
else:
    AffiliationModelForm = forms.ModelForm
    AffiliationFormSet = forms.BaseInlineFormSet
    TabularInline = admin.TabularInline

BOTH = [ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM]


class ExportRight:
    """Whoever exports journalists has that very right, beside that of reading them."""

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("press.export_journalist"))


class LanguagesMixin:
    """Refuses what is no code of a language."""

    def formfield_for_dbfield(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if db_field.name in ("language", "languages") and field is not None:
            getattr(field, "base_field", field).validators.append(validate_language)
        return field  # type: ignore[no-any-return]


@admin.register(Outlet)
class OutletAdmin(LanguagesMixin, HouseAdmin):
    list_display = ["name", "kind", "country", "city", "language", "reach"]
    list_filter = ["kind", "language"]
    search_fields = ["name", "city"]
    fieldsets = [
        (None, {"fields": ["name", "kind", ("country", "city"), "language"]}),
        (_("More"), {"fields": ["website", "reach", "notes"]}),
    ]


@admin.register(Beat)
class BeatAdmin(BilingualAdmin):
    list_display = [in_language("name", _("name")), "slug"]
    search_fields = ["name_fr", "name_en", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    fields = ["name", "slug"]


class AffiliationForm(AffiliationModelForm):
    def validate_constraints(self) -> None:
        """Left to the form set, which sees all the rows as they will be."""


class Affiliations(AffiliationFormSet):
    """A journalist's outlets; the current one may change from a row to another in one go."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms if not form.cleaned_data.get("DELETE")]
        if sum(bool(row.get("is_current") and row.get("outlet")) for row in rows) > 1:
            raise ValidationError(_("One outlet at a time is the current one."))

    def save(self, commit: bool = True) -> Any:
        """Take the mark from the earlier current row first, so that two never have it."""
        if commit and self.instance.pk:
            kept = [f.instance.pk for f in self.initial_forms if f.cleaned_data.get("is_current")]
            self.instance.affiliations.exclude(pk__in=kept).update(is_current=False)
        return super().save(commit=commit)


class AffiliationInline(TabularInline):
    model = Affiliation
    form = AffiliationForm
    formset = Affiliations
    autocomplete_fields = ["outlet"]
    fields = ["outlet", "role", "is_current"]
    extra = 1

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        return super().get_queryset(request).select_related("outlet")


@admin.register(Journalist)
class JournalistAdmin(ExportRight, LanguagesMixin, HouseAdmin):
    list_display = ["name", "outlet", "role", "beat_names", "spoken", "country", "email", "rights"]
    list_filter = [
        KindFilter,
        BeatFilter,
        CountryFilter,
        LanguageFilter,
        OutletFilter,
        RightsFilter,
    ]
    search_fields = ["family_name", "given_name", "email", "city", "affiliations__outlet__name"]
    search_help_text = _("Name, address, town or outlet")
    autocomplete_fields = ["beats"]
    inlines = [AffiliationInline]
    readonly_fields = ["notice_sent_at", "objected_at"]
    actions = ["export_selection", "note_informed", "note_objection"]
    fieldsets = [
        (None, {"fields": [("given_name", "family_name"), "beats", "languages"]}),
        (
            _("How to reach them"),
            {"fields": ["email", ("phone", "mobile"), "preferred_channel", "website"]},
        ),
        (_("Where"), {"fields": [("country", "city")]}),
        (
            _("Personal data"),
            {
                "description": _(
                    "Who did not give their data in person is told within a month that we hold "
                    "them and where they come from. Who objects is in no export any more."
                ),
                "fields": [
                    ("source", "source_detail"),
                    ("basis", "collected_on"),
                    ("notice_due_on", "notice_sent_at"),
                    "objected_at",
                ],
            },
        ),
        (_("Notes"), {"fields": ["last_contact_on", "notes"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Journalist]:
        return Journalist.objects.for_listing()

    @admin.display(description=_("name"), ordering="family_name")
    def name(self, journalist: Journalist) -> str:
        return journalist.listed_name

    @admin.display(description=_("outlet"))
    def outlet(self, journalist: Journalist) -> str:
        current = journalist.current_affiliation
        return current.outlet.name if current else ""

    @admin.display(description=_("role"))
    def role(self, journalist: Journalist) -> str:
        current = journalist.current_affiliation
        return current.role if current else ""

    @admin.display(description=_("beats"))
    def beat_names(self, journalist: Journalist) -> str:
        return ", ".join(str(beat) for beat in journalist.beats.all())

    @admin.display(description=_("languages"))
    def spoken(self, journalist: Journalist) -> str:
        return language_names(journalist.languages)

    @admin.display(description=_("information and objection"))
    def rights(self, journalist: Journalist) -> str | SafeString:
        """What stands in the way of writing to them; nothing for most."""
        if journalist.objected_at:
            return format_html('<strong class="objected">{}</strong>', gettext("Objected"))
        if journalist.is_overdue:
            return format_html(
                '<strong class="overdue">{}</strong>', gettext("Overdue to be informed")
            )
        if journalist.notice_due_on and not journalist.notice_sent_at:
            day = date_format(journalist.notice_due_on, "SHORT_DATE_FORMAT")
            return gettext("To be informed by %(day)s") % {"day": day}
        return ""

    @admin.action(permissions=["export"], description=_("Export the selection"))
    def export_selection(
        self, request: HttpRequest, journalists: JournalistQuerySet
    ) -> HttpResponseBase:
        selected = request.POST.getlist(ACTION_CHECKBOX_NAME)
        across = request.POST.get("select_across") == "1"
        hidden = [("action", "export_selection"), ("select_across", str(int(across)))]
        return export_page(
            self,
            request,
            journalists,
            subject=gettext("Selected journalists"),
            question={"filter": parse_qs(request.GET.urlencode())}
            if across
            else {"journalists": sorted(int(key) for key in selected)},
            back_url=request.get_full_path(),
            hidden=hidden + [(ACTION_CHECKBOX_NAME, key) for key in selected],
        )

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Note that this person has been informed"),
        description_plural=_("Note that these people have been informed"),
    )
    def note_informed(self, request: HttpRequest, journalists: JournalistQuerySet) -> None:
        count = services.record_notice(journalists)
        text = ngettext("%(count)d person informed.", "%(count)d people informed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Note that this person objects"),
        description_plural=_("Note that these people object"),
    )
    def note_objection(self, request: HttpRequest, journalists: JournalistQuerySet) -> None:
        count = services.record_objection(journalists)
        text = ngettext(
            "%(count)d objection noted: no export holds this person from now on.",
            "%(count)d objections noted: no export holds these people from now on.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(MediaList)
class MediaListAdmin(ExportRight, HouseAdmin):
    """Everyone sees the shared lists and their own; only the owner changes or deletes one."""

    form = MediaListForm
    list_display = ["name", "description", "owner", "is_shared"]
    list_select_related = ["owner"]
    list_filter = ["is_shared"]
    search_fields = ["name", "description"]
    autocomplete_fields = ["beats", "outlets"]
    readonly_fields = ["owner", "answer"]
    actions = ["export_list"]
    fieldsets = [
        (None, {"fields": ["name", "description", "is_shared", "owner"]}),
        (
            _("Who it asks for"),
            {
                "description": _(
                    "A journalist answers when every filled criterion holds; within one "
                    "criterion, one of its values is enough. What is empty does not matter."
                ),
                "fields": ["kinds", "beats", "outlets", "languages", "countries"],
            },
        ),
        (_("Who answers now"), {"fields": ["answer"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[MediaList]:
        return super().get_queryset(request).filter(Q(is_shared=True) | Q(owner=request.user.pk))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> MediaList:
        """Somebody else's private list is not there, rather than forbidden."""
        found: MediaList | None = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404
        return found

    def has_change_permission(self, request: HttpRequest, obj: MediaList | None = None) -> bool:
        return super().has_change_permission(request, obj) and owns(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: MediaList | None = None) -> bool:
        return super().has_delete_permission(request, obj) and owns(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        name, *rest = fieldsets[:-1]
        return [(name[0], {**name[1], "fields": ["name", "description", "is_shared"]}), *rest]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.owner = request.user  # type: ignore[attr-defined]
        return form

    @admin.display(description=_("journalists"))
    def answer(self, media_list: MediaList) -> SafeString:
        journalists = matching(media_list)
        reachable = journalists.reachable()
        count = reachable.count()
        context = {
            "count": count,
            "left_out": journalists.count() - count,
            "preview": reachable.for_listing()[:PREVIEWED],
        }
        return render_to_string("press/admin/answer.html", context)

    @admin.action(permissions=["export"], location=BOTH, description=_("Export this list"))
    def export_list(
        self, request: HttpRequest, media_lists: QuerySet[MediaList]
    ) -> HttpResponse | None:
        chosen = list(media_lists[:2])
        if len(chosen) == 1:
            return redirect("admin:press_medialist_export", chosen[0].pk)
        self.message_user(request, _("Choose one list."), messages.WARNING)
        return None

    def get_urls(self) -> list[URLPattern]:
        export = path(
            "<path:object_id>/export/",
            self.admin_site.admin_view(self.export_view),
            name="press_medialist_export",
        )
        return [export, *super().get_urls()]

    def export_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        media_list = self.get_object(request, object_id)
        if not (
            self.has_view_permission(request, media_list) and self.has_export_permission(request)
        ):
            raise PermissionDenied
        return export_page(
            self,
            request,
            matching(media_list),
            subject=media_list.name,
            question=question_of(media_list),
            back_url=reverse("admin:press_medialist_change", args=[media_list.pk]),
        )


def owns(request: HttpRequest, media_list: MediaList | None) -> bool:
    return media_list is None or media_list.owner_id == request.user.pk


@admin.register(PressContact)
class PressContactAdmin(LanguagesMixin, BilingualAdmin):
    list_display = ["name", "organisation", "email", "phone", "conference", "position"]
    list_select_related = ["conference"]
    list_filter = ["conference"]
    search_fields = ["name", "organisation", "email"]
    fieldsets = [
        (None, {"fields": ["conference", "name", "organisation", "languages"]}),
        (_("How to reach them"), {"fields": [("email", "phone"), "hours"]}),
        (_("On the site"), {"fields": ["is_copied", "position"]}),
    ]


@admin.register(PressRelease)
class PressReleaseAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        in_language("title", _("title")),
        "conference",
        "standing",
        "embargo_until",
        "published_at",
    ]
    list_select_related = ["conference"]
    list_filter = ["conference"]
    search_fields = ["title_fr", "title_en", "body_fr", "body_en", "slug"]
    prepopulated_fields = {"slug": ["title"]}
    filter_horizontal = ["contacts", "speakers"]
    readonly_fields = ["standing", "published_at"]
    markdown_fields = ("body",)
    actions = ["publish", "withdraw"]
    fieldsets = [
        (None, {"fields": ["conference", "title", "slug", "dateline"]}),
        (_("Text"), {"fields": ["standfirst", "body"]}),
        (_("On the site"), {"fields": ["embargo_until", "standing", "published_at"]}),
        (_("Whom to ask, who is in it"), {"fields": ["contacts", "speakers"]}),
    ]

    @admin.display(description=_("state"))
    def standing(self, release: PressRelease) -> str:
        if release.opens_at is None:
            return gettext("Draft")
        if release.is_public:
            return gettext("Public")
        instant = localtime(release.opens_at, release.conference.zone)
        when = date_format(instant, "DATETIME_FORMAT")
        return gettext("Under embargo until %(instant)s") % {"instant": when}

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return super().get_view_on_site_url(obj) if obj is not None and obj.is_public else None

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Publish this release"),
        description_plural=_("Publish the selected releases"),
    )
    def publish(self, request: HttpRequest, releases: QuerySet[PressRelease]) -> None:
        for release in releases:
            try:
                services.publish(release)
            except ValidationError as error:
                text = f"{release}: {' '.join(error.messages)}"
                self.message_user(request, text, messages.ERROR)
            else:
                release.refresh_from_db()
                text = f"{release}: {self.standing(release)}"
                self.message_user(request, text, messages.SUCCESS)

    @admin.action(
        permissions=["change"],
        location=BOTH,
        description=_("Take this release off the site"),
        description_plural=_("Take the selected releases off the site"),
    )
    def withdraw(self, request: HttpRequest, releases: QuerySet[PressRelease]) -> None:
        for release in releases:
            services.withdraw(release)
        count = len(releases)
        text = ngettext("%(count)d release withdrawn.", "%(count)d releases withdrawn.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)


@admin.register(PressKitItem)
class PressKitItemAdmin(MarkdownMixin, BilingualAdmin):
    list_display = [
        in_language("title", _("title")),
        "kind",
        "conference",
        "is_published",
        "position",
    ]
    list_select_related = ["conference"]
    list_filter = ["conference", "kind", "is_published"]
    search_fields = ["title_fr", "title_en", "credit"]
    markdown_fields = ("text",)
    fieldsets = [
        (None, {"fields": ["conference", "kind", "title"]}),
        (_("What is given"), {"fields": ["file", "text"]}),
        (_("Use"), {"fields": ["credit", "terms"]}),
        (_("On the site"), {"fields": [("is_published", "position")]}),
    ]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file/", view, name="press_presskititem_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, published or not, for those who may look at the kit."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return file_of(get_object_or_404(PressKitItem, pk=pk))
