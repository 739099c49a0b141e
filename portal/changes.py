"""Changes of the corpus: noted row by row, written down once, inside the same transaction.

Whatever holds content apart from the tables (the search indexes, the facet snapshots, caches) must
follow every change. Rows are noted by signals (portal/signals.py), so that the admin, the shell,
forms and services are all heard. Inside `with change():` notes are gathered and the work is done
once, at its end; a row saved outside of it is a change of its own.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import local

from django.db import models, transaction

from portal.corpus import CorpusState, raise_version
from portal.derived import derive
from portal.models import CorpusChange
from portal.search import all_indexes
from portal.search.upkeep import refresh

# Changes that a snapshot may catch up with; older ones are forgotten.
REMEMBERED = 1_000
# Records that one change may name; more are written down as "everything".
MOST_KEYS = 100


class Touched:
    """What a change has touched, by the name of an index or catalogue.

    `documents` are records whose search document may differ, `records` those whose place among the
    facets may differ; `everything` says that words of a vocabulary changed.
    """

    def __init__(self) -> None:
        self.documents: dict[str, set[int]] = {}
        self.records: dict[str, set[int]] = {}
        self.everything = False

    def note(self, row: models.Model) -> None:
        """Note a row that was saved, deleted or tied to others."""
        model = type(row)
        known = False
        for index in all_indexes():
            if model in index.parts:
                known = True
                keys = set(index.parts[model](row))
                self.documents.setdefault(index.name, set()).update(keys)
                self.records.setdefault(index.name, set()).update(keys)
            if model in index.labels:
                self.documents.setdefault(index.name, set()).update(index.labels[model](row))
        self.everything = self.everything or not known

    def note_records(self, model: type[models.Model], keys: Iterable[int]) -> None:
        """Note rows of a model by their primary keys."""
        for row in model._default_manager.filter(pk__in=list(keys)):
            self.note(row)

    def join(self, other: "Touched") -> None:
        """Add what another one has noted."""
        for mine, theirs in ((self.documents, other.documents), (self.records, other.records)):
            for name, keys in theirs.items():
                mine.setdefault(name, set()).update(keys)
        self.everything = self.everything or other.everything

    def write_down(self) -> None:
        """Raise the corpus version, note what changed, derive values and refresh indexes."""
        # The version comes first: its row is the lock that lets one writer at a time go on.
        state = raise_version()
        CorpusChange.objects.bulk_create(
            CorpusChange(version=state.number, moment=state.moment, kind=kind, key=key)
            for kind, key in self._journal()
        )
        CorpusChange.objects.filter(version__lte=state.number - REMEMBERED).delete()
        for index in all_indexes():
            if keys := self.records.get(index.name):
                derive(index.name, keys)
            if keys := self.documents.get(index.name):
                refresh(index, keys)

    def _journal(self) -> list[tuple[str, int | None]]:
        """Give what is written down: (kind, key), no key for all of a kind, "" for nothing."""
        if self.everything:
            return [("*", None)]
        entries: list[tuple[str, int | None]] = []
        for kind, keys in self.records.items():
            entries += [(kind, key) for key in keys] if len(keys) <= MOST_KEYS else [(kind, None)]
        return entries or [("", None)]


class _Open(local):
    touched: Touched | None = None


_open = _Open()


@contextmanager
def change() -> Iterator[Touched]:
    """One change of the corpus, made of many rows: all or nothing.

    May be nested; the outermost one writes down. Nothing is written down where nothing was noted.
    """
    if _open.touched is not None:
        yield _open.touched
        return
    touched = _open.touched = Touched()
    try:
        with transaction.atomic():
            yield touched
            _open.touched = None
            if touched.documents or touched.records or touched.everything:
                touched.write_down()
    finally:
        _open.touched = None


def note_before_save(row: models.Model) -> None:
    """Look up where a row belonged until now: it may be about to move to another record."""
    touched = _before(row)
    if not row._state.adding:
        touched.note_records(type(row), [row.pk])


def note_saved(row: models.Model) -> None:
    """Note a row that was saved."""
    with change() as touched:
        touched.join(_taken(row))
        touched.note(row)


def note_before_delete(row: models.Model) -> None:
    """Look up what a row is about to take with it: its ties are gone when it is."""
    _before(row).note(row)


def note_deleted(row: models.Model) -> None:
    """Note a row that is gone."""
    with change() as touched:
        touched.join(_taken(row))


def note_before_clear(
    row: models.Model, model: type[models.Model], through: type[models.Model]
) -> None:
    """Look up the records of a model that a row is tied to, all of whose ties are about to go."""
    near, far = (
        next(field.name for field in through._meta.fields if field.related_model is end)
        for end in (type(row), model)
    )
    ties = through._default_manager.filter(**{near: row})
    _before(row).note_records(model, ties.values_list(far, flat=True))


def note_cleared(row: models.Model) -> None:
    """Note that a row has lost its ties."""
    with change() as touched:
        touched.join(_taken(row))


def _before(row: models.Model) -> Touched:
    """Give what is kept on a row until the change that is about to be made is made."""
    touched = row._touched = Touched()  # type: ignore[attr-defined]
    return touched


def _taken(row: models.Model) -> Touched:
    """Take what was kept on a row."""
    return row.__dict__.pop("_touched", None) or Touched()


def records_since(kind: str, state: CorpusState, now: CorpusState) -> set[int] | None:
    """Give the primary keys of the records of a kind that changed between two states.

    Gives None where that cannot be told: a vocabulary changed, a change was forgotten, or the older
    state belongs to another history of the database. Two queries.
    """
    if now.number - state.number >= REMEMBERED:
        return None
    origin = CorpusChange.objects.filter(version=state.number, moment=state.moment)
    if not origin.exists():
        return None
    rows = CorpusChange.objects.filter(version__gt=state.number, version__lte=now.number)
    keys: set[int] = set()
    versions = set()
    for version, changed_kind, key in rows.values_list("version", "kind", "key"):
        versions.add(version)
        if changed_kind == "*" or (changed_kind == kind and key is None):
            return None
        if changed_kind == kind and key is not None:
            keys.add(key)
    return keys if len(versions) == now.number - state.number else None
