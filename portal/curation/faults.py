"""What keeps chosen values from being written over a record, in words and before any is written."""

from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.utils.text import capfirst

from portal.curation.anatomy import Part, anatomy_of
from portal.curation.document import Document, Lost, Resolver, Values, in_python
from portal.models import Publishable


def faults_of(record: Publishable, document: Document) -> list[str]:
    """Give what is wrong with a document for a record, each with the name of its field.

    Neither the record nor the database is changed.
    """
    lost = Lost()
    lost.resolver = Resolver()
    parts = {part.name: part for part in anatomy_of(type(record)).parts}
    return [
        *_in_fields(record, document["fields"], lost),
        *(
            fault
            for name, rows in document["parts"].items()
            for fault in _in_rows(parts[name], rows, lost)
        ),
    ]


def in_words(model: type[Model], error: ValidationError) -> Iterator[str]:
    """Give the messages of an error, each with the name of the field that it is about."""
    if not hasattr(error, "error_dict"):
        yield from error.messages
        return
    for name, messages in error.message_dict.items():
        label = _label(model, name)
        yield from (f"{label}: {message}" if label else message for message in messages)


def _label(model: type[Model], name: str) -> str:
    if name == NON_FIELD_ERRORS:
        return ""
    try:
        return capfirst(str(model._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name


def _in_fields(record: Publishable, values: Values, lost: Lost) -> Iterator[str]:
    """Check a record as it would be."""
    trial = copy(record)
    wrong = _set(trial, values, lost)
    try:
        trial.full_clean(exclude=wrong)
    except ValidationError as error:
        wrong |= error.update_error_dict({})
    if wrong:
        yield from in_words(type(record), ValidationError(wrong))


def _in_rows(part: Part, rows: Sequence[Values], lost: Lost) -> Iterator[str]:
    """Check rows one by one, without what ties them to their record and to other rows."""
    tied = {part.owner, "position", *part.refers}
    for number, values in enumerate(rows, start=1):
        trial = part.model()
        wrong = _set(trial, {k: v for k, v in values.items() if k not in tied}, lost)
        try:
            trial.clean_fields(exclude={*tied, *wrong})
        except ValidationError as error:
            wrong |= error.update_error_dict({})
        if wrong:
            for message in in_words(part.model, ValidationError(wrong)):
                yield f"{capfirst(part.label)}, {number}: {message}"


def _set(row: Model, values: Values, lost: Lost) -> dict[str, Any]:
    """Set columns as far as they can hold their values; give the errors of the others."""
    wrong: dict[str, Any] = {}
    for name, value in values.items():
        column: Any = row._meta.get_field(name)
        if column.many_to_many:
            continue
        try:
            setattr(row, column.attname, in_python(column, value, lost))
        except ValidationError as error:
            wrong[name] = error
    return wrong
