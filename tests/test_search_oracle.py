"""Facets under a text search against brute force, on the shipped library.

Which cases a text finds is the search's word; totals and counts are reckoned from the JSON files.
What a text must find at least is reckoned from the documents themselves.
"""

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from contributions.facets import PERSPECTIVES
from contributions.models import Perspective
from lessons.facets import LESSONS
from lessons.models import Lesson
from portal.browse import browse
from portal.facets import Catalogue
from portal.search import Query, SearchIndex, all_indexes, matching
from portal.search.query import STOP_WORDS, words_of
from tests.searching import drifted, query_of
from tests.test_facet_oracle import (
    CASE_FACETS,
    LESSON_FACETS,
    PERSPECTIVE_FACETS,
    Record,
    Selection,
    Values,
    brute_force,
    records_in,
)

pytestmark = pytest.mark.usefixtures("library", "db")

TEXTS = 60
WORDS = 250


def texts(index: SearchIndex) -> Iterator[str]:
    """Draw texts from the words of an index: one to three words, phrases, parts, exclusions."""
    draw = random.Random(20261125)
    documents = sorted(index.documents(None))
    for number in range(TEXTS):
        document, other = draw.sample(documents, 2)
        words = [word for word in words_of(" ".join(document[1:4])) if word not in STOP_WORDS]
        place = draw.randrange(len(words) - 1)
        unwanted = draw.choice(words_of(other.title))
        yield [
            words[place],
            f"{words[place]} {draw.choice(words)}",
            " ".join(draw.sample(words, 2)) + f" {words_of(other.title)[0]}",
            f'"{" ".join(words_of(document.title)[:4])}"',
            f"{words[place]} -{unwanted}",
            words[place][:4],
        ][number % 6]


def selections(records: list[Record], facets: dict[str, Values]) -> Iterator[Selection]:
    """Draw selections of none to two facets with one or two values each."""
    draw = random.Random(20261126)
    while True:
        yield {
            name: draw.sample(known, min(draw.randint(1, 2), len(known)))
            for name in draw.sample(sorted(facets), draw.randint(0, 2))
            if (known := sorted(set().union(*(facets[name](record) for record in records))))
        }


def found_by(text: str, index: SearchIndex, model: type[Any]) -> set[str]:
    """Give the slugs of what the search finds."""
    keys = matching(index, query_of(text, index.name), ranked=False)
    return set(model._default_manager.filter(pk__in=keys).values_list("slug", flat=True))


@pytest.mark.parametrize(
    ("folder", "catalogue", "model", "facets"),
    [
        ("cases", CASES, CaseStudy, CASE_FACETS),
        ("lessons", LESSONS, Lesson, LESSON_FACETS),
        ("perspectives", PERSPECTIVES, Perspective, PERSPECTIVE_FACETS),
    ],
)
def test_totals_and_counts_under_a_text_equal_brute_force(
    folder: str, catalogue: Catalogue, model: type[Any], facets: dict[str, Values]
) -> None:
    records = records_in(folder)
    totals, narrowed = [], 0
    drawn = zip(texts(catalogue.index), selections(records, facets), strict=False)
    for text, selection in drawn:
        slugs = found_by(text, catalogue.index, model)
        within = [record for record in records if record["slug"] in slugs]
        assert len(within) == len(slugs), text
        found, expected = brute_force(within, selection, facets)
        query = urlencode({"q": text, **selection}, doseq=True)
        page = browse(catalogue, QueryDict(query), "/")
        assert page.ignored == (), query
        assert page.total == len(found), query
        assert {record.slug for record in page.records} <= found, query
        for panel in page.facets:
            shown = {option.value: option.count for option in panel.options if option.count}
            assert shown == expected[panel.name], (query, panel.name)
        totals.append(page.total)
        narrowed += bool(selection) and 0 < len(found) < len(slugs)
    # Texts that find nothing, little and much must occur, or the test would show little.
    assert len(totals) == TEXTS
    assert min(totals) == 0
    assert len(set(totals)) > 5
    assert narrowed > TEXTS / 10


def test_the_json_twin_shows_the_same_and_all_pages_hold_what_the_text_finds(
    client: Client,
) -> None:
    for text in ("gold", "mercury -police", '"small scale"', "galamsey"):
        slugs = found_by(text, CASES.index, CaseStudy)
        first = client.get("/cases.json", {"q": text}).json()
        shown = [
            result["slug"]
            for page in range(1, first["pages"] + 1)
            for result in client.get("/cases.json", {"q": text, "page": page}).json()["results"]
        ]
        assert slugs
        assert len(shown) == len(set(shown)) == first["total"]
        assert set(shown) == slugs


def test_every_word_of_the_library_finds_each_document_that_holds_it() -> None:
    draw = random.Random(20261127)
    lost = []
    for index in all_indexes():
        holders: dict[str, set[int]] = {}
        for document in index.documents(None):
            for word in words_of(" ".join(document[1:])):
                holders.setdefault(word, set()).add(document.key)
        known = sorted(holders.keys() - STOP_WORDS)
        if index.name == "dialogues":
            assert not known  # the library has none
            continue
        for word in draw.sample(known, WORDS):
            found = set(matching(index, Query(wanted=(((word,),),)), ranked=False))
            if not holders[word] <= found:
                lost.append((index.name, word))
    assert lost == []


def test_the_loaded_library_is_in_step() -> None:
    assert drifted() == {}
