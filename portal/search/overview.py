"""The search page as data: what every index finds, grouped by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from portal.corpus import current_state
from portal.search.declaration import SearchIndex
from portal.search.find import explained, matching
from portal.search.query import parse
from portal.search.registry import all_indexes
from portal.search.suggest import suggestion

SHOWN = 5  # records of each kind


@dataclass(frozen=True)
class Group:
    """What one index finds: how many, the first of them (each with its `hit`), where all are."""

    index: SearchIndex
    total: int
    records: Sequence[Any]
    url: str

    @property
    def has_more(self) -> bool:
        """Say whether some are not shown."""
        return self.total > len(self.records)


@dataclass(frozen=True)
class Overview:
    """What a text finds in all indexes. `says_something` is false where it holds no word."""

    text: str
    says_something: bool
    groups: tuple[Group, ...]
    suggestion: str

    @property
    def total(self) -> int:
        """How many records were found."""
        return sum(group.total for group in self.groups)


def overview(text: str) -> Overview:
    """Give what a text finds. Up to four queries an index that finds something."""
    state = current_state()
    groups, suggested, says_something = [], "", False
    for index in all_indexes():
        query = parse(text, index.name, state)
        says_something = says_something or not query.is_empty
        keys = matching(index, query)
        if keys:
            groups.append(_group(index, text, keys, explained(index, query, keys[:SHOWN])))
    if says_something and not groups:
        for index in all_indexes():
            suggested = suggested or suggestion(index, parse(text, index.name, state), state)
    return Overview(text, says_something, tuple(groups), suggested)


def _group(index: SearchIndex, text: str, keys: Sequence[int], hits: dict[int, Any]) -> Group:
    """Fetch the first records of a group, each with its hit."""
    rows = index.rows(keys[:SHOWN])
    records = [rows[key] for key in keys[:SHOWN] if key in rows]
    for record in records:
        record.hit = hits.get(record.pk)
    url = reverse(index.list_url)
    if index.is_browsable:
        url = f"{url}?{urlencode({'q': text})}"
    return Group(index, len(keys), records, url)
