"""Times and their summaries, in milliseconds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any


@dataclass(frozen=True)
class Summary:
    """What is told of many times."""

    median: float
    p95: float
    count: int


def summary(times: Sequence[float]) -> Summary:
    """Summarise times."""
    ordered = sorted(times)
    return Summary(median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
                   len(ordered))  # fmt: skip


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Do something; give the milliseconds that it took, and its result."""
    started = time.perf_counter()
    result = work()
    return (time.perf_counter() - started) * 1000, result


def mean_of(values: Sequence[float | None]) -> float | None:
    """Give the mean, or None where one is missing: means over different sets do not compare."""
    known = [value for value in values if value is not None]
    return mean(known) if known and len(known) == len(values) else None
