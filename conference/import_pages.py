"""The staff's pages of every import: choose a file, see what it would do, then take it over.

A ``ModelAdmin`` gets them by ``ImportPages`` and an ``Importer`` of its own. Nothing is written
before the last button, and all of it works without a script.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from django import forms
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import OperationalError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference import exports
from conference.accounts.models import User
from conference.imports import (
    MOST_BYTES,
    MOST_NOTES,
    CannotImport,
    CannotRead,
    Notes,
    Plan,
    ask,
)
from conference.models import Conference, ImportRun

if TYPE_CHECKING:
    from conference.admin_base import ModelAdmin
else:
    ModelAdmin = object

type Choices = Sequence[tuple[str, str | Promise]]


@dataclass(slots=True)
class Looked:
    """A file as it was read: what it would do, and what it was taken for."""

    plan: Plan
    format: str | Promise = ""
    language: str = ""


class Importer(Protocol):
    """What the pages ask of each kind of import."""

    kind: str
    title: str | Promise
    intro: str | Promise
    rights: tuple[str, ...]
    formats: Choices
    columns: Sequence[Any]
    has_language: bool
    has_pictures: bool

    def look(self, run: ImportRun, options: dict[str, str], user: User) -> Looked:
        """Read the file and compare it; raises ``CannotRead``, writes nothing."""

    def apply(self, run: ImportRun, options: dict[str, str], user: User, expected: str) -> Plan:
        """Take it over whole; raises ``CannotImport`` or ``CannotRead`` and writes nothing."""

    def receive_pictures(self, run: ImportRun, file: "File[Any]") -> None:
        """Keep the photographs that came with it."""


class OptionsForm(forms.Form):
    """How a file is to be read, where it does not say so itself."""

    language = forms.ChoiceField(
        label=_("Language of its texts"),
        choices=[("", _("As the file says")), ("fr", _("French")), ("en", _("English"))],
        required=False,
    )
    format = forms.ChoiceField(label=_("Format"), required=False)

    def __init__(self, *args: Any, importer: Importer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not importer.has_language:
            del self.fields["language"]
        choice = self.fields["format"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", gettext("Recognise it by its content")), *importer.formats]


class UploadForm(OptionsForm):
    conference = forms.ModelChoiceField(Conference.objects.none(), label=_("Conference"))
    file = forms.FileField(label=_("File"), help_text=_("At most 10 MB."))
    pictures = forms.FileField(
        label=_("Photographs (ZIP)"),
        required=False,
        help_text=_("At most 10 MB and 60 pictures, named as in the table or by code."),
    )
    field_order = ["conference", "file", "pictures", "language", "format"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Conference.objects.order_by("-is_current", "-starts_on", "pk")
        choice = self.fields["conference"]
        assert isinstance(choice, forms.ModelChoiceField)
        choice.queryset = found
        choice.empty_label = None
        if not kwargs["importer"].has_pictures:
            del self.fields["pictures"]

    def clean_file(self) -> Any:
        return self.of_a_size("file")

    def clean_pictures(self) -> Any:
        return self.of_a_size("pictures")

    def of_a_size(self, name: str) -> Any:
        file = self.cleaned_data.get(name)
        if file and file.size > MOST_BYTES:
            raise forms.ValidationError(_("This file is larger than 10 MB."))
        return file


class ImportPages(ModelAdmin):
    """Three addresses below a model's list: ``import/``, ``import/<run>/`` and the templates."""

    importer: Importer

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_import"
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.upload_view), name=name),
            path("import/<uuid:run_id>/", wrap(self.preview_view), name=f"{name}_preview"),
            path("import/template.<str:extension>", wrap(self.template_view), name=f"{name}_template"),
            *super().get_urls(),
        ]  # fmt: skip

    def may_import(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perms(self.importer.rights))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with the way to its import for those who may."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_import"
        url = reverse(name) if self.may_import(request) else ""
        return super().changelist_view(request, {"import_url": url, **(extra_context or {})})

    def importing_user(self, request: HttpRequest) -> User:
        if not self.may_import(request):
            raise PermissionDenied
        assert isinstance(request.user, User)
        return request.user

    def import_page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        template_name = f"{base}_import_template"
        return TemplateResponse(
            request,
            f"conference/admin/{template}.html",
            {
                **self.admin_site.each_context(request),
                "title": self.importer.title,
                "opts": self.opts,
                "importer": self.importer,
                "back_url": reverse(f"{base}_changelist"),
                "upload_url": reverse(f"{base}_import"),
                "templates": [reverse(template_name, args=[one]) for one in ("xlsx", "csv")],
                **context,
            },
        )

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """Choose a file; it is kept for a day, and nothing else happens."""
        user = self.importing_user(request)
        if request.method != "POST":
            form = UploadForm(importer=self.importer)
            return self.import_page(request, "import", form=form)
        form = UploadForm(request.POST, request.FILES, importer=self.importer)
        if not form.is_valid():
            return self.import_page(request, "import", form=form)
        data = form.cleaned_data
        run = ask(
            conference=data["conference"],
            kind=self.importer.kind,
            user=user,
            file=data["file"],
            options={name: data.get(name, "") for name in ("language", "format")},
        )
        if data.get("pictures"):
            self.importer.receive_pictures(run, data["pictures"])
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_import_preview"
        return redirect(name, run.pk)

    def preview_view(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """What the file would do; with the button, doing it."""
        user = self.importing_user(request)
        run = (
            ImportRun.objects.select_related("conference")
            .filter(pk=run_id, kind=self.importer.kind, requested_by=user)
            .first()
        )
        if run is None:
            raise Http404
        if run.applied_at:
            return self.import_page(request, "import_done", run=run, counts=run.result["counts"])
        asked = request.POST or request.GET
        options = {**run.result["options"]}
        form = OptionsForm(
            asked if "format" in asked else None, importer=self.importer, initial=options
        )
        if form.is_bound and form.is_valid():
            options |= form.cleaned_data
        refusal = ""
        if request.method == "POST":
            try:
                plan = self.importer.apply(run, options, user, request.POST.get("expected", ""))
            except CannotImport as error:
                refusal = " ".join(error.messages)
            except CannotRead as error:
                refusal = error.note.text
            except OperationalError as error:
                if "lock" not in str(error):
                    raise
                refusal = gettext("Somebody else is importing or publishing: please try again.")
            else:
                self.log(user, run, plan)
                return redirect(request.path)
        return self.preview(request, run, options, user, refusal)

    def preview(
        self,
        request: HttpRequest,
        run: ImportRun,
        options: dict[str, str],
        user: User,
        refusal: str,
    ) -> HttpResponse:
        try:
            looked = self.importer.look(run, options, user)
        except CannotRead as error:
            notes = Notes(errors=[error.note])
            looked = Looked(Plan(notes))
        notes = looked.plan.notes
        form = OptionsForm(importer=self.importer, initial=options)
        return self.import_page(
            request,
            "import_preview",
            run=run,
            conference=run.conference,
            options=options,
            form=form,
            refusal=refusal,
            looked=looked,
            plan=looked.plan,
            errors=notes.errors[:MOST_NOTES],
            more_errors=max(0, len(notes.errors) - MOST_NOTES),
            remarks=notes.remarks[:MOST_NOTES],
            more_remarks=max(0, len(notes.remarks) - MOST_NOTES),
            unknown=sorted(notes.unknown.values(), key=lambda one: one.name),
        )

    def log(self, user: User, run: ImportRun, plan: Plan) -> None:
        text = gettext("Imported: %(new)s new, %(changed)s changed.") % plan.counts
        LogEntry.objects.log_actions(user.pk, [run], CHANGE, text, single_object=True)

    def template_view(self, request: HttpRequest, extension: str) -> FileResponse:
        """An empty table with the columns that are known."""
        self.importing_user(request)
        try:
            format = exports.Format(extension)
        except ValueError as error:
            raise Http404 from error
        if format is exports.Format.VCARD:
            raise Http404
        columns = [
            exports.Column(column.name, column.name, empty, width=max(12, len(column.name) + 4))
            for column in self.importer.columns
        ]
        file = BytesIO()
        exports.write(file, format, columns, [])
        file.seek(0)
        name = f"{self.importer.kind}.{format.extension}"
        return FileResponse(
            file, as_attachment=True, filename=name, content_type=format.content_type
        )


def empty(_row: Any) -> str:
    return ""
