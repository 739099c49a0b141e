"""Queries per page: bounded, and constant in the number of rows and of chosen values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from casestudies.models import CaseStudy
from contributions.models import Perspective
from lessons.models import Lesson
from tests.builders import (
    make_case,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
    one_change,
)
from tests.exporting import body_of

pytestmark = pytest.mark.django_db

BUDGETS = {
    "/": 8,
    "/cases/": 5,
    "/cases/?country=GH": 5,
    "/cases/?country=GH&country=CO&theme=gender&stage=operation&sort=title": 5,
    "/cases/?q=case&theme=gender": 8,
    "/cases.json": 5,
    "/cases/a-case/": 17,
    "/cases/export.csv": 15,
    "/cases/export.csv?country=GH&theme=gender&q=case": 18,
    "/cases/export.xlsx": 15,
    "/cases/export.json": 15,
    "/cases/export.bib": 2,
    "/cases/export.ris": 2,
    "/cases/a-case.json": 16,
    "/cases/a-case.bib": 2,
    "/cases/a-case.ris": 2,
    "/lessons/": 3,
    "/lessons/a-lesson/": 8,
    "/perspectives/": 3,
    "/perspectives/a-perspective/": 7,
    "/countries/": 1,
    "/countries/GH/": 7,
    "/companies/acme-gold/": 6,
    "/themes/gender/": 8,
    "/sdg17/": 5,
    "/sdg17/finance/": 9,
    "/baseline/": 4,
    "/baseline/sources/": 2,
    "/glossary/": 2,
    "/glossary/sources/": 2,
    "/about/": 2,
    "/search/?q=case": 19,
    "/healthz": 1,
}


@pytest.fixture(autouse=True)
def nothing_kept(settings: Any) -> None:
    """Every page is made anew: what a kept page costs is told in test_page_cache.py."""
    settings.PAGE_CACHE_BYTES = 0


@contextmanager
def queries_within(budget: int, address: str) -> Iterator[CaptureQueriesContext]:
    """Fail, printing the SQL, when more queries are made than the budget allows."""
    with CaptureQueriesContext(connection) as queries:
        yield queries
    if len(queries) > budget:
        sql = "\n".join(f"{n}. {q['sql']}" for n, q in enumerate(queries.captured_queries, 1))
        pytest.fail(f"{address}: {len(queries)} queries, budget {budget}\n{sql}")


@one_change
def fill(number: int) -> None:
    """Add that many cases, each with several of everything, all speaking to the same lesson."""
    lesson = Lesson.objects.filter(slug="a-lesson").first() or make_lesson("a-lesson")
    view = Perspective.objects.filter(slug="a-perspective").first()
    view = view or make_perspective("a-perspective")
    for _ in range(number):
        case = make_case(
            "" if CaseStudy.objects.filter(slug="a-case").exists() else "a-case",
            countries=("GH", "CO"),
            companies=(("acme-gold", "operator"), ("other-gold", "partner")),
            themes=("gender", "exploration"),
            parties=("ngo", "donor"),
        )
        for place in range(2):
            make_source(case, place + 1)
            make_figure(case, place)
            case.outcomes.create(text="An outcome", position=place)
        make_evidence(lesson, case)
        make_evidence(make_lesson(), CaseStudy.objects.get(slug="a-case"))
        view.cases.add(case)
        other = make_perspective(organisation=f"Body of {case.slug}")
        other.cases.add(CaseStudy.objects.get(slug="a-case"))
        other.lessons.add(lesson)


def fetched(client: Client, address: str) -> bytes:
    """Give the whole of a page or file: some are made while they are sent."""
    answer = client.get(address)
    assert answer.status_code == 200
    return body_of(answer)


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_keeps_its_budget_however_many_rows_there_are(client: Client, address: str) -> None:
    fill(2)
    client.get(address)  # builds the snapshots
    with queries_within(BUDGETS[address], address) as few:
        assert fetched(client, address)
    fill(22)  # more than a page
    client.get(address)
    with queries_within(BUDGETS[address], address) as many:
        assert fetched(client, address)
    assert len(many) == len(few), address


def test_building_a_snapshot_takes_at_most_two_queries_a_facet(client: Client) -> None:
    make_case()
    with queries_within(30, "/cases/ with a new snapshot"):
        client.get("/cases/")
