"""Ready-made vocabularies and pairs for facets, by where the values are kept."""

from collections.abc import Callable, Iterable

from django.db.models import Model

from portal.choices import DefinedChoices
from portal.facets.declaration import FacetValue
from portal.tagging import Term, TermLink

Vocabulary = Callable[[], Iterable[FacetValue]]
Pairs = Callable[[], Iterable[tuple[int, str]]]


def of_terms(model: type[Term]) -> Vocabulary:
    """Give the terms of a tag vocabulary, in their order."""

    def vocabulary() -> Iterable[FacetValue]:
        rows = model.objects.order_by("position", "name").values_list("slug", "name", "definition")
        return (FacetValue(slug, name, definition=text) for slug, name, text in rows)

    return vocabulary


def of_links(model: type[TermLink]) -> Pairs:
    """Give which record has which term, from the model that ties them."""

    def pairs() -> Iterable[tuple[int, str]]:
        rows = model.objects.order_by().values_list("content_object_id", "tag__slug")
        return rows.iterator()

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

    def pairs() -> Iterable[tuple[int, str]]:
        return model._default_manager.order_by().values_list(key, column).iterator()

    return pairs


def of_list(model: type[Model], column: str) -> Pairs:
    """Give which record has which values of a column that holds a list."""

    def pairs() -> Iterable[tuple[int, str]]:
        rows = model._default_manager.order_by().values_list("pk", column).iterator()
        return ((key, value) for key, values in rows for value in values)

    return pairs
