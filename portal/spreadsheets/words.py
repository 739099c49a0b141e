"""Vocabularies as spreadsheets: one table each, which is what django-import-export is made for.

Resources follow from the models: a row is known by its slug (an organisation by its name), columns
that the file leaves out stay as they are, and other names stand on lines of their own in one cell.
"""

import io
from functools import cache
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.resources import ModelResource, modelresource_factory
from import_export.results import RowResult
from import_export.widgets import ForeignKeyWidget, Widget
from openpyxl import Workbook
from tablib import Dataset

from portal.changes import change
from portal.curation.compare import marked
from portal.curation.rights import require_right
from portal.fields import LinesField
from portal.spreadsheets.layout import key_of
from portal.spreadsheets.planning import Plan, Planned, Progress, Status
from portal.spreadsheets.reading import Fault, FileRefusedError, RawTable, read_file
from portal.spreadsheets.running import NotSoundError
from portal.spreadsheets.writing import finished

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
            widget = ForeignKeyWidget(column.related_model, key_of(column.related_model))
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
    }
    made: type[ModelResource] = modelresource_factory(
        model, custom_fields=declared, meta_options=meta
    )
    return made


def check(
    model: Any, name: str, content: bytes, collection: str, progress: Progress
) -> Plan:
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
    faults = [*table.faults, *_columns(table, resource, model)]
    if faults or not table.rows:
        if not table.rows and not faults:
            raise FileRefusedError(_("There is no row in this file, other than examples."))
        return Plan([], faults, 0)
    heads = [head for head in table.columns if head]
    data = Dataset(*[[row.cells.get(head, "") for head in heads] for row in table.rows], headers=heads)
    result = resource.import_data(data, dry_run=dry_run, rollback_on_validation_errors=True)
    return Plan([_planned(model, table, row, found) for row, found in _paired(table, result)], [], 0)
