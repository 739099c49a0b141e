"""The snapshot: one bitmap per facet value over the published records, held in this process.

A record's ordinal is its place in the default order, so that a bitmap read in order is a sorted
result. Counting is the size of an intersection. A snapshot never changes; when the corpus version
moves, the next request builds a new one, under a lock, while the version was read first.
"""

import threading
import time
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice
from typing import Any

from pyroaring import BitMap

from portal.changes import records_since
from portal.corpus import CorpusState, current_state, read_state
from portal.facets.declaration import Catalogue, Facet, FacetValue, Sort
from portal.models import FormerSlug

Chosen = Mapping[str, Collection[str]]
MOST_PATCHED = 20  # changed records beyond which a full build is simpler


@dataclass(frozen=True)
class Snapshot:
    """The published records of one catalogue at one corpus version.

    `keys` maps an ordinal to a primary key; `bitmaps[facet][value]` holds the ordinals of the
    records that have the value; `orders[sort]` lists all ordinals in another order than the
    default. `build_seconds` is how long building took. `former[facet]` says what values of before
    are called now. `kept` holds what pages of this
    corpus version have in common (rendered cards, the words of facets): the only part that grows.
    """

    catalogue: Catalogue
    state: CorpusState
    keys: "array[int]"
    values: Mapping[str, Mapping[str, FacetValue]]
    bitmaps: Mapping[str, Mapping[str, BitMap]]
    orders: "Mapping[str, array[int]]"
    build_seconds: float
    former: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept: dict[Any, Any] = field(default_factory=dict)

    @cached_property
    def everything(self) -> BitMap:
        """All ordinals."""
        return BitMap(range(len(self.keys)))

    @cached_property
    def ordinals(self) -> Mapping[int, int]:
        """The ordinal of each primary key."""
        return {key: ordinal for ordinal, key in enumerate(self.keys)}

    @property
    def bitmap_bytes(self) -> int:
        """Bytes that the bitmaps take outside of Python's own memory."""
        statistics = (
            bitmap.get_statistics() for facet in self.bitmaps.values() for bitmap in facet.values()
        )
        return sum(
            found["n_bytes_array_containers"]
            + found["n_bytes_run_containers"]
            + found["n_bytes_bitset_containers"]
            for found in statistics
        )

    def of_keys(self, keys: Iterable[int]) -> BitMap:
        """Give the ordinals of some primary keys; keys that are not published are left out."""
        ordinals = self.ordinals
        return BitMap(ordinals[key] for key in keys if key in ordinals)

    def matching(self, chosen: Chosen, within: BitMap | None = None) -> BitMap:
        """Give the records that have, for every facet chosen, at least one of the values."""
        found = self.everything if within is None else within
        for facet, values in chosen.items():
            found = found & self._any_of(facet, values)
        return found

    def counts(self, chosen: Chosen, within: BitMap | None = None) -> dict[str, dict[str, int]]:
        """Count the records of every value of every dimension.

        A facet's own choice does not narrow its own counts: they say what each value would give
        beside what is chosen elsewhere.
        """
        found = self.matching(chosen, within)
        counted = {}
        for facet, bitmaps in self.bitmaps.items():
            if facet in chosen:
                others = {name: values for name, values in chosen.items() if name != facet}
                base = self.matching(others, within)
            else:
                base = found
            counted[facet] = {
                value: bitmap.intersection_cardinality(base) for value, bitmap in bitmaps.items()
            }
        return counted

    def distinct(self, facet: str, found: BitMap) -> int:
        """Say how many different values of a facet the found records have."""
        return sum(bitmap.intersect(found) for bitmap in self.bitmaps[facet].values())

    def slice(self, found: BitMap, sort: str, start: int, stop: int) -> list[int]:
        """Give the primary keys of the found records from place `start` up to `stop`."""
        if sort in self.orders:
            in_order = (ordinal for ordinal in self.orders[sort] if ordinal in found)
            ordinals: Iterable[int] = islice(in_order, start, stop)
        else:
            ordinals = found[start:stop]
        return [self.keys[ordinal] for ordinal in ordinals]

    def values_of(self, key: int, facet: str) -> list[FacetValue]:
        """Give the values of a facet that one record has, in the vocabulary's order."""
        ordinal = self.ordinals.get(key)
        return [
            self.values[facet][value]
            for value, bitmap in self.bitmaps[facet].items()
            if ordinal is not None and ordinal in bitmap
        ]

    def most_alike(self, key: int, facets: Collection[str], limit: int) -> list[int]:
        """Give the primary keys of the records that share most values with one record.

        Works on whole bitmaps: `levels[n]` holds the records that share at least n + 1 values.
        Records that share equally many stand in the default order.
        """
        own = self.of_keys([key])
        levels: list[BitMap] = []
        for facet in facets:
            for value in self.values_of(key, facet):
                carried = self.bitmaps[facet][value.value] - own
                for place, level in enumerate(levels):
                    levels[place], carried = level | carried, level & carried
                if carried:
                    levels.append(carried)
        alike = dict.fromkeys(
            ordinal
            for level in reversed(levels)
            # No level needs to be read further than this to yield `limit` new records.
            for ordinal in islice(level, limit)
        )
        return [self.keys[ordinal] for ordinal in islice(alike, limit)]

    def _any_of(self, facet: str, values: Collection[str]) -> BitMap:
        bitmaps = self.bitmaps[facet]
        return BitMap.union(*(bitmaps[value] for value in values)) if values else BitMap()


