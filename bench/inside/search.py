"""Finds what queries find, and times it."""

from statistics import mean
from typing import Any

from bench.timing import summary, timed
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from portal.corpus import current_state
from portal.search import explained, matching, parse

PAGE = 20
MOST_SHOWN = 10  # results of which the slugs are given


def measure(queries: list[str], repeats: int) -> Any:
    """Give for each query the slugs of its first results, and the times of all."""
    index = CASES.index
    find: list[float] = []
    mark: list[float] = []
    shown: list[list[int]] = []
    sizes: list[int] = []
    for number in range(repeats + 1):
        for text in queries:
            took, (query, keys) = timed(lambda t=text: _find(t))
            marking, _ = timed(lambda q=query, k=keys: explained(index, q, k[:PAGE]))
            if number == 0:  # warms up, and gives the results
                shown.append(list(keys[:MOST_SHOWN]))
                sizes.append(len(keys))
            else:
                find.append(took)
                mark.append(marking)
    rows = CaseStudy.objects.only("slug").in_bulk({key for keys in shown for key in keys})
    return {
        "slugs": [[rows[key].slug for key in keys] for keys in shown],
        "find": vars(summary(find)),
        "mark": vars(summary(mark)),
        "mean": mean(sizes),
    }


def _find(text: str) -> Any:
    query = parse(text, CASES.index.name, current_state())
    return query, matching(CASES.index, query)
