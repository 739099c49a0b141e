"""Part: a whole page over HTTP from the real server, beside other ways to serve such a page.

Requests a second and latency with one client and with eight, in rounds: every way in turn, again
and again.
"""

import json
import time
from collections import defaultdict
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs

from bench import floor
from bench.clients import Clients, Target, ask, text_of
from bench.corpora import corpus, library
from bench.denormalised import TABLE, datasette_query
from bench.machine import tell
from bench.options import Options
from bench.places import FOLDER
from bench.processes import datasette, manage, portal
from bench.report import Cell, Table
from bench.timing import summary

FILTERS = "theme=conflict-and-dialogue&stage=operation&party=government"
PATH = f"/cases/?{FILTERS}"
MANY = 400  # addresses that are asked in turn where no page is asked twice in a while
LARGEST = 20_000
CLIENTS = (1, 8)
COLD_STARTS = 5
NOT_CACHED, CACHED, UNCHANGED = "portal, not cached", "portal, cached", "portal, 304"
MINIMAL, FIXED = "minimal one-template view", "view that returns constant bytes"
DATASETTE = "Datasette's HTML page"


def run(options: Options) -> list[Table]:
    """Measure on the shipped library and on the largest corpus asked for up to 20,000 cases."""
    databases = {"84 cases (the shipped library)": library()}
    if sizes := [size for size in options.sizes if size <= LARGEST]:
        databases[f"{max(sizes):,} cases"] = corpus(max(sizes))
    manage(str(library()), "collectstatic", "--no-input", "--verbosity", "0")
    tables: list[Table] = []
    with Clients() as clients:
        for name, database in databases.items():
            tell(f"Pages of {name}")
            tables += _of(name, database, clients, options)
    tables.append(_cold(databases))
    return tables


def _of(name: str, database: Path, clients: Clients, options: Options) -> list[Table]:
    """Start all servers, check that they give the same page, and measure."""
    with ExitStack() as stack:
        uncached, _ = stack.enter_context(portal(str(database), PAGE_CACHE_BYTES="0"))
        cached, _ = stack.enter_context(portal(str(database)))
        # Asked often enough that every server process has built its snapshot.
        for _ in range(10):
            page = ask(Target(cached, (PATH,)))
            ask(Target(uncached, (PATH,)))
        folder = FOLDER / "minimal"
        twin = json.loads(text_of(ask(Target(cached, (f"/cases.json?{FILTERS}",)))))
        titles = [result["title"] for result in twin["results"]]
        html = floor.write(folder, page, twin["total"], titles)
        minimal = stack.enter_context(floor.minimal(folder))
        nginx = stack.enter_context(floor.static_nginx(folder))
        table = stack.enter_context(datasette(str(database)))
        tag = page.headers["etag"]
        targets = {
            NOT_CACHED: Target(uncached, (PATH,)),
            "portal, not cached, another page each time": Target(uncached, _many(uncached)),
            CACHED: Target(cached, (PATH,)),
            UNCHANGED: Target(cached, (PATH,), 304, (("If-None-Match", tag),)),
            MINIMAL: Target(minimal, ("/page/",)),
            FIXED: Target(minimal, ("/fixed/",)),
            "the same bytes as a file, WhiteNoise": Target(minimal, ("/static/page.html",)),
        }
        if nginx:
            targets["the same bytes as a file, nginx"] = Target(nginx, ("/page.html",))
        for way in targets:
            if way not in (NOT_CACHED, UNCHANGED) and not way.endswith("each time"):
                _check_same(way, text_of(ask(targets[way])), html)
        own = text_of(ask(targets[NOT_CACHED]))
        for sign in (":", "%3A"):
            own = own.replace(f"{sign}{uncached}", f"{sign}{cached}")
        _check_same(NOT_CACHED, own, html)
        targets[DATASETTE] = Target(table, (_datasette_path(database),))
        sizes = {way: len(ask(target).body) for way, target in targets.items()}
        found = [_measure(targets, clients, count, options) for count in CLIENTS]
    notes = [
        f"`{PATH}`: {twin['total']:,} cases, {len(html):,} characters of HTML. Interleaved: "
        f"{options.rounds} rounds of {options.seconds:g} s a way. Every way but Datasette's gives "
        "the same HTML, checked before timing. All clients accept gzip; Datasette does not "
        "compress.",
        "“Not cached” is the portal without its page cache (PAGE_CACHE_BYTES=0); the cards of a "
        "corpus version are still rendered once. “Another page each time” asks for pages "
        "of all cases in turn, so that few cards are at hand.",
    ]
    if not nginx:
        notes.append("nginx is not installed here: no line.")
    return [
        _table(f"{name}, {count} client{'s' if count > 1 else ''}", times, sizes, notes)
        for count, times in zip(CLIENTS, found, strict=True)
    ]


