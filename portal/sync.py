"""Brings rows in line with what they should be, touching only what differs, and counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models
from django.db.models import F

from portal.changes import change

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
    return _sync_places(model, owner, wanted, tally)[0]


def _sync_places(
    model: type[M], owner: Values, wanted: Sequence[Values], tally: Tally
) -> tuple[list[M], list[M]]:
    """Bring ordered rows in line; give them, and those beyond the end."""
    existing = {row.position: row for row in model._default_manager.filter(**owner)}  # type: ignore[attr-defined]
    rows, new = [], []
    for position, values in enumerate(wanted):
        row = existing.pop(position, None)
        if row is None:
            row = model(**owner, position=position, **values)
            new.append(row)
        else:
            _change(row, values, tally)
        rows.append(row)
    _create(model, new, tally)
    return rows, list(existing.values())


def _create(model: type[M], rows: Sequence[M], tally: Tally) -> None:
    """Create rows with one statement, and note them: nobody else does that for rows in bulk."""
    with change() as touched:
        model._default_manager.bulk_create(rows)
        for row in rows:
            touched.note(row)
    tally.created[_label(model)] += len(rows)


def _remove(model: type[M], rows: Sequence[M], tally: Tally) -> None:
    """Remove rows one by one: each is noted with what it takes along."""
    for row in rows:
        row.delete()
    tally.removed[_label(model)] += len(rows)


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
    existing, gone = {}, []
    for row in model._default_manager.filter(**owner):
        name = tuple(getattr(row, column) for column in key)
        if name in places:
            existing[name] = row
        else:
            gone.append(row)
    _remove(model, gone, tally)
    moved = [row.pk for name, row in existing.items() if row.position != places[name]]  # type: ignore[attr-defined]
    model._default_manager.filter(pk__in=moved).update(position=F("position") + PARKED)
    new = []
    for values in wanted:
        found = existing.get(name_of(values))
        position = places[name_of(values)]
        if found is None:
            new.append(model(**owner, position=position, **values))
        else:
            _change(found, {**values, "position": position}, tally)
    _create(model, new, tally)


def sync_pairs(
    model: type[models.Model],
    owner: Values,
    column: str,
    wanted: Mapping[Any, Values],
    tally: Tally,
) -> None:
    """Bring the rows of an owner in line that have no order: `column` tells them apart."""
    existing = {getattr(row, column): row for row in model._default_manager.filter(**owner)}
    _remove(model, [row for key, row in existing.items() if key not in wanted], tally)
    new = []
    for key, values in wanted.items():
        if key in existing:
            _change(existing[key], values, tally)
        else:
            new.append(model(**owner, **{column: key}, **values))
    _create(model, new, tally)


def prune_list(model: type[models.Model], owner: Values, length: int, tally: Tally) -> None:
    """Remove the ordered rows of an owner from place `length` on."""
    beyond = model._default_manager.filter(**owner, position__gte=length)
    _remove(model, list(beyond), tally)


def replace_list(model: type[M], owner: Values, wanted: Sequence[Values], tally: Tally) -> list[M]:
    """Bring the ordered rows of an owner in line and remove those beyond the end."""
    rows, beyond = _sync_places(model, owner, wanted, tally)
    _remove(model, beyond, tally)
    return rows


def sync_links(manager: Any, wanted: Iterable[models.Model], label: str, tally: Tally) -> None:
    """Bring a many-to-many relation or a set of tags in line."""
    wanted_keys = {row.pk: row for row in wanted}
    present = set(manager.values_list("pk", flat=True))
    added, gone = wanted_keys.keys() - present, present - wanted_keys.keys()
    if gone:
        manager.set(list(wanted_keys.values()))
    elif added:
        manager.add(*(wanted_keys[key] for key in wanted_keys if key in added))
    tally.created[label] += len(added)
    tally.removed[label] += len(gone)
    tally.unchanged[label] += len(wanted_keys.keys() & present)
