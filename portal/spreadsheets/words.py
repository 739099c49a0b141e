"""Vocabularies as spreadsheets: one table each, which is what django-import-export is made for.

Resources follow from the models: a row is known by its slug (an organisation by its name), columns
that the file leaves out stay as they are, and other names stand on lines of their own in one cell.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory
from import_export.results import RowResult
from import_export.widgets import ForeignKeyWidget, Widget
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from tablib import Dataset

from portal.changes import change
from portal.curation.compare import marked
from portal.curation.rights import require_right
from portal.fields import LinesField
from portal.spreadsheets.layout import key_of
from portal.spreadsheets.planning import Plan, Planned, Progress, Status
from portal.spreadsheets.reading import Fault, RawTable, Row, read_file
from portal.spreadsheets.running import NotSoundError
from portal.spreadsheets.scanning import FileRefusedError
from portal.spreadsheets.understanding import EXAMPLE
from portal.spreadsheets.writing import finished
from portal.tabular import plain
from portal.words import called_now

STATUS = {
    RowResult.IMPORT_TYPE_NEW: Status.NEW,
    RowResult.IMPORT_TYPE_UPDATE: Status.CHANGED,
    RowResult.IMPORT_TYPE_SKIP: Status.UNCHANGED,
}


class LinesWidget(Widget):  # type: ignore[misc]
    """Several texts of one cell, each on a line of its own."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        """Give the lines that are not empty."""
        return [line.strip() for line in str(value or "").split("\n") if line.strip()]

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """Give the lines as one text."""
        return "\n".join(value or [])


@cache
def resource_of(model: type[models.Model]) -> type[ModelResource]:
    """Give the resource of a vocabulary."""
    key = key_of(model)
    columns = [column for column in model._meta.concrete_fields if not column.primary_key]
    declared: dict[str, Any] = {}
    for column in columns:
        widget: Any = None
        if isinstance(column, LinesField):
            widget = LinesWidget()
        elif column.remote_field:
            target: Any = column.related_model
            widget = ForeignKeyWidget(target, key_of(target))
        if widget is not None:
            declared[column.name] = Field(column.name, column.name, widget)
    names = [column.name for column in columns]
    meta = {
        "fields": [key, *(name for name in names if name != key)],
        "import_id_fields": [key],
        "skip_unchanged": True,
        "report_skipped": True,
        "clean_model_instances": True,
        "use_transactions": True,
        "store_instance": True,
    }
    made: type[ModelResource] = modelresource_factory(
        model, custom_fields=declared, meta_options=meta
    )
    return made


def check(model: Any, name: str, content: bytes, collection: str, progress: Progress) -> Plan:
    """Give what importing a file would do. Raises FileRefusedError."""
    return _brought(model, name, content, dry_run=True)


def carry_out(
    model: Any,
    name: str,
    content: bytes,
    collection: str,
    by: AbstractBaseUser,
    progress: Progress,
    seen: dict[str, Any] | None = None,
) -> Plan:
    """Import a file: the public sees it at once. Raises NotSoundError with nothing written."""
    require_right(by, "add", model())
    require_right(by, "change", model())
    with change():
        plan = check(model, name, content, collection, progress)
        if not plan.is_sound or (seen is not None and plan.shown() != seen):
            raise NotSoundError(plan)
        return _brought(model, name, content, dry_run=False)


def _brought(model: Any, name: str, content: bytes, dry_run: bool) -> Plan:
    """Let django-import-export work off the one table of a file, and report in our words."""
    tables = read_file(name, content)
    if len(tables) != 1:
        raise FileRefusedError(_("A vocabulary comes as one sheet."))
    (table,) = tables
    resource = resource_of(model)()
    key = key_of(model)
    faults = [*table.faults, *_column_faults(table, resource, key)]
    rows = [row for row in table.rows if not str(row.cells.get(key, "")).startswith(EXAMPLE)]
    if not rows and not faults:
        raise FileRefusedError(_("There is no row in this file, other than examples."))
    if faults:
        return Plan([], faults, len(table.rows) - len(rows), table.notes)
    heads = [head for head in table.columns if head]
    data = Dataset(*([row.cells.get(head, "") for head in heads] for row in rows), headers=heads)
    result = resource.import_data(data, dry_run=dry_run, rollback_on_validation_errors=True)
    planned = [_planned(table, row, key, heads) for row in rows]
    _report(table, planned, rows, result, resource)
    faults = [*_repeated(table, rows, key), *_former(model, table, rows, key)]
    return Plan(planned, faults, len(table.rows) - len(rows), table.notes)


def _column_faults(table: RawTable, resource: ModelResource, key: str) -> Iterator[Fault]:
    """Give headings that no column has, and the key if it is missing."""
    known = list(resource.fields)
    for place, head in enumerate(table.columns, start=1):
        if head and head not in known:
            reason = _("There is no column “%(column)s”. There are: %(known)s.")
            words = {"column": head[:60], "known": ", ".join(known)}
            yield Fault(table.name, f"{get_column_letter(place)}1", reason % words)
    if key not in table.columns:
        reason = _("The column “%s” is missing: it says which row is meant.") % key
        yield Fault(table.name, "A1", reason)


def _repeated(table: RawTable, rows: list[Row], key: str) -> list[Fault]:
    """Give rows whose key is missing, or stands there already."""
    faults, seen = [], set()
    for row in rows:
        value = str(row.cells.get(key, ""))
        if not value or value in seen:
            reason = _("“%s” stands there already.") % value if value else _("The key is missing.")
            faults.append(Fault(table.name, row.place(key) or f"A{row.number}", reason))
        seen.add(value)
    return faults


def _former(model: Any, table: RawTable, rows: list[Row], key: str) -> Iterator[Fault]:
    """Give rows that would bring a word back to life which was merged or has another name now."""
    keys = [str(row.cells.get(key, "")) for row in rows]
    there = model._default_manager.filter(**{f"{key}__in": keys}).values_list(key, flat=True)
    current = called_now(model, set(keys) - set(there))
    for row in rows:
        old = str(row.cells.get(key, ""))
        if old in current:
            reason = _("“%(old)s” is now called “%(new)s”.") % {"old": old, "new": current[old]}
            yield Fault(table.name, row.place(key) or f"A{row.number}", reason)


def _planned(table: RawTable, row: Row, key: str, heads: list[str]) -> Planned:
    slug = str(row.cells.get(key, ""))
    title = str(row.cells.get("name", slug))
    return Planned(slug, title, Status.NEW, {"fields": {}, "parts": {}}, row.number)


def _report(
    table: RawTable, planned: list[Planned], rows: list[Row], result: Any, resource: ModelResource
) -> None:
    """Give each row what django-import-export says of it."""
    faulty: dict[int, list[Fault]] = {}
    for number, errors in result.row_errors():
        row = rows[number - 1]
        faulty[number] = [Fault(table.name, f"A{row.number}", str(e.error)) for e in errors]
    for invalid in result.invalid_rows:
        row = rows[invalid.number - 1]
        reasons: dict[str, Any] = invalid.error.message_dict
        faulty[invalid.number] = [
            Fault(table.name, row.place("" if name == NON_FIELD_ERRORS else name), " ".join(texts))
            for name, texts in reasons.items()
        ]
    found = [each for each in result.rows if each.import_type in STATUS]
    for number, each in enumerate(planned, start=1):
        if number in faulty:
            each.status, each.faults = Status.FAULTY, faulty[number]
            continue
        row_result = found.pop(0)
        each.status = STATUS[row_result.import_type]
        if each.status is Status.CHANGED and row_result.original is not None:
            each.differences = list(_differences(resource, row_result))


def _differences(resource: ModelResource, result: RowResult) -> Iterator[dict[str, str]]:
    for head, field in resource.fields.items():
        old, new = (str(field.export(each)) for each in (result.original, result.instance))
        if old != new:
            before, after = marked(old, new)
            yield {"label": head, "before": str(before), "after": str(after)}


# --- Out again ----------------------------------------------------------------------------------


def as_workbook(model: type[models.Model], rows: models.QuerySet[Any]) -> bytes:
    """Give a vocabulary as a workbook with one sheet."""
    data = resource_of(model)().export(rows.order_by(key_of(model)))
    return _one_sheet(model, [data.headers, *data])


def template(model: type[models.Model]) -> bytes:
    """Give an empty sheet with headings and three rows as they are now, as examples."""
    rows: Any = model._default_manager.order_by(key_of(model))[:3]
    data = resource_of(model)().export(rows)
    key = data.headers.index(key_of(model))
    examples = [list(row) for row in data]
    for number, row in enumerate(examples, start=1):
        row[key] = f"{EXAMPLE}{number}"
    return _one_sheet(model, [data.headers, *examples])


def _one_sheet(model: type[models.Model], rows: list[Any]) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = str(model._meta.verbose_name_plural)[:31]
    for row in rows:
        page.append([plain(cell) if isinstance(cell, str) else cell for cell in row])
        for cell in page[page.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    return finished(book)
