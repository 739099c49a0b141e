"""Searching lists of the desk: published records by the portal's own index, others by their text.

The index holds only what is published. Drafts are few beside it as a rule; they are read through,
and every word must stand somewhere in them.
"""

import json
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import RawSQL

from portal.corpus import current_state
from portal.models import is_public
from portal.search import SearchIndex, matching, parse


def found_keys(
    model: type[Model], index: SearchIndex, fields: Sequence[str], text: str
) -> list[int]:
    """Give the primary keys of all records, of whatever state, that a text finds."""
    query = parse(text, index.name, current_state())
    unpublished = model._default_manager.exclude(is_public()).order_by()
    for word in text.replace('"', " ").split():
        unpublished = unpublished.filter(_holds(model, fields, word))
    return [*matching(index, query, ranked=False), *unpublished.values_list("pk", flat=True)]


def _holds(model: type[Model], fields: Sequence[str], word: str) -> Q:
    """Give the condition that a word stands in one of the fields."""
    return reduce(or_, (_field_holds(model, field, word) for field in fields))


def _field_holds(model: type[Model], field: str, word: str) -> Q:
    condition = Q(**{f"{field}__icontains": word})
    if LOOKUP_SEP not in field:
        return condition
    # A join to many rows would give a record many times; a subquery says only whether.
    return Q(pk__in=model._default_manager.filter(condition).order_by().values("pk"))


def keep(records: QuerySet[Any], keys: Iterable[int]) -> QuerySet[Any]:
    """Keep the records with these primary keys, given to the database as one parameter."""
    listed = list(keys)
    if connection.vendor == "sqlite":
        among = RawSQL("SELECT value FROM json_each(%s)", [json.dumps(listed)])
    else:
        among = RawSQL("SELECT unnest(%s::bigint[])", [listed])
    return records.filter(pk__in=among)
