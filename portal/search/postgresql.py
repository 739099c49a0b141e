"""The index in PostgreSQL: a weighted tsvector with a GIN index, accents taken off by unaccent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import connection

from portal.search.declaration import COLUMNS, Document
from portal.search.query import Phrase, Query
from portal.search.store import BEGIN, END, EXCERPT_WORDS

# English with accents taken off, made by a migration of the portal.
CONFIGURATION = "portal_english"
# Weights of the labels D (sources), C (narrative), B (summary and names) and A (title).
WEIGHTS = "'{0.05, 0.1, 0.6, 1.0}'"
# Signs that PostgreSQL's parser would take for parts of paths, hosts, numbers and tags:
# "miners/communities" is two words here.
SIGNS = "/.:-@_<>&=+~#"
BATCH = 500  # documents in one statement

CREATE_CONFIGURATION = f"""
CREATE TEXT SEARCH CONFIGURATION {CONFIGURATION} (COPY = english);
ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION}
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
"""
UNACCENT_NUMBERED_WORDS = f"""
ALTER TEXT SEARCH CONFIGURATION {CONFIGURATION}
    ALTER MAPPING FOR numword, numhword, hword_numpart WITH unaccent, simple;
"""
DROP_CONFIGURATION = f"DROP TEXT SEARCH CONFIGURATION {CONFIGURATION}"


class PostgreSQLStore:
    """PostgreSQL's full-text search."""

    def create(self, table: str) -> list[str]:
        """Give the statements that make an index."""
        texts = ", ".join(f"{column} text NOT NULL" for column in COLUMNS)
        return [
            f"CREATE TABLE {table} (key bigint PRIMARY KEY, {texts}, {_vector()})",
            f"CREATE INDEX {table}_vector ON {table} USING gin (vector)",
        ]

    def remake_vector(self, table: str) -> list[str]:
        """Give the statements that read the stored texts anew."""
        return [
            f"ALTER TABLE {table} DROP COLUMN vector",
            f"ALTER TABLE {table} ADD COLUMN {_vector()}",
            f"CREATE INDEX {table}_vector ON {table} USING gin (vector)",
        ]

    def put(self, table: str, documents: Iterable[Document]) -> None:
        """Write documents; those of the same key are replaced."""
        documents = iter(documents)
        row = f"({', '.join(['%s'] * len(Document._fields))})"
        with connection.cursor() as cursor:
            while batch := list(islice(documents, BATCH)):
                self.remove(table, [document.key for document in batch])
                cursor.execute(
                    f"INSERT INTO {table} (key, {', '.join(COLUMNS)}) "
                    f"VALUES {', '.join([row] * len(batch))}",
                    [value for document in batch for value in document],
                )

    def remove(self, table: str, keys: Iterable[int]) -> None:
        """Take documents out."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE key = ANY(%s)", [list(keys)])

    def clear(self, table: str) -> None:
        """Take all documents out."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")

    def scrub(self, table: str) -> None:
        """Do nothing: rows that were taken out are gone at the next VACUUM, like any other."""

    def read(self, table: str, keys: Sequence[int] | None = None) -> Iterator[Document]:
        """Give documents as they are stored: some, or all."""
        select = f"SELECT key, {', '.join(COLUMNS)} FROM {table}"
        with connection.cursor() as cursor:
            if keys is None:
                cursor.execute(select)
            else:
                cursor.execute(f"{select} WHERE key = ANY(%s)", [list(keys)])
            yield from (Document(*row) for row in cursor.fetchall())

    def match(self, table: str, query: Query, ranked: bool) -> Sequence[int]:
        """Give the keys that a query finds, the best first if `ranked`.

        They come as one string: a row each would cost several times more. OFFSET 0 keeps the words
        from the planner: for a common one it would read all vectors, where the index knows.
        """
        expression, phrases = _expression(query)
        order = f"ORDER BY ts_rank({WEIGHTS}, vector, query, 1) DESC, key" if ranked else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT string_agg(key::text, ',' {order}) "
                f"FROM {table}, (SELECT {expression} AS query OFFSET 0) AS asked "
                "WHERE vector @@ query",
                phrases,
            )
            joined = cursor.fetchone()[0]
        return [int(key) for key in joined.split(",")] if joined else []

    def marked(
        self, table: str, query: Query, keys: Sequence[int]
    ) -> Mapping[int, tuple[str, ...]]:
        """Give the texts of documents with the found words between BEGIN and END."""
        expression, phrases = _expression(query)
        marks = f"StartSel={BEGIN}, StopSel={END}"
        whole = f"{marks}, HighlightAll=true"
        excerpt = f"{marks}, MaxFragments=1, MinWords=12, MaxWords={EXCERPT_WORDS}"
        columns, options = [], []
        for column in COLUMNS:
            columns.append(f"ts_headline('{CONFIGURATION}', {column}, query, %s)")
            options.append(excerpt if column == "narrative" else whole)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT key, {', '.join(columns)} "
                f"FROM {table}, (SELECT {expression} AS query) AS asked WHERE key = ANY(%s)",
                [*options, *phrases, list(keys)],
            )
            return {key: tuple(texts) for key, *texts in cursor.fetchall()}


def _vector() -> str:
    """Give the column that is searched: the words of the texts, each with its weight."""
    labels = {"title": "A", "summary": "B", "names": "B", "narrative": "C", "sources": "D"}
    blanks = " " * len(SIGNS)
    made = " || ".join(
        f"setweight(to_tsvector('{CONFIGURATION}', translate({column}, '{SIGNS}', '{blanks}')),"
        f" '{label}')"
        for column, label in labels.items()
    )
    return f"vector tsvector GENERATED ALWAYS AS ({made}) STORED"


def _expression(query: Query) -> tuple[str, list[str]]:
    """Give a query as an SQL expression and its parameters: one phrase each, never parsed."""
    phrases: list[str] = []

    def any_of(group: Iterable[Phrase]) -> str:
        made = []
        for phrase in group:
            phrases.append(" ".join(phrase))
            made.append(f"phraseto_tsquery('{CONFIGURATION}', %s)")
        return f"({' || '.join(made)})"

    expression = " && ".join(any_of(group) for group in query.wanted)
    if query.unwanted:
        expression += f" && !! {any_of(query.unwanted)}"
    return expression, phrases
