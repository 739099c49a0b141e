"""The years that cases cover, as bars on one scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from casestudies.models import CaseStudy

WIDTH = 1000  # units of the drawing, whatever its size on the screen
STEP = 5  # years between marks where the span is short
MOST_MARKS = 10


@dataclass(frozen=True, slots=True)
class Mark:
    """A year on the scale and its place from 0 to WIDTH."""

    year: int
    x: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A case's years: where its bar begins and how long it is; `open` where it goes on.

    A case whose years are not known has no length.
    """

    case: CaseStudy
    x: int
    length: int
    open: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars on one scale."""

    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]


def timeline(cases: Sequence[CaseStudy]) -> Timeline:
    """Give the years of some cases as bars, on a scale that holds them all."""
    spans = {case.pk: _span(case) for case in cases}
    known = [span for span in spans.values() if span]
    if not known:
        return Timeline((), tuple(Bar(case, 0, 0, False) for case in cases))
    first = min(start for start, _end in known)
    last = max(end for _start, end in known) + 1
    step = STEP
    while (last - first) / step > MOST_MARKS:
        step *= 2
    origin = first - first % step
    width = -(-max(1, last - origin) // step) * step

    def place(year: int) -> int:
        return round((year - origin) * WIDTH / width)

    bars = []
    for case in cases:
        span = spans[case.pk]
        if span is None:
            bars.append(Bar(case, 0, 0, False))
            continue
        start, end = span
        bars.append(Bar(case, place(start), place(end + 1) - place(start), case.year_to is None))
    marks = tuple(Mark(year, place(year)) for year in range(origin, origin + width + 1, step))
    return Timeline(marks, tuple(bars))


def _span(case: CaseStudy) -> tuple[int, int] | None:
    """Give the first and last year that the record tells of."""
    years = [year for year in (case.year_from, case.year_to, case.outcome_as_of) if year]
    return (min(years), max(years)) if years else None
