"""The snapshot: one bitmap per facet value over the published records, held in this process.

A record's ordinal is its place in the default order, so that a bitmap read in order is a sorted
result. Counting is the size of an intersection. A snapshot never changes; when the corpus version
moves, the next request builds a new one, under a lock, while the version was read first.
"""

import threading
import time
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pyroaring import BitMap

from portal.corpus import CorpusState, current_state
from portal.facets.declaration import Catalogue, Facet, FacetValue

Chosen = Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Snapshot:
    """The published records of one catalogue at one corpus version.

    `keys` maps an ordinal to a primary key; `bitmaps[facet][value]` holds the ordinals of the
    records that have the value; `orders[sort]` lists all ordinals in another order than the
    default. `build_seconds` is how long building took.
    """

    catalogue: Catalogue
    state: CorpusState
    keys: "array[int]"
    values: Mapping[str, Mapping[str, FacetValue]]
    bitmaps: Mapping[str, Mapping[str, BitMap]]
    orders: "Mapping[str, array[int]]"
    build_seconds: float

    @cached_property
    def everything(self) -> BitMap:
        """All ordinals."""
        return BitMap(range(len(self.keys)))

    @cached_property
    def ordinals(self) -> Mapping[int, int]:
        """The ordinal of each primary key."""
        return {key: ordinal for ordinal, key in enumerate(self.keys)}

    @property
    def memory(self) -> int:
        """Bytes that the bitmaps, keys and orders take."""
        bitmaps = sum(
            bitmap.get_statistics()["n_bytes_array_containers"]
            + bitmap.get_statistics()["n_bytes_run_containers"]
            + bitmap.get_statistics()["n_bytes_bitset_containers"]
            for facet in self.bitmaps.values()
            for bitmap in facet.values()
        )
        arrays = [self.keys, *self.orders.values()]
        return bitmaps + sum(len(items) * items.itemsize for items in arrays)

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
    """Build a snapshot from the database: one query for the records, two for each facet at most."""
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
    return Snapshot(catalogue, state, keys, values, bitmaps, orders, time.perf_counter() - started)


def _facet_bitmaps(
    facet: Facet, ordinals: Mapping[int, int]
) -> tuple[dict[str, FacetValue], dict[str, BitMap]]:
    """Give the values of a facet and their bitmaps, both in the vocabulary's order."""
    vocabulary = {value.value: value for value in facet.vocabulary()}
    members: dict[str, list[int]] = {value: [] for value in vocabulary}
    for key, value in facet.pairs():
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
        # Read the version again: whoever held the lock may have built what is wanted.
        state = current_state()
        snapshot = _snapshots.get(catalogue.name)
        if snapshot is None or snapshot.state != state:
            snapshot = _snapshots[catalogue.name] = build(catalogue, state)
        return snapshot
