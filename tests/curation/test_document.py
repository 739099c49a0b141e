"""A record as one document: read, written, and read again without a loss."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casestudies.models import CaseStudy, Challenge, Outcome
from portal.changes import change
from portal.curation.document import create, read, read_many, write
from tests.builders import (
    make_case,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
    make_theme,
)

pytestmark = pytest.mark.django_db
BORROWED = ("evidence", "perspectives")  # edited elsewhere


@pytest.fixture
def case() -> CaseStudy:
    """A case with rows of each kind."""
    case = make_case("full", themes=("gender", "mercury"), parties=("ngo", "donor"))
    make_source(case, 1, title="Second source")
    make_figure(case, 0, value=Decimal("532.34"), source=case.sources.last())
    for place, text in enumerate(["first", "second", "third"]):
        Outcome.objects.create(case=case, text=text, position=place)
    Challenge.objects.create(case=case, text="hard", position=0)
    make_evidence(make_lesson("a-lesson"), case)
    make_perspective("a-view").cases.add(case)
    return case


def test_a_case_is_read_whole(case: CaseStudy) -> None:
    document = read(case)
    assert document["fields"]["countries"] == ["GH"]
    assert document["fields"]["collection"] == "core"
    assert "state" not in document["fields"]
    assert "context_html" not in document["fields"]
    parts = document["parts"]
    assert [row["text"] for row in parts["outcomes"]] == ["first", "second", "third"]
    assert parts["figures"][0]["source"] == 1
    assert parts["themes"] == [{"tag": "gender"}, {"tag": "mercury"}]
    assert parts["evidence"][0]["lesson"] == "a-lesson"
    assert parts["perspectives"] == [{"perspective": "a-view"}]


def test_writing_what_was_read_changes_nothing(case: CaseStudy) -> None:
    before, rows = read(case), list(Outcome.objects.values())
    assert write(case, before, with_borrowed=True) == []
    assert read(CaseStudy.objects.get(pk=case.pk)) == before
    assert list(Outcome.objects.values()) == rows


def test_many_records_are_created_whole_by_the_statements_of_one(case: CaseStudy) -> None:
    document = read(case)
    document["fields"].pop("slug")
    own = {name: rows for name, rows in document["parts"].items() if name not in BORROWED}
    asked = []
    for slugs in (["one"], [f"many-{number}" for number in range(12)]):
        new = [(CaseStudy(slug=slug, state="draft"), document) for slug in slugs]
        with change(), CaptureQueriesContext(connection) as queries:
            assert create(new) == []
        asked.append(len(queries))
        for made in read_many([record for record, _document in new]).values():
            assert {name: made["parts"][name] for name in own} == own
    assert asked[0] == asked[1]


def test_rows_may_change_places_and_sources_may_go(case: CaseStudy) -> None:
    document = read(case)
    document["parts"]["outcomes"].reverse()
    document["parts"]["sources"] = document["parts"]["sources"][1:]
    document["parts"]["figures"][0]["source"] = 0
    write(case, document)
    assert read(case)["parts"]["outcomes"] == document["parts"]["outcomes"]
    assert case.figures.get().source.title == "Second source"
    assert case.sources.count() == 1


def test_a_partial_document_leaves_the_rest_alone(case: CaseStudy) -> None:
    before = read(case)
    write(case, {"fields": {"title": "New"}, "parts": {"challenges": []}})
    after = read(CaseStudy.objects.get(pk=case.pk))
    assert after["fields"] == before["fields"] | {"title": "New"}
    assert after["parts"] == before["parts"] | {"challenges": []}


def test_a_reference_that_is_gone_is_left_out_and_told(case: CaseStudy) -> None:
    document = read(case)
    document["parts"]["themes"].append({"tag": "no-such-theme"})
    assert write(case, document) == ["theme: no-such-theme"]
    assert case.themes.count() == 2


def test_themes_are_those_of_the_vocabulary(case: CaseStudy) -> None:
    make_theme("exploration")
    write(case, {"fields": {}, "parts": {"themes": [{"tag": "exploration"}]}})
    assert [theme.slug for theme in case.themes.all()] == ["exploration"]