Measured = dict[str, tuple[list[float], list[float]]]


def _measure(
    targets: dict[str, Target], clients: Clients, count: int, options: Options
) -> Measured:
    """Measure every way in turn, in rounds; give times and rates by way."""
    found: Measured = defaultdict(lambda: ([], []))
    for target in targets.values():
        clients.measure(target, count, min(0.3, options.seconds))  # warm
    for number in range(options.rounds):
        tell(f"  {count} clients, round {number + 1} of {options.rounds}")
        for way, target in targets.items():
            times, rate = clients.measure(target, count, options.seconds)
            found[way][0].extend(times)
            found[way][1].append(rate)
    return found


def _table(name: str, found: Measured, sizes: dict[str, int], notes: list[str]) -> Table:
    """Give the table, with how each way compares to those that the targets speak of."""
    p50 = {way: summary(times).median for way, (times, _rates) in found.items()}
    table = Table(
        f"Whole page over HTTP: {name}",
        ["way", "requests/s", "p50 ms", "p95 ms", "bytes", "p50 / minimal view",
         "p50 / constant bytes", "Datasette's p50 / this"],
        notes=notes,
    )  # fmt: skip
    for way, (times, rates) in found.items():
        told = summary(times)
        row: list[Cell] = [way, median(rates), told.median, told.p95, sizes[way]]
        row += [told.median / p50[other] for other in (MINIMAL, FIXED)]
        table.rows.append([*row, p50[DATASETTE] / told.median])
    cheaper = p50[NOT_CACHED] / p50[UNCHANGED]
    table.notes = [f"A 304 is {cheaper:.1f} times cheaper than the page not cached.", *notes]
    return table


def _cold(databases: dict[str, Path]) -> Table:
    """Measure the first page of a server that has just started, with one process."""
    table = Table(
        "Cold start, one server process: median of the first requests, ms",
        ["database", "server starts (first /healthz)", "first page after it", "second page"],
        notes=[f"{COLD_STARTS} starts. The first page builds the snapshot and fills the caches."],
    )
    for name, database in databases.items():
        times: list[list[float]] = []
        for _ in range(COLD_STARTS):
            started = time.perf_counter()
            with portal(str(database), WEB_CONCURRENCY="1") as (port, _pid):
                moments = [started, time.perf_counter()]
                for path in (PATH, f"{PATH}&page=2"):
                    ask(Target(port, (path,)))
                    moments.append(time.perf_counter())
            pairs = pairwise(moments)
            times.append([(end - begin) * 1000 for begin, end in pairs])
        table.rows.append([name, *(median(column) for column in zip(*times, strict=True))])
    return table


def _check_same(way: str, given: str, wanted: str) -> None:
    if given != wanted:
        raise RuntimeError(f"{way}: the page differs from the portal's")


def _many(port: int) -> tuple[str, ...]:
    """Give the addresses of many pages of all cases."""
    pages = json.loads(text_of(ask(Target(port, ("/cases.json",)))))["pages"]
    return tuple(f"/cases/?page={page}" for page in range(1, min(pages, MANY) + 1))


def _datasette_path(database: Path) -> str:
    """Give Datasette's page with the same filters, all facets and twenty rows."""
    shown = ("title", "summary", "mine", "country", "company")
    return f"/{database.stem}/{TABLE}?{datasette_query(parse_qs(FILTERS), shown=shown)}"
