"""A snapshot that catches up with a few edits is the one that a full build would give."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from casestudies.facets import CASES
from casestudies.models import CaseCompany, CaseStudy
from lessons.facets import LESSONS
from portal.changes import records_since
from portal.corpus import CorpusState, current_state, raise_version
from portal.facets import Catalogue, Snapshot, current_snapshot
from portal.facets import snapshot as snapshots
from portal.facets.snapshot import MOST_PATCHED, build
from portal.models import CorpusChange, CorpusVersion
from portal.words import merge
from tests.builders import (
    make_case,
    make_company,
    make_country,
    make_lesson,
    make_theme,
    one_change,
)

pytestmark = pytest.mark.django_db

CASES_BUILT = 25
EDITS = 60
Builds = list[str]


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> Builds:
    """The names of the catalogues that were built in full, one entry a build."""
    names: Builds = []

    def counted(catalogue: Catalogue, state: CorpusState) -> Snapshot:
        names.append(catalogue.name)
        return build(catalogue, state)

    monkeypatch.setattr(snapshots, "build", counted)
    return names


@one_change
def fill(number: int = CASES_BUILT) -> list[CaseStudy]:
    """Give cases of many kinds, published and not."""
    draw = random.Random(7)
    for code in ("GH", "ML", "CO"):
        make_country(code)
    return [
        make_case(
            title=f"Case {place % 9} {place}",
            countries=tuple(draw.sample(["GH", "ML", "CO"], draw.randint(1, 2))),
            themes=tuple(draw.sample("abcd", draw.randint(0, 2))),
            companies=((draw.choice(["x", "y", "z"]), "operator"),),
            parties=("ngo",) if place % 3 else (),
            year_from=draw.choice([None, 2001, 2002, 2003]),
            state="draft" if place % 8 == 7 else "published",
        )
        for place in range(number)
    ]


def shown(snapshot: Snapshot) -> dict[str, Any]:
    """Give all that a snapshot says, in a form that compares."""
    return {
        "state": snapshot.state,
        "keys": list(snapshot.keys),
        "ordinals": dict(snapshot.ordinals),
        "everything": set(snapshot.everything),
        "orders": {name: list(order) for name, order in snapshot.orders.items()},
        "values": {name: list(values.items()) for name, values in snapshot.values.items()},
        "bitmaps": {
            name: [(value, set(bitmap)) for value, bitmap in bitmaps.items()]
            for name, bitmaps in snapshot.bitmaps.items()
        },
        "counts": snapshot.counts({}),
        "kept": snapshot.kept,
    }


def assert_as_built_anew(catalogue: Catalogue = CASES) -> None:
    """Compare the current snapshot with a full build."""
    assert shown(current_snapshot(catalogue)) == shown(build(catalogue, current_state()))


def save(case: CaseStudy, **values: Any) -> None:
    """Change a case in one save."""
    for name, value in values.items():
        setattr(case, name, value)
    case.save()


def swap_company(case: CaseStudy, slug: str) -> None:
    """Give a case one other company, or none."""
    case.company_roles.all().delete()
    if slug:
        CaseCompany.objects.create(case=case, company=make_company(slug), role="operator")


def random_edit(draw: random.Random, case: CaseStudy) -> None:
    """Make one edit of a kind drawn by lot; about half of them keep the case in its place."""
    edits: list[Callable[[], object]] = [
        lambda: save(case, outcome_status=draw.choice(["held", "faded", "reversed"])),
        lambda: save(case, mine_stage=draw.choice(["operation", "closure"])),
        lambda: case.themes.set([make_theme(slug) for slug in draw.sample("abcd", 2)]),
        lambda: save(case, title=f"{case.title}!"),
        lambda: save(case, title=f"{draw.choice('AKZ')} moved"),
        lambda: save(case, year_from=draw.choice([None, 2001, 2002, 2003])),
        lambda: save(case, year_from=2001, year_to=draw.choice([None, 2001, 2002])),
        lambda: save(case, state=draw.choice(["published", "archived", "published"])),
        lambda: swap_company(case, draw.choice(["x", "y", "z", ""])),
        lambda: case.countries.set(
            [make_country(code) for code in draw.sample(["GH", "ML", "CO"], 1)]
        ),
        lambda: case.parties.all().delete(),
        lambda: save(case, summary="Only the words changed."),
    ]
    draw.choice(edits)()


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_edits_the_snapshot_is_as_built_anew(builds: Builds, seed: int) -> None:
    cases = fill()
    draw = random.Random(seed)
    current_snapshot(CASES)
    builds.clear()
    for _ in range(EDITS // 2):
        for case in draw.sample(cases, draw.choice([1, 1, 2])):
            random_edit(draw, case)
        assert_as_built_anew()
    # Some were caught up with, and some had to be built.
    assert 3 < builds.count("cases") < EDITS // 2 - 3


@pytest.mark.parametrize(
    "edit",
    [
        lambda case: save(case, outcome_status="held"),
        lambda case: save(case, summary="Other words."),
        lambda case: save(case, title=f"{case.title}!"),
        lambda case: case.themes.set([make_theme("d")]),
        lambda case: case.themes.clear(),
        lambda case: case.parties.create(name="A donor", kind="donor", position=9),
        lambda case: case.outcomes.create(text="An outcome"),
        lambda case: make_lesson(themes=(), partnership_types=()),
        lambda case: None,
    ],
)
def test_an_edit_that_moves_nothing_is_caught_up_with(
    builds: Builds, edit: Callable[[CaseStudy], object]
) -> None:
    cases = fill(5)
    make_theme("d")
    make_lesson()  # all that later lessons refer to is there
    before = current_snapshot(CASES)
    builds.clear()
    edit(cases[0])
    after = current_snapshot(CASES)
    assert builds == []
    assert after.keys is before.keys
    assert_as_built_anew()


@pytest.mark.parametrize(
    "edit",
    [
        lambda case: save(case, title="Zzz"),
        lambda case: save(case, year_from=1999, year_to=1999),
        lambda case: save(case, state="draft"),
        lambda case: case.delete(),
        lambda case: make_case(countries=("GH",), themes=()),
        lambda case: swap_company(case, "nobody-else-has-it"),
        lambda case: case.countries.set([make_country("CI")]),
        lambda case: merge(make_theme("d"), make_theme("e")),
        lambda case: make_company("x").save(),
    ],
)
def test_an_edit_that_moves_or_renames_something_is_built_anew(
    builds: Builds, edit: Callable[[CaseStudy], object]
) -> None:
    first = fill(5)[0]
    save(first, year_from=2010)  # it stands first
    make_theme("d")
    current_snapshot(CASES)
    builds.clear()
    edit(first)
    assert_as_built_anew()
    assert builds == ["cases"]


def test_a_record_that_comes_back_is_built_anew(builds: Builds) -> None:
    fill(5)
    draft = make_case(countries=("GH",), themes=("a",), companies=(("x", "operator"),))
    save(draft, state="draft")
    current_snapshot(CASES)
    builds.clear()
    save(draft, state="published")
    assert_as_built_anew()
    assert builds == ["cases"]


def test_the_first_and_the_last_record_of_a_company_are_built_anew(builds: Builds) -> None:
    case = fill(5)[0]
    make_company("idle")
    current_snapshot(CASES)
    for slug in ("idle", "x"):  # idle shows, and is gone again
        builds.clear()
        swap_company(case, slug)
        assert_as_built_anew()
        assert builds == ["cases"]
        assert ("idle" in current_snapshot(CASES).values["company"]) == (slug == "idle")


def test_what_was_rendered_for_an_older_state_is_not_kept(builds: Builds) -> None:
    case = fill(3)[0]
    current_snapshot(CASES).kept["card"] = "old"
    save(case, summary="Other words.")
    assert current_snapshot(CASES).kept == {}
    current_snapshot(CASES).kept["card"] = "old"
    make_lesson()
    assert current_snapshot(CASES).kept == {}


def test_a_snapshot_is_not_changed_by_catching_up() -> None:
    cases = fill(5)
    before = current_snapshot(CASES)
    said = shown(before)
    cases[0].themes.set([make_theme("a"), make_theme("b")])
    save(cases[0], outcome_status="held")
    assert current_snapshot(CASES) is not before
    assert shown(before) == said


def test_more_edits_than_are_worth_it_are_built_anew(builds: Builds) -> None:
    cases = fill(MOST_PATCHED + 5)
    current_snapshot(CASES)
    builds.clear()
    for case in cases[:MOST_PATCHED]:
        save(case, summary="Other words.")
    assert_as_built_anew()
    assert builds == []
    for case in cases[: MOST_PATCHED + 1]:
        save(case, summary="And other words.")
    assert_as_built_anew()
    assert builds == ["cases"]


def test_lessons_catch_up_too(builds: Builds) -> None:
    lessons = [make_lesson(themes=("a",)) for _ in range(4)]
    make_theme("b")
    current_snapshot(LESSONS)
    builds.clear()
    lessons[1].audiences = ["government"]
    lessons[1].save()
    lessons[2].themes.set([make_theme("b")])
    assert_as_built_anew(LESSONS)
    assert builds == []


# --- What cannot be caught up with ----------------------------------------------------------------


def states_of(case: CaseStudy, number: int) -> list[CorpusState]:
    """Edit a case that many times; give the state before and those after."""
    states = [current_state()]
    for place in range(number):
        save(case, summary=f"Summary {place}.")
        states.append(current_state())
    return states


def restore(state: CorpusState) -> None:
    """Put the database's history back to a state, as restoring a backup does."""
    CorpusChange.objects.filter(version__gt=state.number).delete()
    CorpusVersion.objects.update(number=state.number)


