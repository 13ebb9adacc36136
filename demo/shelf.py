"""The rows of one model by their natural key: what differs is written, and nothing else is."""

from collections import Counter
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models

from .reader import Entry


class Shelf[M: models.Model]:
    """Finds a row by ``key`` (names of attributes, as ``conference_id``), adds it or corrects it."""

    def __init__(
        self, rows: models.QuerySet[M], *key: str, tally: Counter[str] | None = None
    ) -> None:
        self.model = rows.model
        self.key = key
        self.tally = Counter() if tally is None else tally
        self.rows = {self._key_of(row): row for row in rows}
        # Rows that were loaded a moment ago need not be looked for.
        self.references = {field.name for field in self.model._meta.fields if field.is_relation}

    def __contains__(self, key: tuple[Any, ...]) -> bool:
        return key in self.rows

    def put(self, entry: Entry, **values: Any) -> M:
        """The row with these values, valid and stored; raises ``DataError``."""
        new = self._build(entry, values)
        row = self.rows.setdefault(self._key_of(new), new)
        if row is new:
            self.tally["added"] += 1
            self._save(entry, row)
        elif self._correct(row, values):
            self.tally["changed"] += 1
            self._save(entry, row)
        else:
            self.tally["kept"] += 1
        return row

    def link(self, row: M, name: str, others: list[Any]) -> None:
        """Let the many-to-many field ``name`` of ``row`` hold exactly ``others``."""
        manager = getattr(row, name)
        if {other.pk for other in manager.all()} != {other.pk for other in others}:
            manager.set(others)

    def _build(self, entry: Entry, values: dict[str, Any]) -> M:
        for name in values:
            try:
                self.model._meta.get_field(name)
            except FieldDoesNotExist:
                raise entry.refuse(f"{name}: unknown here.") from None
        return self.model(**values)

    def _key_of(self, row: M) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in self.key)

    def _correct(self, row: M, values: dict[str, Any]) -> bool:
        """Give ``row`` what it lacks of ``values``, and say whether it lacked anything."""
        wrong = {name: value for name, value in values.items() if not _same(row, name, value)}
        for name, value in wrong.items():
            setattr(row, name, value)
        return bool(wrong)

    def _save(self, entry: Entry, row: M) -> None:
        """Fields are checked here; what rows say of one another is PostgreSQL's to judge."""
        try:
            row.full_clean(self.references, validate_unique=False, validate_constraints=False)
            row.save()
        except ValidationError as error:
            raise entry.refuse(_explained(error)) from None
        except IntegrityError as error:
            raise entry.refuse(str(error).partition("\n")[0]) from None


def _same(row: models.Model, name: str, value: Any) -> bool:
    if isinstance(value, models.Model):
        return bool(getattr(row, f"{name}_id") == value.pk)
    return bool(getattr(row, name) == value)


def _explained(error: ValidationError) -> str:
    return "; ".join(
        " ".join(texts) if field == NON_FIELD_ERRORS else f"{field}: {' '.join(texts)}"
        for field, texts in error.message_dict.items()
    )
