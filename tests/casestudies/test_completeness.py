"""How complete records are: what counts, in step with every change, the same wherever shown."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from casestudies.completeness import (
    CHECKS,
    LEAST,
    Amounts,
    Level,
    amounts_of,
    amounts_read,
    assess,
    gaps,
    level_of,
    range_of,
)
from casestudies.derived import refresh_completeness
from casestudies.models import CaseStudy
from portal.changes import change
from tests.builders import make_case, make_figure, make_source, make_theme

TODAY = date(2026, 3, 1)
FULL_AMOUNTS = {
    "sources": 2,
    "dated_sources": 2,
    "figures": 1,
    "dated_figures": 1,
    "parties": 1,
    "challenges": 1,
    "lessons": 1,
}
FULL_ROW: dict[str, Any] = {
    "summary": "What was tried.",
    "latitude": 6,
    "longitude": 0,
    "outcome_status": "held",
    "outcome_as_of": 2020,
    "outcome_note": "It lasted.",
    "last_checked": TODAY,
    **dict.fromkeys(CaseStudy.FIELDS, "yes"),
}
# Five of the ten facts that may be unknown; that women are mentioned or not is always known.
HALF_KNOWN = dict.fromkeys(CaseStudy.FIELDS[:5], "unknown")

# What a full record is made to lack, and the checks that it then fails.
LACKING: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"summary": "  "}, {"summary"}),
    ({"sources": 1, "dated_sources": 1}, {"sources"}),
    ({"sources": 0, "dated_sources": 0}, {"sources", "source_years"}),
    ({"dated_sources": 1}, {"source_years"}),
    ({"figures": 0, "dated_figures": 0}, {"figures", "figure_years"}),
    ({"figures": 2}, {"figure_years"}),
    ({"outcome_status": "unknown"}, {"outcome"}),
    ({"outcome_as_of": None}, {"outcome_year"}),
    ({"outcome_note": ""}, {"outcome_note"}),
    ({"latitude": None, "longitude": None}, {"coordinates"}),
    ({"latitude": 0, "longitude": 0}, set()),
    (HALF_KNOWN, {"setting"}),
    (dict.fromkeys(list(HALF_KNOWN)[1:], "unknown"), set()),
    (dict.fromkeys(CaseStudy.FIELDS, "no"), set()),
    ({"parties": 0}, {"parties"}),
    ({"challenges": 0}, {"challenges"}),
    ({"lessons": 0}, {"lessons"}),
    ({"last_checked": None}, {"last_checked"}),
    ({"last_checked": TODAY - timedelta(days=365)}, set()),
    ({"last_checked": TODAY - timedelta(days=366)}, {"last_checked"}),
    ({"last_checked": TODAY + timedelta(days=1)}, set()),
    ({"last_checked": TODAY + timedelta(days=2)}, {"last_checked"}),
]


@pytest.mark.parametrize(("lacking", "failed"), LACKING)
def test_each_check_fails_for_what_it_names_and_for_nothing_else(
    lacking: dict[str, Any], failed: set[str]
) -> None:
    row = {name: lacking.get(name, value) for name, value in FULL_ROW.items()}
    amounts = {name: lacking.get(name, value) for name, value in FULL_AMOUNTS.items()}
    found = assess(CaseStudy(**row), TODAY, Amounts(**amounts))
    assert {check.key for check in found.missing} == failed
    assert found.score == 100 - sum(check.weight for check in CHECKS if check.key in failed)


def test_every_check_is_tried_and_the_weights_make_a_hundred() -> None:
    assert sum(check.weight for check in CHECKS) == 100
    tried = set().union(*(failed for _lacking, failed in LACKING))
    assert tried == {check.key for check in CHECKS}


def test_levels_cover_every_score_once() -> None:
    ranges = {level: range_of(level) for level in Level}
    for score in range(101):
        inside = [level for level, (low, high) in ranges.items() if low <= score <= high]
        assert inside == [level_of(score)]


def test_what_is_missing_comes_weightiest_first() -> None:
    missing = assess(CaseStudy(), TODAY, Amounts()).missing
    weights = [check.weight for check in missing]
    assert len(missing) > 10
    assert weights == sorted(weights, reverse=True)


def stored(case: CaseStudy) -> int:
    """Give the score that stands in the database."""
    return CaseStudy.objects.values_list("completeness", flat=True).get(pk=case.pk)


def weight(*keys: str) -> int:
    """Give what some checks are worth."""
    return sum(check.weight for check in CHECKS if check.key in keys)


def _edit_source(case: CaseStudy) -> None:
    source = case.sources.get()
    source.year = 2019
    source.save()


def _add_points(case: CaseStudy) -> None:
    with change():
        case.challenges.create(text="A challenge", position=0)
        case.case_lessons.create(text="A lesson", position=0)


def _save_old_row(case: CaseStudy) -> None:
    case.completeness = 99  # a stale or invented score in memory never lasts
    case.outcome_note = "It lasted."
    case.save()


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "published"])
@pytest.mark.parametrize(
    ("edit", "gained"),
    [
        (make_figure, ("figures",)),
        (lambda case: make_figure(case, year=2020), ("figures", "figure_years")),
        (lambda case: make_source(case, 1), ("sources",)),
        (_edit_source, ("source_years",)),
        (_add_points, ("challenges", "lessons")),
        (lambda case: case.parties.create(name="A ministry", kind="government"), ("parties",)),
        (_save_old_row, ("outcome_note",)),
        (lambda case: case.themes.add(make_theme("exploration")), ()),
    ],
)
def test_the_score_follows_every_change(
    edit: Callable[[CaseStudy], Any], gained: tuple[str, ...], state: str
) -> None:
    case = make_case(state=state)
    before = stored(case)
    edit(case)
    assert stored(case) == before + weight(*gained)


@pytest.mark.django_db
def test_the_score_falls_when_a_figure_goes_and_leaves_other_cases_alone() -> None:
    case, other = make_case(), make_case()
    make_figure(case, year=2020)
    before, others = stored(case), stored(other)
    case.figures.get().delete()
    assert stored(case) == before - weight("figures", "figure_years")
    assert stored(other) == others


@pytest.mark.django_db
def test_a_row_that_moves_counts_where_it_now_belongs() -> None:
    case, other = make_case(), make_case()
    source = make_source(case, 1)
    before, others = stored(case), stored(other)
    source.case = other
    source.save()
    assert stored(case) == before - weight("sources")
    assert stored(other) == others + weight("sources")


@pytest.mark.django_db
def test_both_ways_of_counting_rows_agree() -> None:
    case = make_case(parties=("ngo", "donor"))
    make_source(case, 1, year=2020)
    make_figure(case, 0, year=2020)
    make_figure(case, 1)
    case.challenges.create(text="A challenge", position=0)
    bare = make_case()
    amounts = amounts_of(CaseStudy.objects.all())
    assert amounts[case.pk] == Amounts(2, 1, 2, 1, 2, 1, 0)
    for key, found in amounts.items():
        assert found == amounts_read(CaseStudy.objects.for_reading().get(pk=key))
    assert amounts[bare.pk] == Amounts(sources=1)


@pytest.mark.django_db
def test_scoring_takes_as_many_queries_for_many_cases_as_for_one() -> None:
    def queries(count: int) -> int:
        keys = [make_case().pk for _ in range(count)]
        CaseStudy.objects.update(completeness=0)
        with CaptureQueriesContext(connection) as captured:
            assert refresh_completeness(keys) == set(keys)
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured)

    assert queries(1) == queries(6) == 4


@pytest.mark.django_db
def test_a_record_grows_old_by_itself_and_the_nightly_command_notices(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    case = make_case(last_checked=date.today() - timedelta(days=10))
    fresh = stored(case)
    later = date.today() + timedelta(days=400)
    assert refresh_completeness([case.pk], later) == {case.pk}
    assert stored(case) == fresh - weight("last_checked")
    assert facet_counts(client) == {level_of(fresh - weight("last_checked")).value: 1}
    CaseStudy.objects.filter(pk=case.pk).update(completeness=95)
    call_command("refresh_completeness")
    assert "1 scores differ" in capsys.readouterr().out
    assert stored(case) == fresh
    assert facet_counts(client) == {level_of(fresh).value: 1}
    call_command("refresh_completeness")
    assert "0 scores differ" in capsys.readouterr().out


def facet_counts(client: Client) -> Counter[str]:
    """Give what the facet shows, without zeros."""
    options = client.get("/cases.json").json()["facets"]["completeness"]
    return Counter({option["value"]: option["count"] for option in options if option["count"]})


@pytest.mark.django_db
def test_gaps_are_published_cases_least_complete_first() -> None:
    bare, more = make_case(), make_case(outcome_note="It lasted.")
    make_case(state="draft")
    full = make_case()
    CaseStudy.objects.filter(pk=full.pk).update(completeness=LEAST[Level.FULL])
    assert list(gaps()) == [bare, more]


@pytest.mark.django_db
def test_a_case_explains_its_score_and_the_about_page_the_counting(client: Client) -> None:
    case = make_case()
    page = client.get(case.get_absolute_url()).content.decode()
    assert f"{stored(case)} of 100 points" in page
    assert f'href="{reverse("about")}#completeness"' in page
    about = client.get(reverse("about")).content.decode()
    assert 'id="completeness"' in about
    for check in CHECKS:
        assert escape(str(check.label)) in page
        assert f"{escape(str(check.label))}: {check.weight}" in about


@pytest.mark.django_db
def test_the_desk_sorts_filters_and_says_what_to_do_next(curator_client: Client) -> None:
    bare = make_case(title="The bare one", state="draft")
    make_case(title="The full one")
    CaseStudy.objects.filter(title="The full one").update(completeness=95)
    address = reverse("admin:casestudies_casestudy_changelist")
    listed = curator_client.get(address).context["cl"].list_display
    column = listed.index("score")
    rows = curator_client.get(f"{address}?o={column}").context["cl"].result_list
    assert [case.title for case in rows] == ["The bare one", "The full one"]
    rows = curator_client.get(f"{address}?completeness=full").context["cl"].result_list
    assert [case.title for case in rows] == ["The full one"]
    form = reverse("admin:casestudies_casestudy_change", args=[bare.pk])
    page = curator_client.get(form).content.decode()
    steps = [check.next_step for check in assess(bare, date.today()).missing]
    places = [page.index(escape(str(step))) for step in steps]
    assert places == sorted(places)
    with CaptureQueriesContext(connection) as captured:
        curator_client.get(form)
    ours = [query for query in captured if "COUNT(U0." in query["sql"]]
    assert len(ours) == 1  # with the case itself
