"""What is asked of every engine, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.http import QueryDict

from casestudies.facets import CASES
from portal.facets import Selection, current_snapshot
from portal.search import Query, parse

PAGE = 20
Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Asked:
    """A selection, as an address and as what it says.

    `match` is its text search in the language of SQLite's full-text search, or empty.
    """

    name: str
    address: str
    chosen: Mapping[str, tuple[str, ...]]
    match: str


@dataclass(frozen=True)
class Answer:
    """What a page needs besides its rows: total, counts without zeros, keys in order."""

    total: int
    counts: Counts
    keys: list[int]


class Engine(Protocol):
    """Something that answers."""

    name: str
    disjunctive: bool

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""


def read(name: str, address: str) -> Asked:
    """Read an address for engines that do not read it themselves."""
    snapshot = current_snapshot(CASES)
    selection = Selection.parse(QueryDict(address), snapshot)
    if selection.ignored:
        raise ValueError(f"{address}: {selection.ignored}")
    query = parse(selection.text, CASES.index.name, snapshot.state)
    return Asked(name, address, selection.chosen, _match(query))


def _match(query: Query) -> str:
    """Give a text search in SQLite's language; the benchmark's own has no exclusions."""
    groups = [" OR ".join(f'"{" ".join(words)}"' for words in group) for group in query.wanted]
    return " AND ".join(f"({group})" for group in groups)


def without_zeros(counts: Counts, facets: list[str]) -> Counts:
    """Give the counts in the form in which answers are compared."""
    return {f: {v: n for v, n in counts.get(f, {}).items() if n} for f in facets}
