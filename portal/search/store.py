"""The two databases that hold an index, behind one small interface."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from django.db import connection

from portal.search.declaration import Document
from portal.search.query import Query

# Marks around found words: control characters, which no stored text holds.
BEGIN, END = "\x02", "\x03"
EXCERPT_WORDS = 28


class Store(Protocol):
    """What a database must be able to do. Tables are named by `SearchIndex.table`."""

    def create(self, table: str) -> list[str]:
        """Give the statements that make an index."""

    def put(self, table: str, documents: Iterable[Document]) -> None:
        """Write documents; those of the same key are replaced."""

    def remove(self, table: str, keys: Iterable[int]) -> None:
        """Take documents out."""

    def clear(self, table: str) -> None:
        """Take all documents out."""

    def scrub(self, table: str) -> None:
        """Leave no word behind of documents that were taken out."""

    def read(self, table: str, keys: Sequence[int] | None = None) -> Iterator[Document]:
        """Give documents as they are stored: some, or all."""

    def match(self, table: str, query: Query, ranked: bool) -> Sequence[int]:
        """Give the keys that a query finds, the best first if `ranked`."""

    def marked(
        self, table: str, query: Query, keys: Sequence[int]
    ) -> Mapping[int, tuple[str, ...]]:
        """Give the texts of documents with the found words between BEGIN and END.

        The narrative as an excerpt, all else whole.
        """


def store(vendor: str = "") -> Store:
    """Give the store of a database vendor; by default, of the database in use."""
    from portal.search.postgresql import PostgreSQLStore
    from portal.search.sqlite import SQLiteStore

    stores: dict[str, type[Store]] = {"sqlite": SQLiteStore, "postgresql": PostgreSQLStore}
    return stores[vendor or connection.vendor]()
