"""Bitmaps: counting, order, likeness, and when a snapshot is built anew."""

import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casestudies.facets import CASES, LIKENESS
from casestudies.models import CaseStudy, Company, Theme
from portal.corpus import current_state, raise_version
from portal.facets import current_snapshot
from portal.words import merge
from tests.builders import make_case, make_company, make_evidence, make_lesson, make_theme

pytestmark = pytest.mark.django_db


def test_a_snapshot_is_kept_while_nothing_changes() -> None:
    make_case()
    first = current_snapshot(CASES)
    with CaptureQueriesContext(connection) as queries:
        assert current_snapshot(CASES) is first
    assert len(queries) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.save(),
        lambda case: CaseStudy.objects.get(pk=case.pk).delete(),
        lambda case: case.themes.add(make_theme("new")),
        lambda case: case.themes.remove("Gender"),
        lambda case: case.themes.clear(),
        lambda case: case.themes.set([]),
        lambda case: case.countries.clear(),
        lambda case: case.outcomes.create(text="More", position=0),
        lambda case: merge(Theme.objects.get(slug="gender"), make_theme("other")),
        lambda case: make_company("acme-gold").save(),
        lambda case: make_evidence(make_lesson(), case),
        lambda case: make_lesson().save(),
    ],
)
def test_every_kind_of_change_raises_the_version(change: object) -> None:
    case = make_case()
    before = current_state()
    change(case)  # type: ignore[operator]
    assert current_state() != before
    assert current_state().number > before.number


def test_reading_and_bulk_writes_do_not_raise_it_by_themselves() -> None:
    make_case()
    before = current_state()
    Company.objects.update(note="Changed in bulk")
    assert current_state() == before
    raise_version()
    assert current_state().number == before.number + 1


def test_an_edit_shows_in_the_next_snapshot() -> None:
    case = make_case(themes=("gender",))
    assert current_snapshot(CASES).counts({})["theme"]["gender"] == 1
    case.themes.set([])
    assert current_snapshot(CASES).counts({})["theme"]["gender"] == 0


def test_alike_are_those_that_share_most() -> None:
    subject = make_case(countries=("GH",), themes=("a", "b"), approaches=("x",))
    all_three = make_case(countries=("GH",), themes=("a", "b"), approaches=("y",))
    themes_only = make_case(countries=("ML",), themes=("a", "b"), approaches=("y",))
    country_only = make_case(countries=("GH",), themes=("c",), approaches=("y",))
    make_case(countries=("GH",), themes=("a", "b"), approaches=("x",), state="draft")
    alike = current_snapshot(CASES).most_alike(subject.pk, ("country", "theme", "approach"), 5)
    assert alike == [all_three.pk, themes_only.pk, country_only.pk]
    assert current_snapshot(CASES).most_alike(subject.pk, ("country", "theme", "approach"), 1) == [
        all_three.pk
    ]


def test_likeness_counts_as_brute_force_does() -> None:
    cases = [
        make_case(countries=(c,), themes=tuple(t), approaches=(a,), partnership_types=(p,))
        for c in ("GH", "ML")
        for t in ("a", "ab", "bc")
        for a in ("x", "y")
        for p in ("finance", "technology")
    ]
    snapshot = current_snapshot(CASES)

    def values(key: int) -> set[tuple[str, str]]:
        return {(f, v.value) for f in LIKENESS for v in snapshot.values_of(key, f)}

    for case in cases:
        alike = snapshot.most_alike(case.pk, LIKENESS, 50)
        shared = [len(values(case.pk) & values(key)) for key in alike]
        assert case.pk not in alike
        assert shared == sorted(shared, reverse=True)
        expected = {other.pk for other in cases if values(case.pk) & values(other.pk)} - {case.pk}
        assert set(alike) == expected


def test_what_a_snapshot_costs_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    make_case()
    call_command("snapshot")
    told = capsys.readouterr().out
    assert re.search(r"cases: 1 records, \d+ values, built in [\d.]+ ms, [\d.]+ KiB", told)
    assert f"corpus version {current_state().number}" in told
