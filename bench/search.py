"""Part: text search: time at every size, and quality on the shipped library.

The judged queries stand in judgements.json: for each the cases that are relevant, and those of
which one should come first.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from bench.corpora import corpus, library
from bench.machine import tell
from bench.options import Options
from bench.processes import inside, manage
from bench.report import Table

JUDGEMENTS = Path(__file__).parent / "judgements.json"
DEPTH = 10


def run(options: Options) -> list[Table]:
    """Measure time at every size and quality on every database there is."""
    queries = json.loads(JUDGEMENTS.read_text(encoding="utf-8"))
    time = Table(
        f"Text search: {len(queries)} judged queries, ms",
        ["cases", "database", "find: median", "p95", "mark 20 results: median", "p95",
         "cases found, mean"],
        notes=["To find: the query read, synonyms and longer words looked up, all cases that "
               "match, ranked. To mark: the words found, for the twenty results of a page."],
    )  # fmt: skip
    on_library = {"SQLite": _ask(str(library()), queries, options)}
    with _postgresql() as url:
        if url:
            on_library["PostgreSQL"] = _ask(url, queries, options)
    for database, found in on_library.items():
        time.rows.append(_time_row("84 (the library)", database, found))
    for size in options.sizes:
        tell(f"Text search at {size:,} cases")
        found = _ask(str(corpus(size)), queries, options)
        time.rows.append(_time_row(f"{size:,}", "SQLite", found))
    tables = [time, _quality(queries, on_library)]
    if "PostgreSQL" not in on_library:
        tables[-1].notes.append("PostgreSQL was not measured: BENCH_POSTGRES_URL names no server.")
    return [*tables, _imperfect(queries, on_library)]


def _ask(database: str, queries: list[Any], options: Options) -> Any:
    words = [query["query"] for query in queries]
    return inside("search", database, queries=words, repeats=max(1, options.repeats // 10))


def _time_row(size: str, database: str, found: Any) -> list[Any]:
    times = [found["find"][name] for name in ("median", "p95")]
    times += [found["mark"][name] for name in ("median", "p95")]
    return [size, database, *times, found["mean"]]


def scores(query: dict[str, Any], slugs: list[str]) -> tuple[float, float]:
    """Give the reciprocal rank of the first right answer, and the recall among the first ten."""
    rank = next((n for n, slug in enumerate(slugs, 1) if slug in query["first"]), 0)
    relevant = set(query["relevant"])
    recall = len(relevant & set(slugs[:DEPTH])) / min(len(relevant), DEPTH)
    return (1 / rank if rank else 0.0), recall


def _quality(queries: list[Any], found: dict[str, Any]) -> Table:
    """Give the means, of all queries and by kind."""
    columns = [f"{name}, {database}" for database in found for name in ("MRR", "recall@10")]
    table = Table(
        "Quality of text search on the shipped library",
        ["queries", "number", *columns],
        notes=["MRR: mean of 1 / the place of the first result that should come first. Recall@10: "
               "mean share of the relevant cases (ten at most) among the first ten results."],
    )  # fmt: skip
    kinds: dict[str, list[int]] = defaultdict(list)
    for place, query in enumerate(queries):
        kinds["all"].append(place)
        kinds[query["kind"]].append(place)
    for kind, places in kinds.items():
        row: list[Any] = [kind, len(places)]
        for results in found.values():
            pairs = [scores(queries[place], results["slugs"][place]) for place in places]
            row += [f"{mean(column):.3f}" for column in zip(*pairs, strict=True)]
        table.rows.append(row)
    return table


def _imperfect(queries: list[Any], found: dict[str, Any]) -> Table:
    """List what is not perfect."""
    table = Table(
        "Queries with a reciprocal rank or a recall below 1",
        ["query", "kind", "database", "reciprocal rank", "recall@10", "relevant but not found"],
    )
    for database, results in found.items():
        for query, slugs in zip(queries, results["slugs"], strict=True):
            rank, recall = scores(query, slugs)
            if min(rank, recall) < 1:
                missed = [slug for slug in query["relevant"] if slug not in slugs[:DEPTH]]
                row = [query["query"], query["kind"], database, f"{rank:.2f}", f"{recall:.2f}"]
                table.rows.append([*row, ", ".join(missed)])
    if not table.rows:
        table.notes.append("None.")
    return table


@contextmanager
def _postgresql() -> Iterator[str]:
    """Give the address of a new database with the library on the PostgreSQL server, or nothing."""
    addresses = (os.environ.get(name, "") for name in ("BENCH_POSTGRES_URL", "DATABASE_URL"))
    server = next((url for url in addresses if url.startswith("postgres")), "")
    if not server:
        yield ""
        return
    name = f"common_ground_bench_{os.getpid()}"
    _execute(server, f'CREATE DATABASE "{name}"')
    try:
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        manage(url, "migrate", "--verbosity", "0")
        manage(url, "load_library")
        yield url
    finally:
        _execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _execute(server: str, statement: str) -> None:
    connection = psycopg2.connect(server)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()
