"""How an app says what can be browsed: facets, sort orders and where the records come from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from portal.search.declaration import Keys, SearchIndex

Text = str | Promise


@dataclass(frozen=True)
class FacetValue:
    """One value that can be chosen. `group` gathers values under a heading, such as a region."""

    value: str
    label: Text
    group: str = ""
    definition: Text = ""


@dataclass(frozen=True)
class Facet:
    """One property by which records are chosen and counted.

    `name` is the query parameter. `vocabulary` gives the values in the order in which they are
    shown. `pairs` gives (primary key, value) for every record that has the value, or for those of
    some primary keys, published or not: the snapshot keeps the published ones. An open vocabulary
    (countries, companies) shows only values that some published record has; a closed one (themes)
    shows its zeros too. `words` is the label of the model whose slugs are the values: slugs that
    they had before are understood too.
    """

    name: str
    label: Text
    vocabulary: Callable[[], Iterable[FacetValue]]
    pairs: Callable[[Keys | None], Iterable[tuple[int, str]]]
    is_open: bool = False
    words: str = ""


@dataclass(frozen=True)
class Sort:
    """One order of records. `key` maps a row of `Catalogue.columns` to something sortable."""

    name: str
    label: Text
    key: Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True)
class View:
    """One way of showing a selection besides the list: a map, a matrix."""

    name: str
    label: Text


@dataclass(frozen=True)
class Catalogue:
    """Everything that browsing one kind of record needs.

    `published` gives the public records, `cards` the rows for a list page with what their cards
    show prefetched. `columns` are the columns that sort keys read. The first sort is the default
    order. `measures` are counted but cannot be chosen: they feed sentences such as "36 case
    studies, 15 operating companies". `documents` gives the searchable text of every published
    record as (primary key, texts), the weightiest text first.
    """

    name: str
    published: Callable[[], QuerySet[Any]]
    cards: Callable[[], QuerySet[Any]]
    columns: tuple[str, ...]
    facets: tuple[Facet, ...]
    sorts: tuple[Sort, ...]
    index: SearchIndex
    measures: tuple[Facet, ...] = ()
    views: tuple[View, ...] = ()

    @property
    def dimensions(self) -> tuple[Facet, ...]:
        """All that is counted: facets and measures."""
        return self.facets + self.measures
