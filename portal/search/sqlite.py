"""The index in SQLite: an FTS5 table, its rowid the record's primary key."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import connection

from portal.search.declaration import COLUMNS, Document
from portal.search.query import Phrase, Query
from portal.search.store import BEGIN, END, EXCERPT_WORDS

# Weights of title, summary, names, narrative and sources in the rank.
RANK = "bm25(12.0, 6.0, 6.0, 1.0, 0.5)"
BATCH = 500  # keys in one statement


class SQLiteStore:
    """SQLite's full-text search, version 5."""

    def create(self, table: str) -> list[str]:
        """Give the statements that make an index."""
        return [
            f"CREATE VIRTUAL TABLE {table} USING fts5({', '.join(COLUMNS)}, "
            "tokenize = 'porter unicode61 remove_diacritics 2')",
            f"INSERT INTO {table}({table}, rank) VALUES ('rank', '{RANK}')",
        ]

    def put(self, table: str, documents: Iterable[Document]) -> None:
        """Write documents; those of the same key are replaced."""
        documents = iter(documents)
        marks = ", ".join(["%s"] * len(Document._fields))
        with connection.cursor() as cursor:
            while batch := list(islice(documents, BATCH)):
                self.remove(table, [document.key for document in batch])
                cursor.executemany(
                    f"INSERT INTO {table}(rowid, {', '.join(COLUMNS)}) VALUES ({marks})", batch
                )

    def remove(self, table: str, keys: Iterable[int]) -> None:
        """Take documents out."""
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {table} WHERE rowid = %s", [[key] for key in keys])

    def clear(self, table: str) -> None:
        """Take all documents out."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def scrub(self, table: str) -> None:
        """Merge the segments of the index: until then, old ones keep words that were taken out.

        A third of a second for 20,000 documents. From SQLite 3.42 on, `secure-delete` could do it.
        """
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table}({table}) VALUES ('optimize')")

    def read(self, table: str, keys: Sequence[int] | None = None) -> Iterator[Document]:
        """Give documents as they are stored: some, or all."""
        select = f"SELECT rowid, {', '.join(COLUMNS)} FROM {table}"
        with connection.cursor() as cursor:
            cursor.execute(select if keys is None else f"{select} WHERE rowid IN ({_listed(keys)})")
            yield from (Document(*row) for row in cursor.fetchall())

    def match(self, table: str, query: Query, ranked: bool) -> Sequence[int]:
        """Give the keys that a query finds, the best first if `ranked`.

        They come as one string: a row each would cost several times more.
        """
        order = " ORDER BY rank, rowid" if ranked else ""
        found = f"SELECT rowid FROM {table} WHERE {table} MATCH %s{order}"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT group_concat(rowid) FROM ({found})", [_expression(query)])
            joined = cursor.fetchone()[0]
        return [int(key) for key in joined.split(",")] if joined else []

    def marked(
        self, table: str, query: Query, keys: Sequence[int]
    ) -> Mapping[int, tuple[str, ...]]:
        """Give the texts of documents with the found words between BEGIN and END."""
        columns = []
        for place, column in enumerate(COLUMNS):
            if column == "narrative":
                columns.append(f"snippet({table}, {place}, %s, %s, '…', {EXCERPT_WORDS})")
            else:
                columns.append(f"highlight({table}, {place}, %s, %s)")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT rowid, {', '.join(columns)} FROM {table} "
                f"WHERE {table} MATCH %s AND rowid IN ({_listed(keys)})",
                [*[BEGIN, END] * len(columns), _expression(query)],
            )
            return {key: tuple(texts) for key, *texts in cursor.fetchall()}


def _listed(keys: Iterable[int]) -> str:
    """Give keys as they stand in a list of SQL."""
    return ", ".join(str(int(key)) for key in keys)


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase)}"'


def _expression(query: Query) -> str:
    """Give a query in FTS5's language. Words are quoted and hold only letters and digits."""
    wanted = " AND ".join(f"({' OR '.join(map(_quoted, group))})" for group in query.wanted)
    if not query.unwanted:
        return wanted
    return f"({wanted}) NOT ({' OR '.join(map(_quoted, query.unwanted))})"
