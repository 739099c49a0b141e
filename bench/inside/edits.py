"""Edits cases and times the next page, here and in a server on the same database."""

import tracemalloc
from collections.abc import Callable
from random import Random
from statistics import median
from typing import Any

from django.test import Client

from bench.clients import Connection, Target
from bench.timing import summary, timed
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.vocabulary import OutcomeStatus
from portal.corpus import current_state
from portal.facets.snapshot import build
from portal.models import PublicationState

BUILDS = 5


def _other_status(case: CaseStudy) -> None:
    values = OutcomeStatus.values
    case.outcome_status = values[(values.index(case.outcome_status) + 1) % len(values)]


def _other_title(case: CaseStudy) -> None:
    case.title = f"{case.title} (edited)"


def _archived(case: CaseStudy) -> None:
    case.state = PublicationState.ARCHIVED


EDITS: dict[str, Callable[[CaseStudy], None]] = {
    "outcome status": _other_status,
    "title": _other_title,
    "archived": _archived,
}


def measure(port: int, count: int, path: str) -> Any:
    """Give build time, bytes and, for each kind of edit, the four times of the table."""
    builds = [timed(lambda: build(CASES, current_state()))[0] for _ in range(BUILDS)]
    reader = _Reader(port, path)
    reader.both()
    keys = list(CaseStudy.objects.published().values_list("pk", flat=True))
    random = Random(1)  # noqa: S311  # any cases, the same each time
    found = {}
    for name, edit in EDITS.items():
        times: list[tuple[float, ...]] = []
        for key in random.sample(keys, min(count, len(keys) // 6)):
            keys.remove(key)
            case = CaseStudy.objects.get(pk=key)
            idle = reader.there()
            edit(case)
            saving, _ = timed(case.save)
            here, there = reader.both()
            times.append((saving, here, there, idle))
        found[name] = [vars(summary(column)) for column in zip(*times, strict=True)]
    return {"build": median(builds), "bytes": _bytes_of_snapshot(), "edits": found}


def _bytes_of_snapshot() -> int:
    """Build once more for the memory: looking at it slows the building down."""
    tracemalloc.start()
    snapshot = build(CASES, current_state())
    traced = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return int(traced + snapshot.bitmap_bytes)


class _Reader:
    """Reads one page in this process and in the server, and sees whether it is a new one."""

    def __init__(self, port: int, path: str) -> None:
        self.path = path
        self.client = Client(headers={"host": f"127.0.0.1:{port}", "accept-encoding": "gzip"})
        self.connection = Connection(port)
        self.request = Target(port, (path,)).requests()[0]
        self.tag = ""

    def there(self) -> float:
        """Read the page that the server has by now; give the milliseconds."""
        took, response = timed(lambda: self.connection.ask(self.request))
        if response.status != 200 or response.headers["etag"] != self.tag:
            raise RuntimeError("the server gives an outdated page")
        return took

    def both(self) -> tuple[float, float]:
        """Read the page after a change, here and in the server; give the milliseconds."""
        here, page = timed(lambda: self.client.get(self.path))
        if page.status_code != 200 or page["ETag"] == self.tag:
            raise RuntimeError("this process gives an outdated page")
        self.tag = page["ETag"]
        return here, self.there()
