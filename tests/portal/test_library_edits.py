"""An edited library: places exchanged, rows taken away, faults that only a database would see."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from casestudies.models import CaseStudy, Source
from contributions.models import Perspective
from lessons.models import Evidence, Lesson
from portal.curation import workflow
from portal.curation.history import steps_of
from portal.library import LoadError, load
from portal.models import Publishable, Step
from tests.builders import make_curator
from tests.portal.test_library import CASE, MINE, all_rows, edit, folder, run
from tests.searching import drifted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

__all__ = ["folder"]


def quiet(part: str, done: int, total: int) -> None:
    """Report nothing."""


def first_case_with(folder: Path, companies: int) -> str:
    """Give the name of the first case that has so many companies."""
    return next(
        f"cases/{path.name}"
        for path in sorted((folder / "cases").glob("*.json"))
        if len(json.loads(path.read_text())["companies"]) >= companies
    )


def _swap_numbers(folder: Path) -> None:
    files = sorted((folder / "lessons").glob("*.json"))[:2]
    numbers = [json.loads(path.read_text())["number"] for path in files]
    for path, number in zip(files, reversed(numbers), strict=True):
        edit(folder, f"lessons/{path.name}", lambda data, number=number: data.update(number=number))


REORDERED: dict[str, Callable[[Path], object]] = {
    "companies swapped": lambda f: edit(
        f, first_case_with(f, 2), lambda case: case["companies"].reverse()
    ),
    "first company removed": lambda f: edit(
        f, first_case_with(f, 2), lambda case: case["companies"].pop(0)
    ),
    "questions swapped": lambda f: edit(
        f, "baseline.json", lambda data: data["sections"][0]["questions"].reverse()
    ),
    "first question removed": lambda f: edit(
        f, "baseline.json", lambda data: data["sections"][0]["questions"].pop(0)
    ),
    "question moved to an earlier section": lambda f: edit(
        f,
        "baseline.json",
        lambda data: data["sections"][0]["questions"].append(
            data["sections"][1]["questions"].pop()
        ),
    ),
    "lessons exchange numbers": _swap_numbers,
    "an outcome more": lambda f: edit(
        f, CASE, lambda case: case["outcomes"].append("Zebras graze where the pit was.")
    ),
    "evidence withdrawn": lambda f: edit(
        f, "evidence/open-market-access.json", lambda links: links.pop(0)
    ),
}


@pytest.mark.parametrize("name", REORDERED)
def test_an_edited_library_loads_and_then_nothing_is_left_to_do(folder: Path, name: str) -> None:
    REORDERED[name](folder)
    assert load(folder, quiet).touched > 0
    assert drifted() == {}
    assert load(folder, quiet).touched == 0


def test_every_figure_rests_on_a_source_of_its_own_case() -> None:
    cases = CaseStudy.objects.prefetch_related("figures__source", "sources")
    assert sum(case.figures.count() for case in cases) > 250
    for case in cases:
        assert case.sources.count() >= 1
        for figure in case.figures.all():
            assert figure.source.case_id == case.pk


def test_a_changed_file_changes_only_what_it_names(folder: Path) -> None:
    untouched = CaseStudy.objects.exclude(slug=MINE).values_list("pk", "updated_at")
    before = sorted(untouched)
    sources = list(Source.objects.filter(case__slug=MINE).values_list("pk", flat=True))
    edit(folder, CASE, lambda case: case.update(title="A new title"))
    edit(folder, CASE, lambda case: case["outcomes"].pop())
    said = run(str(folder))
    assert "changed: 1 case studies" in said
    assert "removed: 1 outcomes" in said
    assert CaseStudy.objects.get(slug=MINE).title == "A new title"
    assert sorted(untouched.all()) == before
    # What other rows may point at keeps its identity.
    assert list(Source.objects.filter(case__slug=MINE).values_list("pk", flat=True)) == sources


def test_a_source_can_go_when_its_figures_move(folder: Path) -> None:
    def drop_last_source(case: dict[str, Any]) -> None:
        case["sources"] = case["sources"][:1]
        for figure in case["figures"]:
            figure["source"] = 0

    edit(folder, CASE, drop_last_source)
    run(str(folder))
    assert CaseStudy.objects.get(slug=MINE).sources.count() == 1


def test_a_reload_does_not_undo_what_a_curator_withdrew(folder: Path) -> None:
    CaseStudy.objects.filter(slug=MINE).update(state="archived")
    run(str(folder))
    assert CaseStudy.objects.get(slug=MINE).state == "archived"


def test_if_empty_leaves_a_filled_database_alone(folder: Path) -> None:
    CaseStudy.objects.filter(slug=MINE).delete()
    assert "nothing loaded" in run(str(folder), if_empty=True)
    assert CaseStudy.objects.count() == 83


def test_a_failure_half_way_leaves_the_database_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = all_rows()
    edit(folder, CASE, lambda case: case.update(title="A new title"))
    monkeypatch.setattr("lessons.library._write_baseline", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(str(folder))
    assert all_rows() == before


def test_evidence_that_is_withdrawn_is_gone(folder: Path) -> None:
    before = Evidence.objects.count()
    REORDERED["evidence withdrawn"](folder)
    load(folder, quiet)
    assert Evidence.objects.count() == before - 1


FAULTS: dict[str, tuple[str, Callable[[Any], object], str]] = {
    "latitude": (
        "cases/porgera-remedy-framework.json",
        lambda case: case.update(latitude=95),
        "within range",
    ),
    "two lessons of one number": (
        "lessons/open-market-access.json",
        lambda lesson: lesson.update(number=1),
        "there are two of the number",
    ),
    "two themes of one name": (
        "themes.json",
        lambda themes: themes[0].update(name=themes[1]["name"]),
        "there are two of the name",
    ),
    "two targets of one number": (
        "sdg17.json",
        lambda data: data["targets"][0].update(number=data["targets"][1]["number"]),
        "there are two of the target",
    ),
    "a question twice": (
        "baseline.json",
        lambda data: data["sections"][0]["questions"][0].update(
            id=data["sections"][1]["questions"][0]["id"]
        ),
        "there are two of the question",
    ),
    "a company's name too long": (
        "companies.json",
        lambda companies: companies[0].update(name="x" * 151),
        "at most 150",
    ),
    "a role's note too long": (
        "cases/porgera-remedy-framework.json",
        lambda case: case["companies"][0].update(note="x" * 201),
        "at most 200",
    ),
    "a link that runs a script": (
        "glossary.json",
        lambda terms: terms[0].update(seen_in=["javascript:alert(1)"]),
        "valid URL",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_only_the_database_would_see_is_told_before(folder: Path, name: str) -> None:
    file, spoil, reason = FAULTS[name]
    edit(folder, file, spoil)
    with pytest.raises(LoadError) as error:
        load(folder, quiet)
    assert any(reason in problem.reason for problem in error.value.problems), error.value.problems


def command(*words: str) -> str:
    """Run the command and give what it says."""
    out = StringIO()
    call_command("load_library", *words, stdout=out)
    return out.getvalue()


def reviewed_title(record: Publishable) -> None:
    """Give a record another title by way of review."""
    person = make_curator()
    copy: Any = workflow.start_change(record, person)
    copy.title = "Reviewed title"
    copy.save()
    workflow.save_step(copy, person, is_new=False)
    workflow.submit(copy, person)
    workflow.publish(copy, make_curator())


def test_what_curators_published_is_left_alone_and_named(folder: Path) -> None:
    models: list[Any] = [CaseStudy, Lesson, Perspective]
    records = [model.objects.first() for model in models]
    for record in records:
        reviewed_title(record)
    said = command(str(folder))
    assert "Nothing to change" in said
    for record in records:
        assert f"“{record.slug}”" in said
        record.refresh_from_db()
        assert record.title == "Reviewed title"


def test_overwriting_is_an_import_with_an_edition_of_its_own(folder: Path) -> None:
    case = CaseStudy.objects.get(slug=MINE)
    title = case.title
    reviewed_title(case)
    case.refresh_from_db()
    assert "changed: 1 case studies" in command(str(folder), "--overwrite")
    edition = case.edition
    case.refresh_from_db()
    assert (case.title, case.edition) == (title, edition + 1)
    assert case.last_step is not None
    assert case.last_step.action == Step.Action.IMPORTED
    assert steps_of(case).filter(action=Step.Action.IMPORTED).count() == 1
    # Nothing differs the second time: no step.
    command(str(folder), "--overwrite")
    assert steps_of(case).filter(action=Step.Action.IMPORTED).count() == 1


def test_what_was_deleted_stays_away_and_takes_its_ties_along(folder: Path) -> None:
    person = make_curator()
    case = CaseStudy.objects.filter(evidence__isnull=False, perspectives__isnull=False).first()
    assert case is not None
    CaseStudy.objects.filter(pk=case.pk).update(state="draft", published_at=None)
    workflow.delete(case, person)
    assert f"“{case.slug}”" in command(str(folder))
    assert not CaseStudy.objects.filter(slug=case.slug).exists()
    command(str(folder), "--overwrite")
    assert CaseStudy.objects.get(slug=case.slug).state == "draft"


def test_a_number_that_a_kept_lesson_has_is_a_problem_of_the_file(folder: Path) -> None:
    one, two = Lesson.objects.order_by("number")[:2]
    person = make_curator()
    copy: Any = workflow.start_change(one, person)
    copy.number = 999
    copy.save()
    workflow.submit(copy, person)
    workflow.publish(copy, make_curator())
    edit(folder, f"lessons/{two.slug}.json", lambda lesson: lesson.update(number=999))
    with pytest.raises(LoadError, match="1 problem"):
        load(folder, quiet)
