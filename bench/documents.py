"""Part: booklets as PDF: how long, how much, beside WeasyPrint, and eight at once."""

import shutil
import threading
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench.corpora import corpus, library
from bench.machine import tell
from bench.options import Options
from bench.places import STATE
from bench.processes import inside, portal
from bench.report import Cell, Table
from bench.timing import timed

# What is set: a name, the number of synthetic cases (None for the shipped library), the query, the
# detail, and whether WeasyPrint sets it too.
BOOKLETS = (
    ("1 case", 1, "", "summary", True),
    ("36 cases", 36, "", "summary", True),
    ("84 cases", 84, "", "summary", True),
    ("200 cases in full", 200, "", "full", False),
    ("500 cases in brief", 500, "", "brief", False),
    ("36 core cases of the library", None, "collection=core", "summary", True),
)
RUNS, PEER_RUNS = 5, 2
AT_ONCE = 8


def run(options: Options) -> list[Table]:
    """Measure; the sizes are those that a booklet may have, whatever was asked for."""
    served = Table(
        "Booklets over HTTP, one client: median ms",
        ["booklet", "made", "from the cache", "size, kB"],
        notes=["Made: the whole request, the start of the process included; median of five."],
    )
    engines = Table(
        "The engine alone, in a process of its own from start to file",
        ["booklet", "engine", "ms", "CPU, s", "peak MB", "pages", "kB"],
        notes=[
            "WeasyPrint gets the same words, tables, drawings and links as HTML and writes PDF/UA; "
            "in brackets: times as slow as the portal's.",
        ],
    )
    for name, size, query, detail, has_peer in BOOKLETS:
        database = str(library() if size is None else corpus(size))
        tell(f"{name}: over HTTP")
        served.rows.append([name, *_served(database, f"{query}&detail={detail}")])
        tell(f"{name}: engines")
        own = inside("documents", database, query=query, detail=detail, peer="", repeats=RUNS)
        engines.rows.append(_row(name, "Typst", own, own))
        if has_peer:
            other = inside("documents", database, query=query, detail=detail, peer="weasyprint",
                           repeats=PEER_RUNS)  # fmt: skip
            engines.rows.append(_row("", "WeasyPrint", other, own))
    return [served, engines, _crowd()]


def _row(name: str, engine: str, found: dict[str, Any], base: dict[str, Any]) -> list[Cell]:
    took, first = median(found["times"]), median(base["times"])
    times = f"{took:,.0f}" if found is base else f"{took:,.0f} ({took / first:.1f}×)"
    return [name, engine, times, found["cpu"], found["memory"], found["pages"],
            found["size"] // 1000]  # fmt: skip


def _served(database: str, query: str) -> list[Cell]:
    """Give the median times of a booklet made anew and from the cache, and its size."""
    made, kept = [], []
    size = 0
    with portal(database) as (port, _pid):
        _get(port, "/cases/")
        for _ in range(RUNS):
            shutil.rmtree(Path(STATE) / "pdf", ignore_errors=True)
            took, size = timed(lambda: _get(port, f"/cases/export.pdf?{query}"))
            made.append(took)
            kept += [timed(lambda: _get(port, f"/cases/export.pdf?{query}"))[0] for _ in range(5)]
    return [float(median(made)), float(median(kept)), size // 1000]


def _get(port: int, path: str) -> int:
    """Ask for a page; give the number of bytes."""
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path}: status {answer.status}")
    return len(body)


def _crowd() -> Table:
    """Ask for eight different booklets of 36 cases at once, and for a page meanwhile."""
    table = Table(
        "Eight different booklets of 36 cases at once",
        ["", "ms"],
        notes=["Two are set at once; the others wait their turn."],
    )
    papers = [f"&paper={paper}&sort={sort}" for paper in ("a4", "letter")
              for sort in ("newest", "title", "country", "")]  # fmt: skip
    times: list[float] = []
    pages: list[float] = []
    with portal(str(corpus(36))) as (port, _pid):
        _get(port, "/cases/")
        shutil.rmtree(Path(STATE) / "pdf", ignore_errors=True)

        def ask(more: str) -> None:
            times.append(timed(lambda: _get(port, f"/cases/export.pdf?detail=summary{more}"))[0])

        threads = [threading.Thread(target=ask, args=(more,)) for more in papers[:AT_ONCE]]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            pages.append(timed(lambda: _get(port, "/cases/"))[0])
        for thread in threads:
            thread.join()
    table.rows += [
        ["the first is there after", min(times)],
        ["all are there after", max(times)],
        ["a page meanwhile, median", float(median(pages))],
    ]
    return table
