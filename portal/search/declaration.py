"""How an app says what can be found: texts by weight, and which rows they are made of."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.functional import Promise

Keys = Collection[int]
KeysOf = Callable[[Any], Iterable[int]]


class Document(NamedTuple):
    """What is searched of one published record, the weightiest text first.

    `title` and `summary` are what a list shows of the record, word for word. `names` are names that
    lead to it (places, companies, terms of its vocabularies), `narrative` is its text, `sources`
    the titles and publishers of its sources.
    """

    key: int
    title: str
    summary: str
    names: str
    narrative: str
    sources: str


# The searched columns, and how a visitor is told that the words stand there.
COLUMNS = Document._fields[1:]


@dataclass(frozen=True)
class SearchIndex:
    """One kind of record that can be found.

    `name` is also the name of its catalogue, where it has one. `documents` gives the documents of
    the published records among some primary keys, or of all published records for None. `parts`
    says for every model whose rows belong to single records which records a row belongs to;
    `labels` the same for models whose rows are named by many records. `rows` fetches
    records with all that `template`, their card in a list, shows of them. `list_url` names the page
    on which they are listed; `is_browsable` says whether that page takes a text search itself.
    """

    name: str
    label: str | Promise
    documents: Callable[[Keys | None], Iterable[Document]]
    parts: Mapping[type[Model], KeysOf]
    labels: Mapping[type[Model], KeysOf]
    list_url: str
    rows: Callable[[Keys], Mapping[int, Any]]
    template: str
    is_browsable: bool = True

    @property
    def table(self) -> str:
        """The table that holds the index."""
        return f"search_{self.name}"
