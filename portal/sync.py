"""Brings rows in line with what they should be, touching only what differs, and counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.db.models import F

M = TypeVar("M", bound=models.Model)
Values = Mapping[str, Any]
PARKED = 10_000  # beyond any real list: where rows stand while they change places


@dataclass
class Tally:
    """How many rows of each model were created, changed, removed or left as they were."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)

    @property
    def touched(self) -> int:
        """Rows that were created, changed or removed."""
        return self.created.total() + self.changed.total() + self.removed.total()


def _label(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name_plural)


def sync_row(
    model: type[M], key: Values, values: Values, tally: Tally, new: Values | None = None
) -> M:
    """Create or change the one row with the given key. `new` holds values for creation only."""
    row = model._default_manager.filter(**key).first()
    if row is None:
        row = model._default_manager.create(**key, **values, **(new or {}))
        tally.created[_label(model)] += 1
    else:
        _change(row, values, tally)
    return row


def _change(row: models.Model, values: Values, tally: Tally) -> None:
    """Save a row if any value differs from what it holds."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    if differing:
        for name, value in differing.items():
            setattr(row, name, value)
        row.save()
        tally.changed[_label(type(row))] += 1
    else:
        tally.unchanged[_label(type(row))] += 1


def sync_list(model: type[M], owner: Values, wanted: Sequence[Values], tally: Tally) -> list[M]:
    """Bring the ordered rows of an owner in line: the row at place n holds the values at n.

    Rows keep their primary keys where their place stays, so that what points at them still does.
    Gives the rows in order. Rows beyond the end stay until `prune_list`.
    """
    existing = {row.position: row for row in model._default_manager.filter(**owner)}  # type: ignore[attr-defined]
    rows = []
    for position, values in enumerate(wanted):
        row = existing.get(position)
        if row is None:
            row = model._default_manager.create(**owner, position=position, **values)
            tally.created[_label(model)] += 1
        else:
            _change(row, values, tally)
        rows.append(row)
    return rows


def sync_named_list(
    model: type[models.Model],
    owner: Values,
    wanted: Sequence[Values],
    key: Sequence[str],
    tally: Tally,
) -> None:
    """Bring ordered rows in line that have a name of their own: some columns, unique together.

    A row keeps its name and changes its place. Rows that are no longer wanted go first, and rows
    that change places are parked, so that none stands in another's way.
    """

    def name_of(values: Values) -> tuple[Any, ...]:
        return tuple(values[column] for column in key)

    places = {name_of(values): position for position, values in enumerate(wanted)}
    existing = {}
    for row in model._default_manager.filter(**owner):
        name = tuple(getattr(row, column) for column in key)
        if name in places:
            existing[name] = row
        else:
            row.delete()
            tally.removed[_label(model)] += 1
    moved = [row.pk for name, row in existing.items() if row.position != places[name]]  # type: ignore[attr-defined]
    model._default_manager.filter(pk__in=moved).update(position=F("position") + PARKED)
    for values in wanted:
        found = existing.get(name_of(values))
        position = places[name_of(values)]
        if found is None:
            model._default_manager.create(**owner, position=position, **values)
            tally.created[_label(model)] += 1
        else:
            _change(found, {**values, "position": position}, tally)


def prune_list(model: type[models.Model], owner: Values, length: int, tally: Tally) -> None:
    """Remove the ordered rows of an owner from place `length` on."""
    for row in model._default_manager.filter(**owner, position__gte=length):
        row.delete()
        tally.removed[_label(model)] += 1


def replace_list(model: type[M], owner: Values, wanted: Sequence[Values], tally: Tally) -> list[M]:
    """Bring the ordered rows of an owner in line and remove those beyond the end."""
    rows = sync_list(model, owner, wanted, tally)
    prune_list(model, owner, len(wanted), tally)
    return rows


def sync_links(manager: Any, wanted: Iterable[models.Model], label: str, tally: Tally) -> None:
    """Bring a many-to-many relation or a set of tags in line."""
    wanted_keys = {row.pk: row for row in wanted}
    present = set(manager.values_list("pk", flat=True))
    added, gone = wanted_keys.keys() - present, present - wanted_keys.keys()
    if added or gone:
        manager.set(list(wanted_keys.values()))
    tally.created[label] += len(added)
    tally.removed[label] += len(gone)
    tally.unchanged[label] += len(wanted_keys.keys() & present)
