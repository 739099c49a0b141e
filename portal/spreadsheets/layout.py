"""The sheets of a kind of record: which columns they have, and what a cell may hold."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from portal.curation.anatomy import Anatomy, Part, anatomy_of
from portal.curation.document import natural_column
from portal.fields import ChoicesField, LinesField
from portal.models import Publishable
from portal.tagging import TermLink

KEY = "slug"


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "one of a list"
    CHOICES = "some of a list"
    LINES = "several texts"
    REFERENCE = "one record"
    REFERENCES = "some records"
    PLACE = "row of another sheet"


@dataclass(frozen=True)
class Column:
    """One column. `model` is what a reference names, `target` the sheet that a place counts in.

    `path` is where the value stands in a document: a field, or a part of tags.
    """

    name: str
    label: str
    meaning: str
    kind: Kind
    column: Any = None
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    model: type[models.Model] | None = None
    target: str = ""
    tags: Part | None = None

    @property
    def values(self) -> str:
        """What a cell may hold, in words."""
        if self.choices:
            return ", ".join(value for value, _label in self.choices)
        words = {
            Kind.TEXT: _("text"),
            Kind.WHOLE: _("a whole number"),
            Kind.NUMBER: _("a number, with a point before decimals"),
            Kind.DAY: _("a day, such as 2024-05-31"),
            Kind.LINES: _("texts, each on a line of its own"),
            Kind.PLACE: _("the number of the row in the sheet “%s”, counted from 1 for each record")
            % self.target,
        }
        if self.model is not None:
            name = self.model._meta.verbose_name
            if self.kind is Kind.REFERENCES:
                return _("%s: slug, code or name; several with “;” between them") % name
            return _("%s: slug, code or name") % name
        longest: int | None = getattr(self.column, "max_length", None)
        if self.kind is Kind.TEXT and longest:
            return _("text of at most %d characters") % longest
        return str(words[self.kind])


@dataclass(frozen=True)
class Sheet:
    """A table: the records themselves, or the rows of one of their parts."""

    name: str
    label: str
    columns: tuple[Column, ...]
    part: Part | None = None

    @property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Layout:
    """The sheets of a kind of record, the records first."""

    anatomy: Anatomy
    sheets: tuple[Sheet, ...]
    names: dict[str, Sheet] = field(default_factory=dict)

    @property
    def head(self) -> Sheet:
        """The sheet of the records themselves."""
        return self.sheets[0]


@cache
def layout_of(model: type[Publishable]) -> Layout:
    """Give the sheets of a kind of record."""
    anatomy = anatomy_of(model)
    own = [part for part in anatomy.parts if not part.borrowed]
    tags = [part for part in own if issubclass(part.model, TermLink)]
    fields = [name for name in anatomy.fields if name != KEY]
    columns = [
        Column(KEY, _("slug"), _("The record's name in addresses; it never changes."), Kind.TEXT,
               model._meta.get_field(KEY), is_required=True),
        *(_column(model._meta.get_field(name)) for name in fields),
        *(_tag_column(model, part) for part in tags),
    ]  # fmt: skip
    name = str(model._meta.verbose_name_plural).replace(" ", "_")
    sheets = [Sheet(name, str(model._meta.verbose_name_plural), tuple(columns))]
    for part in own:
        if part not in tags:
            key = Column(
                KEY,
                _("slug"),
                _("The record that the row belongs to."),
                Kind.TEXT,
                is_required=True,
            )
            rows = tuple(_column(column, part) for column in part.columns)
            sheets.append(Sheet(part.name, part.label, (key, *rows), part))
    return Layout(anatomy, tuple(sheets), {sheet.name: sheet for sheet in sheets})


def _tag_column(model: type[models.Model], part: Part) -> Column:
    tag = part.columns[0]
    label = str(model._meta.get_field(part.name).verbose_name)  # type: ignore[union-attr]
    meaning = _("Terms of the vocabulary.")
    return Column(
        part.name, label, meaning, Kind.REFERENCES, tag, True, model=tag.related_model, tags=part
    )


def _column(column: Any, part: Part | None = None) -> Column:
    """Give the column of a sheet for a column of a table."""
    target = part.refers.get(column.name, "") if part else ""
    has_default = getattr(column, "default", models.NOT_PROVIDED) is not models.NOT_PROVIDED
    is_required = not (column.blank or getattr(column, "null", False) or has_default)
    return Column(
        column.name,
        str(column.verbose_name),
        str(column.help_text),
        _kind(column, bool(target)),
        column,
        is_required,
        _choices(column),
        column.related_model if column.remote_field and not target else None,
        target,
    )


def _choices(column: Any) -> tuple[tuple[str, str], ...]:
    options = getattr(column, "options", None)
    pairs = options.choices if options is not None else column.choices or ()
    return tuple((str(value), str(label)) for value, label in pairs)


def _kind(column: Any, is_place: bool) -> Kind:
    if is_place:
        return Kind.PLACE
    if column.many_to_many:
        return Kind.REFERENCES
    if column.remote_field:
        return Kind.REFERENCE
    if isinstance(column, ChoicesField):
        return Kind.CHOICES
    if isinstance(column, LinesField):
        return Kind.LINES
    if column.choices:
        return Kind.CHOICE
    for kind, classes in (
        (Kind.NUMBER, models.DecimalField),
        (Kind.WHOLE, models.IntegerField),
        (Kind.DAY, models.DateField),
    ):
        if isinstance(column, classes):
            return kind
    return Kind.TEXT


def key_of(model: type[models.Model]) -> str:
    """Give the column by which a reference names a row."""
    return natural_column(model)
