"""Searching lists of the desk: published records by the portal's own index, others by their text.

The index holds only what is published. Drafts are few beside it as a rule; they are read through,
and every word must stand somewhere in them.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Lookup, Model, Q, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP

from portal.corpus import current_state
from portal.models import PublicationState
from portal.search import SearchIndex, matching, parse

# Not “all but published”: an index serves only what is named.
UNPUBLISHED = [state for state in PublicationState if state != PublicationState.PUBLISHED]

MOST_WORDS = 20  # of drafts: a database joins so many queries and no more


def found_keys(
    model: type[Model], index: SearchIndex, fields: Sequence[str], text: str
) -> list[int]:
    """Give the primary keys of all records, of whatever state, that a text finds."""
    published = matching(index, parse(text, index.name, current_state()), ranked=False)
    words = text.replace('"', " ").split()[:MOST_WORDS]
    return [*published, *_unpublished(model, fields, words)]


def _unpublished(model: type[Model], fields: Sequence[str], words: Sequence[str]) -> set[int]:
    """Give the keys of unpublished records that hold every word. One query.

    Each word is looked for in each table by itself: a join to many rows, or one condition over
    several tables, would be slow.
    """
    if not words:
        return set()
    records = model._default_manager.filter(state__in=UNPUBLISHED).order_by()
    tables: defaultdict[str, list[str]] = defaultdict(list)
    for field in fields:
        tables[field.rpartition(LOOKUP_SEP)[0]].append(field)
    queries = [
        records.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in names)))
        .annotate(desk_word=Value(place))
        .values_list("desk_word", "pk")
        for place, word in enumerate(words)
        for names in tables.values()
    ]
    found: list[set[int]] = [set() for _word in words]
    for place, key in queries[0].union(*queries[1:]):
        found[place].add(key)
    return set.intersection(*found)


def keep(records: QuerySet[Any], keys: Iterable[int], column: str = "pk") -> QuerySet[Any]:
    """Keep the records whose column holds one of the keys."""
    return records.filter(Among(F(column), list(keys)))


class Among(Lookup[Any]):
    """Is one of some whole numbers, which go to the database as one parameter, however many."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Say it to SQLite."""
        column, parameters = self.process_lhs(compiler, connection)
        keys = json.dumps(self.rhs)
        among = "IN (SELECT value FROM json_each(%s))"
        return f"{column} {among}", [*parameters, keys]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Say it to PostgreSQL."""
        column, parameters = self.process_lhs(compiler, connection)
        return column + " = ANY(%s::bigint[])", [
            *parameters,
            f"{{{','.join(map(str, self.rhs))}}}",  # read much faster than ARRAY[…]
        ]
