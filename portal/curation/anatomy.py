"""What a record is made of: its own fields, and the rows that belong to it.

Revisions, working copies, restoring and imports all treat a record as a whole. Each app declares
its records in its curation.py; apps above may add parts to records of apps below.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import reversion
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from portal.models import Publishable

# Columns that say where a record stands, not what it holds.
STANDING = frozenset(
    {
        "id", "state", "created_at", "updated_at", "published_at", "working_copy_of", "edition",
        "last_step", "archived_at", "archive_reason", "see_instead",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """Rows that belong to a record.

    `owner` is the column by which a row names its record. Rows stand in an order (`position`),
    unless the model has none. `key` names the columns by which a row is known when it moves (as
    attributes: `company_id`);
    `refers` maps columns to other parts of the same record, such as a figure's source; `only`
    narrows the rows.
    A `borrowed` part is edited elsewhere (evidence, on its lesson): it is kept in revisions and
    comes back with a deleted record, but is no part of a working copy.
    """

    name: str
    model: type[Model]
    owner: str
    key: tuple[str, ...] = ()
    refers: dict[str, str] = field(default_factory=dict)
    only: Q = field(default_factory=Q)
    borrowed: bool = False

    @property
    def is_ordered(self) -> bool:
        """Say whether the rows stand in an order."""
        return any(column.name == "position" for column in self.model._meta.concrete_fields)

    @property
    def label(self) -> str:
        """What the rows are called."""
        links = [column for column in self.columns if column.remote_field]
        model = links[0].related_model if len(self.columns) == len(links) == 1 else self.model
        return str(model._meta.verbose_name_plural)

    @property
    def columns(self) -> list[Any]:
        """The columns of a row that are content: not its primary key, owner or place."""
        hidden = {self.model._meta.pk.name, self.owner, "position"}
        return [column for column in self.model._meta.concrete_fields if column.name not in hidden]

    def rows(self, record: Model) -> list[Any]:
        """Give the rows of a record, in their order, with what they refer to. One query."""
        return self.rows_of([record])

    def rows_of(self, records: Iterable[Model]) -> list[Any]:
        """Give the rows of several records, record by record and in their order. One query.

        Every row knows its record and what it refers to: reading them asks no more.
        """
        owners = {record.pk: record for record in records}
        found = self.model._default_manager.filter(self.only, **{f"{self.owner}__in": owners})
        named = [c.name for c in self.columns if c.remote_field and c.name not in self.refers]
        rows = found.select_related(*named) if named else found
        ordered = rows.order_by(f"{self.owner}_id", "position" if self.is_ordered else "pk")
        for row in ordered:
            setattr(row, self.owner, owners[getattr(row, f"{self.owner}_id")])
        return list(ordered)


@dataclass(frozen=True)
class Problem:
    """Something that keeps a record from being published: where, and what to do."""

    field: str
    reason: str


Check = Callable[[Any], Iterator[Problem]]


@dataclass
class Anatomy:
    """A kind of record: its model, its parts, and what must hold before it is published.

    Parts that others refer to come before them.
    """

    model: type[Publishable]
    parts: list[Part]
    check: Check
    derived: frozenset[str] = frozenset()

    @property
    def fields(self) -> list[str]:
        """The columns and links that make up the record's own content."""
        left_out = STANDING | self.derived
        opts = self.model._meta
        links = [link.name for link in opts.local_many_to_many if _is_plain(link)]
        columns = [column.name for column in opts.concrete_fields if _is_content(column)]
        return [name for name in (*columns, *links) if name not in left_out]

    @property
    def tied(self) -> dict[str, str]:
        """Give, for parts that name each other's rows by place, the first of them.

        Such parts only make sense together: a figure beside other sources rests on another one.
        """
        tied: dict[str, str] = {}
        for part in self.parts:
            for target in part.refers.values():
                tied[part.name] = tied.setdefault(target, target)
        return tied


_anatomies: dict[type[Model], Anatomy] = {}


def _is_plain(link: Any) -> bool:
    """Say whether a many-to-many field keeps its links in a table without columns of its own."""
    return bool(getattr(link.remote_field.through._meta, "auto_created", False))


def _is_content(column: Any) -> bool:
    """Say whether a column is written by people: not the HTML made of another one."""
    return not hasattr(column, "source")


def register(anatomy: Anatomy) -> Anatomy:
    """Make a kind of record known, and its revisions storable."""
    _anatomies[anatomy.model] = anatomy
    _make_storable(anatomy.model)
    for part in anatomy.parts:
        _make_storable(part.model)
    return anatomy


def extend(model: type[Publishable], part: Part) -> None:
    """Add a part that an app above keeps on a record of an app below."""
    _anatomies[model].parts.append(part)
    _make_storable(part.model)


def anatomy_of(model: type[Model]) -> Anatomy:
    """Give the anatomy of a kind of record. Raises KeyError where there is none."""
    return _anatomies[model]


def all_anatomies() -> list[Anatomy]:
    """Give every kind of record, in the order of the apps."""
    return list(_anatomies.values())


def name_kinds(**kwargs: Any) -> None:
    """Have a content type for every model that revisions hold, after migrations.

    Django makes them for models, but for tables of many-to-many links only when they are first
    asked for; inside a transaction that fails, it would go on believing in one that is not there.
    """
    models = [part.model for anatomy in all_anatomies() for part in anatomy.parts]
    ContentType.objects.get_for_models(*models)


def _make_storable(model: type[Model]) -> None:
    if not reversion.is_registered(model):
        reversion.register(model, use_natural_foreign_keys=True)