def build(catalogue: Catalogue, state: CorpusState) -> Snapshot:
    """Build a snapshot from the database.

    One query for the records, two for each facet at most, and one for values of before.
    """
    started = time.perf_counter()
    rows = list(catalogue.published().order_by().values("pk", *catalogue.columns))
    default, *others = catalogue.sorts
    # The primary key settles ties, so that every process and database agrees on the order.
    rows.sort(key=lambda row: (default.key(row), row["pk"]))
    keys = array("q", (row["pk"] for row in rows))
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    orders = {
        sort.name: array("I", sorted(range(len(rows)), key=lambda place: sort.key(rows[place])))
        for sort in others
    }
    values, bitmaps = {}, {}
    for facet in catalogue.dimensions:
        values[facet.name], bitmaps[facet.name] = _facet_bitmaps(facet, ordinals)
    former = _former_values(catalogue)
    taken = time.perf_counter() - started
    return Snapshot(catalogue, state, keys, values, bitmaps, orders, taken, former)


def _former_values(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """Give what values of before are called now, by facet. One query."""
    facets = {facet.words: facet.name for facet in catalogue.facets if facet.words}
    rows = FormerSlug.objects.filter(model__in=facets).values_list("model", "slug", "current")
    former: dict[str, dict[str, str]] = {}
    for model, slug, current in rows:
        former.setdefault(facets[model], {})[slug] = current
    return former


def _facet_bitmaps(
    facet: Facet, ordinals: Mapping[int, int]
) -> tuple[dict[str, FacetValue], dict[str, BitMap]]:
    """Give the values of a facet and their bitmaps, both in the vocabulary's order."""
    vocabulary = {value.value: value for value in facet.vocabulary()}
    members: dict[str, list[int]] = {value: [] for value in vocabulary}
    for key, value in facet.pairs(None):
        if key in ordinals and value in members:
            members[value].append(ordinals[key])
    if facet.is_open:
        members = {value: found for value, found in members.items() if found}
    bitmaps = {value: BitMap(found) for value, found in members.items()}
    return {value: vocabulary[value] for value in bitmaps}, bitmaps


_snapshots: dict[str, Snapshot] = {}
_locks: dict[str, threading.Lock] = {}
_locks_lock = threading.Lock()


def current_snapshot(catalogue: Catalogue) -> Snapshot:
    """Give the snapshot of the corpus as it is now; build it if the corpus has moved on.

    Costs one query when nothing changed. A request that meets a build in progress waits for it:
    it must not show what an edit before it has changed.
    """
    state = current_state()
    snapshot = _snapshots.get(catalogue.name)
    if snapshot is not None and snapshot.state == state:
        return snapshot
    with _locks_lock:
        lock = _locks.setdefault(catalogue.name, threading.Lock())
    with lock:
        # Read the version anew: whoever held the lock may have built what is wanted.
        state = read_state()
        snapshot = _snapshots.get(catalogue.name)
        if snapshot is None or snapshot.state != state:
            caught_up = _caught_up(snapshot, state) if snapshot is not None else None
            snapshot = _snapshots[catalogue.name] = caught_up or build(catalogue, state)
        return snapshot


def _caught_up(snapshot: Snapshot, state: CorpusState) -> Snapshot | None:
    """Give the snapshot with the few records that changed since, or None where that is not simple.

    It is simple where the changed records were and are published and keep their places in all
    orders: then only their bits change. Whatever else happened, a full build is the truth.
    """
    keys = records_since(snapshot.catalogue.name, snapshot.state, state)
    if keys is None or len(keys) > MOST_PATCHED:
        return None
    return patched(snapshot, state, keys) if keys else replace(snapshot, state=state, kept={})


def patched(snapshot: Snapshot, state: CorpusState, keys: Collection[int]) -> Snapshot | None:
    """Give the snapshot with the bits of some records read anew, or None where one has moved."""
    started = time.perf_counter()
    catalogue = snapshot.catalogue
    places = {key: snapshot.ordinals.get(key) for key in keys}
    rows = catalogue.published().order_by().filter(pk__in=list(keys))
    published = set(rows.values_list("pk", flat=True))
    if any((place is not None) != (key in published) for key, place in places.items()):
        return None
    if not _are_in_order(snapshot, [place for place in places.values() if place is not None]):
        return None
    own = snapshot.of_keys(keys)
    bitmaps = dict(snapshot.bitmaps)
    for facet in catalogue.dimensions:
        members: dict[str, BitMap] = {}
        for key, value in facet.pairs(keys):
            if key in published:
                members.setdefault(value, BitMap()).add(snapshot.ordinals[key])
        if not members.keys() <= snapshot.bitmaps[facet.name].keys():
            return None  # a value of an open vocabulary that nothing had before
        changed = {
            value: (bitmap - own) | members.get(value, BitMap())
            for value, bitmap in snapshot.bitmaps[facet.name].items()
            if value in members or bitmap.intersect(own)
        }
        if facet.is_open and not all(changed.values()):
            return None  # a value that nothing has any more
        bitmaps[facet.name] = {**snapshot.bitmaps[facet.name], **changed}
    seconds = time.perf_counter() - started
    fresh = replace(snapshot, state=state, bitmaps=bitmaps, build_seconds=seconds, kept={})
    fresh.__dict__.update(  # what follows from the keys alone stays true
        {name: snapshot.__dict__[name] for name in ("everything", "ordinals")
         if name in snapshot.__dict__}
    )  # fmt: skip
    return fresh


def _are_in_order(snapshot: Snapshot, places: Collection[int]) -> bool:
    """Say whether records still stand between their neighbours, in every order."""
    catalogue = snapshot.catalogue
    default, *others = catalogue.sorts
    triples: list[tuple[Sort, list[int]]] = []
    for place in places:
        near = [other for other in (place - 1, place, place + 1) if 0 <= other < len(snapshot.keys)]
        triples.append((default, near))
        for sort in others:
            order = snapshot.orders[sort.name]
            at = order.index(place)
            triples.append((sort, list(order[max(0, at - 1) : at + 2])))
    wanted = {snapshot.keys[ordinal] for _sort, near in triples for ordinal in near}
    rows = catalogue.published().order_by().filter(pk__in=wanted)
    by_key = {row["pk"]: row for row in rows.values("pk", *catalogue.columns)}
    for sort, near in triples:
        found = [by_key.get(snapshot.keys[ordinal]) for ordinal in near]
        known = [row for row in found if row is not None]
        if len(known) < len(found):
            return False
        # Ties are settled by the primary key in the default order, by its ordinals in the others.
        ties = [row["pk"] for row in known] if sort is default else near
        ranks = [(sort.key(row), tie) for row, tie in zip(known, ties, strict=True)]
        if ranks != sorted(ranks):
            return False
    return True
