"""Every text in both languages: what is missing, and what is older than its twin.

All that modeltranslation knows is looked at, so that no application has to announce its texts.
PostgreSQL notes which language of a text runs ahead (``TextChange``, migration 0006).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.contrib import admin
from django.db import connections, models
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from modeltranslation.translator import translator

from conference.models import Conference, TextChange

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True, slots=True)
class Gap:
    """A text whose ``language`` is missing, or stayed behind when the other was rewritten."""

    model: type[models.Model]
    row: models.Model
    field: str
    language: str
    # When the other language was rewritten; nothing when this one is missing.
    behind_since: datetime | None
    url: str

    @property
    def field_name(self) -> str:
        column: Any = self.row._meta.get_field(f"{self.field}_{self.language}")
        return str(column.translated_field.verbose_name)

    @property
    def model_name(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def key(self) -> str:
        """What names this text in a form."""
        return f"{self.model._meta.label_lower}:{self.row.pk}:{self.field}"


def gaps(request: HttpRequest, conference: Conference | None) -> list[Gap]:
    """What this member of staff may put right, model by model, in the order of the admin.

    At most two queries for each model with translated texts, and one more, whatever their number.
    """
    behind = list(TextChange.objects.order_by("table", "row", "field"))
    return [
        gap
        for model in models_of(request)
        for gap in gaps_of(
            model, conference, [c for c in behind if c.table == model._meta.db_table]
        )
    ]


def models_of(request: HttpRequest) -> list[type[models.Model]]:
    """Models with translated texts that the one who asks may change."""
    return [
        model
        for model in translator.get_registered_models()
        if may_change(request, model) and not model._meta.abstract
    ]


def may_change(request: HttpRequest, model: type[models.Model]) -> bool:
    options = model._meta
    if not request.user.has_perm(f"{options.app_label}.change_{options.model_name}"):
        return False
    if admin.site.is_registered(model):
        return bool(admin.site.get_model_admin(model).has_change_permission(request))
    return shown_with(model) is not None


def shown_with(model: type[models.Model]) -> "models.ForeignKey[Any, Any] | None":
    """The foreign key to what a row without a page of its own is edited with: a talk's session."""
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey) and is_part(field):
            return field
    return None


def is_part(field: "models.ForeignKey[Any, Any]") -> bool:
    is_owned = field.remote_field.on_delete is models.CASCADE
    return is_owned and admin.site.is_registered(field.related_model)


def gaps_of(
    model: type[models.Model], conference: Conference | None, behind: Iterable[TextChange]
) -> Iterator[Gap]:
    fields = sorted(translator.get_options_for_model(model).all_fields)
    since = {(change.row, change.field): change for change in behind}
    owner = shown_with(model) if not admin.site.is_registered(model) else None
    rows = model._default_manager.filter(
        one_language_only(model) | Q(pk__in=[row for row, _field in since])
    )
    if owner:
        rows = rows.select_related(owner.name)
    if conference and (path := path_to_conference(model)):
        rows = rows.filter(**{path: conference.pk})
    for row in rows.order_by("pk"):
        url = edit_url(getattr(row, owner.name) if owner else row)
        for field in fields:
            change = since.get((row.pk, field))
            if language := missing_language(row, field):
                yield Gap(model, row, field, language, None, url)
            elif change and getattr(row, f"{field}_{change.language}"):
                yield Gap(model, row, field, twin(change.language), change.changed_at, url)


def edit_url(row: models.Model) -> str:
    options = row._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk])


def missing_language(row: models.Model, field: str) -> str | None:
    """The language in which ``field`` is not written, if it is in the other."""
    empty = [code for code in LANGUAGES if not getattr(row, f"{field}_{code}")]
    return empty[0] if len(empty) == 1 else None


def twin(language: str) -> str:
    return next(code for code in LANGUAGES if code != language)


def path_to_conference(model: type[models.Model]) -> str | None:
    """How a row knows its conference, itself or through what it is a part of."""
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey) and field.related_model is Conference:
            return str(field.name)
    owner = shown_with(model)
    if owner and (rest := path_to_conference(owner.related_model)):
        return f"{owner.name}__{rest}"
    return "pk" if model is Conference else None


def one_language_only(model: type[models.Model]) -> Q:
    """Some translated text is there in French or in English, but not in both."""
    found = Q()
    for field in translator.get_options_for_model(model).all_fields:
        french, english = is_empty(f"{field}_fr"), is_empty(f"{field}_en")
        found |= (french & ~english) | (~french & english)
    return found


def is_empty(column: str) -> Q:
    return Q(**{column: ""}) | Q(**{f"{column}__isnull": True})


def set_in_line(request: HttpRequest, keys: Iterable[str]) -> int:
    """Somebody read both languages and found that they say the same; how many texts that were.

    Keys of texts that the one who asks may not change are passed over.
    """
    allowed = {model._meta.label_lower: model for model in models_of(request)}
    count = 0
    for key in keys:
        label, _, rest = key.partition(":")
        row, _, field = rest.partition(":")
        if label in allowed and row.isdecimal() and len(row) < 19:
            changes = TextChange.objects.filter(
                table=allowed[label]._meta.db_table, row=int(row), field=field
            )
            count += changes.delete()[0]
    return count


# --- Watched by PostgreSQL -------------------------------------------------------------------


def watch_after_migrate(
    sender: AppConfig, using: str = "default", plan: Any = None, **_options: Any
) -> None:
    """Let a trigger watch each translated table of an application that was just migrated.

    Not in migrations: a text that becomes translated is watched without anybody remembering it.
    """
    if not plan:
        return
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if "conference_textchange" not in tables:
        return
    with connection.cursor() as cursor:
        for model in translator.get_registered_models():
            if model._meta.app_label == sender.label and model._meta.db_table in tables:
                cursor.execute(trigger(model))


def trigger(model: type[models.Model]) -> str:
    table = model._meta.db_table
    fields = ", ".join(
        f"'{name}'" for name in sorted(translator.get_options_for_model(model).all_fields)
    )
    return (
        f'CREATE OR REPLACE TRIGGER note_text_change AFTER UPDATE OR DELETE ON "{table}" '
        f"FOR EACH ROW EXECUTE FUNCTION note_text_change({fields})"
    )
