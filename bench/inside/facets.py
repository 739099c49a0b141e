"""Times the facet engines on one database, after checking that they agree."""

import gc
from typing import Any

from bench.machine import tell
from bench.peers.base import Answer, Asked, Engine, read, without_zeros
from bench.peers.case_facet import CaseFacetEngine
from bench.peers.datasette import DatasetteEngine
from bench.peers.filters import FilterEngine
from bench.peers.orm import FACETS, OrmEngine
from bench.peers.snapshot import SnapshotEngine
from bench.timing import summary, timed

SELECTIONS = {
    "nothing": "",
    "one value": "theme=conflict-and-dialogue",
    "two values of a facet": "country=GH&country=CO",
    "three facets": "theme=conflict-and-dialogue&stage=operation&party=government",
    "rare": "theme=company-organisation&outcome=faded",
    "with text": "q=mercury&theme=security-and-human-rights&sort=newest",
}
FEWEST = 3


class DisagreementError(Exception):
    """Two engines give different answers where they mean the same."""


def measure(port: int, stem: str, repeats: int, seconds: float, skip_above: float) -> Any:
    """Give the times of every engine for every selection.

    Each engine gets `repeats` rounds a selection, fewer (but three) where they would take more
    than `seconds`, and only the one of the check where that took more than `skip_above` seconds.
    """
    engines: list[Engine] = [
        SnapshotEngine(),
        OrmEngine(),
        CaseFacetEngine(),
        FilterEngine(),
        DatasetteEngine(port, stem),
    ]
    asked = [read(name, address) for name, address in SELECTIONS.items()]
    rounds: dict[tuple[str, str], int] = {}
    times: dict[tuple[str, str], list[float]] = {}
    totals: dict[str, int] = {}
    for question in asked:
        wanted = engines[0].answer(question)
        totals[question.name] = wanted.total
        for engine in engines:
            first, given = timed(lambda e=engine, q=question: e.answer(q))
            check(question, engine, given, wanted)
            one = first / 1000
            key = engine.name, question.name
            once = one > skip_above
            rounds[key] = 0 if once else max(FEWEST, min(repeats, int(seconds / one)))
            times[key] = [first] if once else []
            tell(f"  {question.name}, {engine.name}: {first:,.1f} ms, {rounds[key]} rounds")
    gc.collect()
    gc.freeze()  # what has been loaded so far is not looked through again while times are taken
    for number in range(max(rounds.values())):
        for question in asked:
            for engine in engines:
                if number < rounds[engine.name, question.name]:
                    took, _ = timed(lambda e=engine, q=question: e.answer(q))
                    times[engine.name, question.name].append(took)
    return {
        "totals": totals,
        "times": {
            engine.name: {
                question.name: vars(summary(times[engine.name, question.name]))
                for question in asked
            }
            for engine in engines
        },
    }


def check(asked: Asked, engine: Engine, given: Answer, wanted: Answer) -> None:
    """Compare an answer with the portal's.

    Raises DisagreementError, saying where they differ.
    """
    comparable = [f for f in FACETS if engine.disjunctive or f not in asked.chosen]
    pairs = {
        "total": (given.total, wanted.total),
        "first keys": (given.keys, wanted.keys),
        "counts": (
            without_zeros(given.counts, comparable),
            without_zeros(wanted.counts, comparable),
        ),
    }
    for what, (one, other) in pairs.items():
        if one != other:
            raise DisagreementError(
                f"{engine.name}, selection “{asked.name}”: {what} differ from the portal's:\n"
                f"{one}\n{other}"
            )
