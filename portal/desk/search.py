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

from django.db import connection
from django.db.models import Model, Q, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import RawSQL

from portal.corpus import current_state
from portal.models import PublicationState
from portal.search import SearchIndex, matching, parse

# Not “all but published”: an index serves only what is named.
UNPUBLISHED = [state for state in PublicationState if state != PublicationState.PUBLISHED]


def found_keys(
    model: type[Model], index: SearchIndex, fields: Sequence[str], text: str
) -> list[int]:
    """Give the primary keys of all records, of whatever state, that a text finds."""
    published = matching(index, parse(text, index.name, current_state()), ranked=False)
    return [*published, *_unpublished(model, fields, text.replace('"', " ").split())]


def _unpublished(model: type[Model], fields: Sequence[str], words: Sequence[str]) -> set[int]:
    """Give the keys of unpublished records that hold every word. One query.

    Each word is looked for in each table by itself: a join to many rows, or one condition over
    several tables, would be slow.
    """
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
    for place, key in queries[0].union(*queries[1:]) if queries else ():
        found[place].add(key)
    return set.intersection(*found) if found else set()


def keep(records: QuerySet[Any], keys: Iterable[int]) -> QuerySet[Any]:
    """Keep the records with these primary keys, given to the database as one parameter."""
    return records.filter(pk__in=among(keys))


def among(keys: Iterable[int]) -> RawSQL:
    """Give primary keys as a subquery with one parameter, however many they are."""
    listed = list(keys)
    if connection.vendor == "sqlite":
        return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])
    return RawSQL("SELECT unnest(%s::bigint[])", [listed])
