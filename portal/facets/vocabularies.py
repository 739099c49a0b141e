"""Ready-made vocabularies and pairs for facets, by where the values are kept."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Model, QuerySet

from portal.choices import DefinedChoices
from portal.facets.declaration import FacetValue
from portal.search.declaration import Keys
from portal.tagging import Term, TermLink

Vocabulary = Callable[[], Iterable[FacetValue]]
Pairs = Callable[[Keys | None], Iterable[tuple[int, str]]]


def pairs_of(rows: QuerySet[Any], key: str, column: str, keys: Keys | None) -> Iterable[Any]:
    """Give two columns of all rows, or of the rows of some records. `key` names the record's key.

    Streamed, so that a large corpus does not stand in memory twice.
    """
    if keys is not None:
        rows = rows.filter(**{f"{key}__in": keys})
    return rows.order_by().values_list(key, column).iterator()


def of_terms(model: type[Term]) -> Vocabulary:
    """Give the terms of a tag vocabulary, in their order."""

    def vocabulary() -> Iterable[FacetValue]:
        rows = model.objects.order_by("position", "name").values_list("slug", "name", "definition")
        return (FacetValue(slug, name, definition=text) for slug, name, text in rows)

    return vocabulary


def of_links(model: type[TermLink]) -> Pairs:
    """Give which record has which term, from the model that ties them."""

    def pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
        return pairs_of(model.objects.all(), "content_object_id", "tag__slug", keys)

    return pairs


def of_choices(choices: type[DefinedChoices]) -> Vocabulary:
    """Give the values of a closed list, in its order."""

    def vocabulary() -> Iterable[FacetValue]:
        return (
            FacetValue(choice.value, choice.label, definition=choice.definition)
            for choice in choices
        )

    return vocabulary


def of_column(model: type[Model], column: str, key: str = "pk") -> Pairs:
    """Give which record has which value of a column; `key` names the record's primary key."""

    def pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
        return pairs_of(model._default_manager.all(), key, column, keys)

    return pairs


def of_list(model: type[Model], column: str) -> Pairs:
    """Give which record has which values of a column that holds a list."""

    def pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
        rows = pairs_of(model._default_manager.all(), "pk", column, keys)
        return ((key, value) for key, values in rows for value in values)

    return pairs
