"""Searching lists of the desk: published records by the portal's own index, others by their text.

The index holds only what is published. Drafts are few beside it as a rule; they are read through,
and every word must stand somewhere in them.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import F, Lookup, Model, Q, QuerySet, TextField, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast, Concat, Left
from django.db.models.lookups import IContains

from portal.corpus import current_state
from portal.models import PublicationState
from portal.search import SearchIndex, matching, parse

# Not “all but published”: an index serves only what is named.
UNPUBLISHED = [state for state in PublicationState if state != PublicationState.PUBLISHED]

MOST_WORDS = 20  # of drafts: a database joins so many queries and no more


def found_by(model: type[Model], index: SearchIndex, fields: Sequence[str], text: str) -> bytes:
    """Give the primary keys of all records, of whatever state, that a text finds, as `flags`."""
    published = matching(index, parse(text, index.name, current_state()), ranked=False)
    words = text.replace('"', " ").split()[:MOST_WORDS]
    return flags([*published, *_unpublished(model, fields, words)])


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
        records.filter(reduce(or_, (_says(name, word) for name in names)))
        .annotate(desk_word=Value(place))
        .values_list("desk_word", "pk")
        for place, word in enumerate(words)
        for names in tables.values()
    ]
    found: list[set[int]] = [set() for _word in words]
    for place, key in queries[0].union(*queries[1:]):
        found[place].add(key)
    return set.intersection(*found)


def _says(field: str, word: str) -> Q:
    """Give the condition that a field holds a word.

    To the text of another table an empty one is added, taken from the record itself: so a database
    has to know the record first, and does not look through the rows of all published records.
    """
    if LOOKUP_SEP not in field:
        return Q(**{f"{field}__icontains": word})
    text = Concat(Cast(field, TextField()), Left("state", Value(0)), output_field=TextField())
    return Q(IContains(text, word))


def flags(keys: Collection[int]) -> bytes:
    """Give primary keys as a byte for every key up to the highest: 1 where it is among them."""
    marked = bytearray(max(keys, default=0) + 1)
    for key in keys:
        marked[key] = 1
    return bytes(marked)


def keep(records: QuerySet[Any], found: bytes, column: str = "pk") -> QuerySet[Any]:
    """Keep the records whose column holds one of the keys that are flagged."""
    return records.filter(Flagged(F(column), found))


class Flagged(Lookup[Any]):
    """Is a whole number that is flagged: however many there are, a database looks at one byte.

    A list of twenty thousand numbers would take longer to plan than to look through.
    """

    lookup_name = "flagged"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Say it to either database. Beyond the last byte there is nothing, which is less."""
        column, parameters = self.process_lhs(compiler, connection)
        binary = connection.Database.Binary
        place = f"CAST({column} AS integer) + 1"
        return f"substr(%s, {place}, 1) > %s", (binary(self.rhs), *parameters, binary(b"\0"))