def test_changes_of_one_history_are_told() -> None:
    case = make_case()
    first, *_between, last = states_of(case, 3)
    assert records_since("cases", first, last) == {case.pk}
    assert records_since("lessons", first, last) == set()


def test_another_history_is_refused_even_where_its_numbers_run_on(builds: Builds) -> None:
    case, other = make_case(), make_case()
    start, *_between, lost = states_of(case, 3)
    before = current_snapshot(CASES)
    assert before.state == lost
    restore(start)
    for _ in range(4):
        save(other, outcome_status="held")
    save(case, outcome_status="faded")
    now = current_state()
    assert now.number > lost.number
    assert records_since("cases", lost, now) is None
    builds.clear()
    assert_as_built_anew()
    assert builds == ["cases"]


def test_an_older_state_is_refused(builds: Builds) -> None:
    case = make_case()
    start, *_between, lost = states_of(case, 3)
    current_snapshot(CASES)
    restore(start)
    builds.clear()
    assert records_since("cases", lost, current_state()) is None
    current_snapshot(CASES)
    assert builds == ["cases"]
    # Where only the version's row went back, too.
    save(case, summary="Again.")
    later = current_state()
    CorpusVersion.objects.update(number=start.number)
    assert records_since("cases", later, current_state()) is None


def test_the_same_number_at_another_moment_is_built_anew(builds: Builds) -> None:
    case = make_case(outcome_status="held")
    start, lost = states_of(case, 1)
    current_snapshot(CASES)
    restore(start)
    save(case, outcome_status="faded")
    assert current_state().number == lost.number
    builds.clear()
    assert_as_built_anew()
    assert builds == ["cases"]


def test_forgotten_changes_are_refused(builds: Builds) -> None:
    case = make_case()
    states = states_of(case, 4)
    for gone in (states[0], states[2]):  # the origin, or a change in between
        kept = list(CorpusChange.objects.filter(version=gone.number))
        CorpusChange.objects.filter(version=gone.number).delete()
        assert records_since("cases", states[0], states[-1]) is None
        CorpusChange.objects.bulk_create(kept)
    assert records_since("cases", states[0], states[-1]) == {case.pk}


def test_a_version_that_was_raised_without_a_word_is_refused(builds: Builds) -> None:
    case = make_case()
    current_snapshot(CASES)
    builds.clear()
    CaseStudy.objects.update(outcome_status="held")
    raise_version()
    assert_as_built_anew()
    CaseStudy.objects.update(outcome_status="faded")
    raise_version()
    save(case, summary="And a change that is told.")
    assert_as_built_anew()
    assert builds == ["cases", "cases"]
