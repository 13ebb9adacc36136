"""What every admin class of the house shares: both languages side by side, nothing typed that
must be done, and pages that need no script.

Use ``BilingualAdmin`` (and ``BilingualStackedInline``, ``BilingualTabularInline``) for a model with
translated texts, ``HouseAdmin`` for any other. In ``fieldsets`` a translated text is named once.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst, slugify
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import (
    TranslationAdmin,
    TranslationStackedInline,
    TranslationTabularInline,
)

from conference.i18n import text_of
from conference.images import PictureField

if TYPE_CHECKING:
    # Only a type checker may subscript these (docs/ref/contrib/admin).
    ModelForm = forms.ModelForm[Any]
    ModelAdmin = admin.ModelAdmin[Any]
    BilingualModelAdmin = TranslationAdmin[Any]
    StackedInline = TranslationStackedInline[Any, Any]
    TabularInline = TranslationTabularInline[Any, Any]
else:
    ModelForm = forms.ModelForm
    ModelAdmin = admin.ModelAdmin
    BilingualModelAdmin = TranslationAdmin
    StackedInline = TranslationStackedInline
    TabularInline = TranslationTabularInline

# States change by actions that call the services.
DONE_BY_ACTIONS = ("state",)
# Written by the database or by a service.
WRITTEN_BY_ITSELF = ("created_at", "updated_at", "state_changed_at")

LANGUAGE_NAMES = {"fr": _("French"), "en": _("English")}


def in_language(field: str, description: Any) -> Callable[[models.Model], str]:
    """A list column with a translated text; a text that is only in the other language says so."""

    @admin.display(description=description, ordering=field)
    def column(instance: models.Model) -> str | SafeString:
        text = text_of(instance, field)
        if not text.is_fallback:
            return text.value
        return format_html(
            '<span lang="{}">{}</span> <span class="missing">{}</span>',
            text.language,
            text.value,
            gettext("not translated"),
        )

    return column


class HouseForm(ModelForm):
    """Fills in a slug that no script has filled, from the same texts."""

    prepopulated: dict[str, Sequence[str]] = {}

    def clean(self) -> dict[str, Any] | None:
        data = super().clean() or self.cleaned_data
        for name, sources in self.prepopulated.items():
            if name in self.fields and name not in self.errors and not data.get(name):
                words = " ".join(str(data.get(source) or "") for source in sources)
                field = self._meta.model._meta.get_field(name)
                data[name] = slugify(words)[: field.max_length].strip("-")
                if not data[name]:
                    self.add_error(name, self.fields[name].error_messages["required"])
        return data


class HouseMixin:
    """What lists and forms of the house have in common."""

    form: type[ModelForm] = HouseForm
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    save_on_top = False
    # A picture is drawn again before it is kept (conference/images.py).
    formfield_overrides: Any = {models.ImageField: {"form_class": PictureField}}

    if TYPE_CHECKING:
        model: type[models.Model]

    def _has_field(self, name: str) -> bool:
        return any(field.name == name for field in self.model._meta.fields)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The declared ones, and whatever only a service or the database may write."""
        declared = list(super().get_readonly_fields(request, obj))  # type: ignore[misc]
        names = [*DONE_BY_ACTIONS, *WRITTEN_BY_ITSELF] if obj else [*DONE_BY_ACTIONS]
        return declared + [n for n in names if n not in declared and self._has_field(n)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a new row does not have yet is left out of its form."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]
        if obj is not None:
            return fieldsets
        return [
            (title, {**options, "fields": without(options["fields"], WRITTEN_BY_ITSELF)})
            for title, options in fieldsets
        ]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        form.prepopulated = dict(self.get_prepopulated_fields(request, obj))  # type: ignore[attr-defined]
        for name in form.prepopulated:
            if name in form.base_fields:
                form.base_fields[name].required = False
        return form  # type: ignore[no-any-return]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """A list is called by what it lists."""
        title = capfirst(str(self.model._meta.verbose_name_plural))
        found: HttpResponse = super().changelist_view(  # type: ignore[misc]
            request, {"title": title, **(extra_context or {})}
        )
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A form is called by what it shows."""
        if original := context.get("original"):
            context |= {"title": str(original) or context["title"], "subtitle": None}
        elif kwargs.get("add"):
            # Django's own title, “Add %s”, becomes “Ajout de intervenant” in French.
            name = self.model._meta.verbose_name
            context["title"] = gettext("Add %(name)s") % {"name": name}
        found: HttpResponse = super().render_change_form(  # type: ignore[misc]
            request, context, *args, **kwargs
        )
        return found

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What is added belongs to the current edition, unless somebody chooses another."""
        asked: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]
        for field in self.model._meta.fields:
            if field.name == "conference" and field.related_model:
                editions = field.related_model._default_manager.filter(is_current=True)
                return {"conference": editions.values_list("pk", flat=True).first(), **asked}
        return asked

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The public page, while there is one."""
        if obj is None or not hasattr(obj, "get_absolute_url"):
            return None
        if not getattr(obj, "is_published", True):
            return None
        return str(obj.get_absolute_url())


class BilingualMixin(HouseMixin):
    """Expands a translated text into its languages, on one row, each in its own ``lang``."""

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [
            (title, {**options, "fields": self._side_by_side(options["fields"])})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def _side_by_side(self, names: Sequence[Any]) -> list[Any]:
        """``["slug", "title_fr", "title_en"]`` becomes ``["slug", ("title_fr", "title_en")]``."""
        rows: list[Any] = []
        for name in names:
            original = self._original(name)
            if original and rows and self._original(rows[-1]) == original:
                previous = rows[-1] if isinstance(rows[-1], tuple) else (rows[-1],)
                rows[-1] = (*previous, name)
            else:
                rows.append(name)
        return rows

    def _original(self, name: Any) -> str | None:
        """The translated text that a column (or a row of its columns) belongs to."""
        if isinstance(name, list | tuple):
            originals = {self._original(part) for part in name}
            return originals.pop() if len(originals) == 1 else None
        for field in self.model._meta.fields:
            if field.name == name and hasattr(field, "translated_field"):
                return str(field.translated_field.name)
        return None

    def patch_translation_field(
        self, db_field: Any, field: forms.Field, request: HttpRequest, **kwargs: Any
    ) -> None:
        super().patch_translation_field(db_field, field, request, **kwargs)  # type: ignore[misc]
        if hasattr(db_field, "translated_field"):
            field.widget.attrs["lang"] = db_field.language
            field.label = label_in(db_field.translated_field.verbose_name, db_field.language)


def label_in(name: Any, language: str) -> str:
    """“Title (English)”: which language a box is for, said in words."""
    word = str(LANGUAGE_NAMES[language])
    # French writes the names of languages small.
    return f"{capfirst(str(name))} ({word.lower() if get_language() == 'fr' else word})"


def without(names: Sequence[Any], unwanted: Sequence[str]) -> list[Any]:
    """``names`` as Django takes them (strings, or rows of strings) less the unwanted ones."""
    kept: list[Any] = []
    for name in names:
        if isinstance(name, list | tuple):
            if row := tuple(part for part in name if part not in unwanted):
                kept.append(row)
        elif name not in unwanted:
            kept.append(name)
    return kept


class HouseAdmin(HouseMixin, ModelAdmin):
    pass


class BilingualAdmin(BilingualMixin, BilingualModelAdmin):
    pass


class BilingualStackedInline(BilingualMixin, StackedInline):
    extra = 0


class BilingualTabularInline(BilingualMixin, TabularInline):
    extra = 0
