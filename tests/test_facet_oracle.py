"""Facet counts against brute force over the JSON files: the snapshot has no say in the answer."""

import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from contributions.facets import PERSPECTIVES
from lessons.facets import LESSONS
from portal.browse import browse
from portal.facets import Catalogue
from tests.conftest import LIBRARY

pytestmark = pytest.mark.usefixtures("library", "db")

SELECTIONS = 400
Record = dict[str, Any]
Values = Callable[[Record], set[str]]


def records_in(folder: str) -> list[Record]:
    """Read every record of a folder of the library."""
    return [json.loads(path.read_text()) for path in sorted((LIBRARY / folder).glob("*.json"))]


def completeness(case: Record) -> set[str]:
    """Score a record of the files by hand, and give its level."""
    sources, figures = case["sources"], case["figures"]
    setting = {**case["context_profile"], "women_mentioned": "unknown"}
    facts = [value for value in setting.values() if value != "unknown"]
    day = case["last_checked"]
    score = (
        5 * bool(case["summary"])
        + 10 * (len(sources) > 1)
        + 10 * (bool(sources) and all(source["year"] for source in sources))
        + 10 * bool(figures)
        + 5 * (bool(figures) and all(figure["year"] for figure in figures))
        + 10 * (case["outcome_status"] != "unknown")
        + 5 * (case["outcome_as_of"] is not None)
        + 5 * bool(case["outcome_note"])
        + 5 * (case["latitude"] is not None)
        + 10 * (len(facts) >= 6)
        + 5 * bool(case["parties"])
        + 5 * bool(case["challenges"])
        + 5 * bool(case["lessons"])
        + 10 * (day is not None and (date.today() - date.fromisoformat(day)).days <= 365)
    )
    levels = {90: "full", 75: "good", 50: "partial", 0: "sparse"}
    return {next(level for least, level in levels.items() if score >= least)}


CASE_FACETS: dict[str, Values] = {
    "country": lambda case: set(case["countries"]),
    "company": lambda case: {company["slug"] for company in case["companies"]},
    "theme": lambda case: set(case["themes"]),
    "sdg17": lambda case: set(case["sdg17"]),
    "approach": lambda case: set(case["approaches"]),
    "stage": lambda case: {case["mine_stage"]},
    "asgm_status": lambda case: {case["asgm_status"]},
    "outcome": lambda case: {case["outcome_status"]},
    "party": lambda case: {party["kind"] for party in case["parties"]},
    "collection": lambda case: {case["collection"]},
    "completeness": completeness,
}
LESSON_FACETS: dict[str, Values] = {
    "theme": lambda lesson: set(lesson["themes"]),
    "sdg17": lambda lesson: set(lesson["sdg17"]),
    "audience": lambda lesson: set(lesson["audiences"]),
}
PERSPECTIVE_FACETS: dict[str, Values] = {
    "kind": lambda view: {view["organisation"]["kind"]},
    "country": lambda view: {view["organisation"]["country"]} - {None},
    "theme": lambda view: set(view["themes"]),
    "sdg17": lambda view: set(view["sdg17"]),
    "contribution": lambda view: {"published-view"},
    "identity": lambda view: {"published"},
}

Selection = dict[str, list[str]]


def random_selections(records: list[Record], facets: dict[str, Values]) -> list[Selection]:
    """Draw selections of one to four facets with one to three values each, the same every time."""
    draw = random.Random(20261124)
    known = {
        name: sorted(set().union(*(values(record) for record in records)))
        for name, values in facets.items()
    }
    return [
        {
            name: draw.sample(known[name], min(draw.randint(1, 3), len(known[name])))
            for name in draw.sample(sorted(facets), draw.randint(1, min(4, len(facets))))
        }
        for _ in range(SELECTIONS)
    ]


def matches(record: Record, selection: Selection, facets: dict[str, Values]) -> bool:
    """Say whether a record has, in every facet chosen, at least one value chosen."""
    return all(facets[name](record) & set(chosen) for name, chosen in selection.items())


def brute_force(
    records: list[Record], selection: Selection, facets: dict[str, Values]
) -> tuple[set[str], dict[str, dict[str, int]]]:
    """Give the slugs found, and each facet's counts with its own choice left out."""
    found = {record["slug"] for record in records if matches(record, selection, facets)}
    counts: dict[str, dict[str, int]] = {}
    for name, values in facets.items():
        others = {other: chosen for other, chosen in selection.items() if other != name}
        counts[name] = {}
        for record in records:
            if matches(record, others, facets):
                for value in values(record):
                    counts[name][value] = counts[name].get(value, 0) + 1
    return found, counts


def all_slugs(client: Client, query: str) -> set[str]:
    """Walk all pages of a selection and give the slugs of its results."""
    first = client.get(f"/cases.json?{query}").json()
    slugs = {result["slug"] for result in first["results"]}
    for page in range(2, first["pages"] + 1):
        later = client.get(f"/cases.json?{query}&page={page}").json()
        slugs |= {result["slug"] for result in later["results"]}
    return slugs


def test_case_totals_counts_and_results_equal_brute_force(client: Client) -> None:
    records = records_in("cases")
    empty = 0
    for selection in random_selections(records, CASE_FACETS):
        found, expected = brute_force(records, selection, CASE_FACETS)
        query = urlencode(selection, doseq=True)
        answer = client.get(f"/cases.json?{query}").json()
        assert answer["total"] == len(found), query
        assert all_slugs(client, query) == found, query
        for name, options in answer["facets"].items():
            shown = {option["value"]: option["count"] for option in options if option["count"]}
            assert shown == expected[name], (query, name)
            selected = {option["value"] for option in options if option["selected"]}
            assert selected == set(selection.get(name, [])), (query, name)
        empty += not found
    # Selections that find nothing must occur, or the zeros would go untested; and not rule.
    assert 0 < empty < SELECTIONS * 0.9


@pytest.mark.parametrize(
    ("folder", "catalogue", "facets"),
    [
        ("lessons", LESSONS, LESSON_FACETS),
        ("perspectives", PERSPECTIVES, PERSPECTIVE_FACETS),
    ],
)
def test_other_catalogues_equal_brute_force(
    folder: str, catalogue: Catalogue, facets: dict[str, Values]
) -> None:
    records = records_in(folder)
    for selection in random_selections(records, facets):
        found, expected = brute_force(records, selection, facets)
        page = browse(catalogue, QueryDict(urlencode(selection, doseq=True)), "/")
        assert page.total == len(found), selection
        for panel in page.facets:
            shown = {option.value: option.count for option in panel.options if option.count}
            assert shown == expected[panel.name], (selection, panel.name)


def test_core_collection_has_the_scope_that_the_library_promises(client: Client) -> None:
    page = client.get("/cases/?collection=core").content.decode()
    assert "<strong>36</strong> case studies" in page
    assert "<strong>15</strong> operating companies" in page
    assert "<strong>18</strong> countries" in page
    assert "<strong>84</strong> case studies" in client.get("/cases/").content.decode()
