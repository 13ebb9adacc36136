"""Slides and papers: looked at by staff, given their time, sent by staff where speakers mailed them."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.db import models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override

from conference.admin_base import HouseAdmin, HouseForm
from conference.documents import ACCEPT, SUFFIXES, Document, recognised
from programme import files
from programme.file_views import SANDBOX, attached
from programme.models import Talk, TalkFile
from speakers.models import Consent

if TYPE_CHECKING:
    Queryset = models.QuerySet[TalkFile]


class TalkFileForm(HouseForm):
    """The file itself is sent once; what is said of it may be changed."""

    document = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("PDF, PowerPoint (.pptx) or OpenDocument (.odp), up to 50 MB, no macros."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("document", None)
        elif "document" in self.fields:
            self.fields["document"].required = True
        if "talk" in self.fields:
            field = self.fields["talk"]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = Talk.objects.filter(session=self.instance.session_id)
        if "speaker" in self.fields:
            self.fields["speaker"].help_text = _("Whose consent counts; without, it stays private.")

    def clean_document(self) -> Any:
        self.found: Document = recognised(self.cleaned_data["document"])
        return self.cleaned_data["document"]

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        session, speaker = data.get("session"), data.get("speaker")
        if session and speaker and session.conference_id != speaker.conference_id:
            raise ValidationError({"speaker": _("This person speaks at another conference.")})
        return data


@admin.register(TalkFile)
class TalkFileAdmin(HouseAdmin):
    form = TalkFileForm
    list_display = ["name", "session", "speaker", "format", "public_at", "is_accepted", "standing"]
    list_select_related = ["session", "speaker"]
    list_filter = ["is_accepted", "session__conference"]
    search_fields = ["name", "session__title_fr", "session__title_en", "speaker__family_name"]
    ordering = ["is_accepted", "-uploaded_at", "pk"]
    autocomplete_fields = ["session", "speaker"]
    actions = ["accept_selected"]

    def get_queryset(self, request: HttpRequest) -> "Queryset":
        latest = Consent.objects.filter(
            speaker=models.OuterRef("speaker"), purpose=Consent.Purpose.SLIDES
        ).order_by("-pk")
        rows: Queryset = super().get_queryset(request)
        return rows.annotate(is_agreed=models.Subquery(latest.values("is_given")[:1]))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [
                (None, {"fields": ["session", "speaker", "document"]}),
                (_("On the site"), {"fields": ["public_at", "is_accepted"]}),
            ]
        return [
            (None, {"fields": ["download", "name", ("session", "talk"), "speaker"]}),
            (_("On the site"), {"fields": ["is_accepted", "public_at", "standing"]}),
            (_("On record"), {"fields": [("format", "uploaded_at")]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["session", "download", "standing", "format", "uploaded_at"] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["session", "speaker"]

    @admin.display(description=_("format"))
    def format(self, row: TalkFile) -> str:
        return f"{SUFFIXES.get(row.content_type, '').upper()}, {filesizeformat(row.size)}"

    @admin.display(description=_("who can read it"))
    def standing(self, row: Any) -> str:
        """The first reason why the public does not, or that it does."""
        if not row.is_accepted:
            return gettext("Staff and speaker: to be checked")
        if not row.is_agreed:
            return gettext("Staff and speaker: no consent to slides on line")
        if row.public_at is None:
            return gettext("Staff and speaker: no time is set")
        if row.public_at > timezone.now():
            return gettext("Staff and speaker: before its time")
        return gettext("Everybody, while its session is published")

    @admin.display(description=_("file"))
    def download(self, row: TalkFile) -> SafeString:
        url = reverse("admin:programme_talkfile_file", args=[row.pk])
        return format_html('<a href="{}">{}</a>', url, row.name)

    @admin.action(permissions=["change"], description=_("Mark the selected files as checked"))
    def accept_selected(self, request: HttpRequest, queryset: "Queryset") -> None:
        keys = list(queryset.filter(is_accepted=False).values_list("pk", flat=True))
        count = TalkFile.objects.filter(pk__in=keys).update(is_accepted=True)
        text = ngettext("%(count)d file is checked.", "%(count)d files are checked.", count)
        self.message_user(request, text % {"count": count})

    def save_model(self, request: HttpRequest, obj: TalkFile, form: Any, change: bool) -> None:
        """A new row takes the file in, privately."""
        if change:
            super().save_model(request, obj, form, change)
            return
        upload, found = form.cleaned_data["document"], form.found
        obj.name, obj.size, obj.content_type = found.name, found.size, found.content_type
        stored = f"files/{obj.session.guid}/{found.stored_name}"
        obj.file = storages["private"].save(stored, upload)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: TalkFile) -> None:
        files.remove(obj)

    def delete_queryset(self, request: HttpRequest, queryset: "Queryset") -> None:
        with transaction.atomic():
            for row in queryset:
                files.remove(row)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.file_view)
        return [path("<int:pk>/file/", view, name="programme_talkfile_file"), *super().get_urls()]

    @method_decorator(csp_override(SANDBOX))
    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The file, public or not, for those who may look at files."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(TalkFile, pk=pk)
        return attached(row.file, row.name, row.content_type)
