"""Loading the library: checked first, all or nothing, and nothing the second time."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from casestudies.models import CaseStudy, Theme
from portal.corpus import current_state
from tests.conftest import LIBRARY

pytestmark = pytest.mark.django_db

CASE = "cases/obuasi-lease-relinquishment-and-miner-relocation.json"
MINE = "obuasi-lease-relinquishment-and-miner-relocation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped library that a test may spoil."""
    return Path(shutil.copytree(LIBRARY, tmp_path / "library"))


def run(*words: str, **options: Any) -> str:
    """Run the command and give what it says."""
    out = StringIO()
    call_command("load_library", *words, stdout=out, **options)
    return out.getvalue()


def edit(folder: Path, file: str, change: Callable[[Any], object]) -> None:
    """Change the data of one file."""
    path = folder / file
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


def all_rows() -> dict[str, list[dict[str, Any]]]:
    """Give every row of every content model, but for times of saving."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for label in ("casestudies", "lessons", "contributions")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }


def test_the_shipped_library_loads_whole_and_a_second_run_changes_nothing() -> None:
    said = run()
    for line in ("84 case studies", "18 lessons", "44 perspectives", "298 evidence", "85 glossary"):
        assert f"created: {line}" in said
    assert "case studies: 84 of 84" in said
    before, version = all_rows(), current_state()
    assert "Nothing to change" in run()
    assert all_rows() == before
    assert current_state() == version


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    said = run(str(folder), dry_run=True, if_empty=True)
    assert "would be created: 84 case studies" in said
    assert not CaseStudy.objects.exists()
    assert current_state().number == 0


FAULTS: list[tuple[str, Callable[[Any], object], str]] = [
    (CASE, lambda c: c.pop("title"), f"{CASE}, {MINE}, title: Field required"),
    (CASE, lambda c: c.update(colour="red"), "colour: Extra inputs are not permitted"),
    (CASE, lambda c: c.update(year_from="2012"), "year_from: Input should be a valid integer"),
    (CASE, lambda c: c.update(year_from=2023), "year_from: is after year_to"),
    (CASE, lambda c: c.update(year_to=3000), "year_to: Ensure this value is less than or equal"),
    (CASE, lambda c: c.update(summary="x" * 281), "summary: Ensure this value has at most 280"),
    (CASE, lambda c: c.update(title=" A title"), "has spaces at its beginning or end"),
    (CASE, lambda c: c.update(title=""), "title: String should have at least 1 character"),
    (CASE, lambda c: c.update(outcome_status="fine"), "outcome_status: Input should be 'held'"),
    (CASE, lambda c: c.update(themes=["nonsense"]), "themes: there is no theme “nonsense”"),
    (CASE, lambda c: c.update(countries=["XX"]), "countries: there is no country “XX”"),
    (CASE, lambda c: c.update(slug="other"), "slug: differs from the name of the file"),
    (CASE, lambda c: c.update(latitude=None), "latitude: give both coordinates or neither"),
    (CASE, lambda c: c.update(latitude=6.123), "latitude: Ensure that there are no more than 2"),
    (CASE, lambda c: c.update(sources=[]), "sources: List should have at least 1 item"),
    (CASE, lambda c: c["figures"][1].update(source=99), "figures.1.source: there is no source 99"),
    (CASE, lambda c: c["figures"][0].update(value="9000"), "figures.0.value"),
    (CASE, lambda c: c["sources"][2].update(url="nowhere"), "sources.2.url: Enter a valid URL"),
    (CASE, lambda c: c["parties"][0].update(kind="friend"), "parties.0.kind: Input should be"),
    (
        "companies.json",
        lambda companies: companies[3].update(home_country="XX"),
        "home_country: there is no country “XX”",
    ),
    (
        "companies.json",
        lambda companies: companies.append(companies[0]),
        "there are two of the company",
    ),
    ("themes.json", lambda themes: themes[2].pop("name"), "understanding-context, name"),
    (
        "sdg17.json",
        lambda sdg: sdg["targets"][0].update(partnership_type="nonsense"),
        "sdg17.json, 17.1, partnership_type: there is no partnership type “nonsense”",
    ),
    (
        "evidence/no-single-recipe.json",
        lambda links: links[0].update(case="nonsense"),
        "case: there is no case “nonsense”",
    ),
    (
        "evidence/no-single-recipe.json",
        lambda links: links.append(links[0]),
        "case: stands twice in this file",
    ),
    (
        "evidence/no-single-recipe.json",
        lambda links: links[0].update(stance="agrees"),
        "stance: Input should be 'supports'",
    ),
    (
        "lessons/no-single-recipe.json",
        lambda lesson: lesson.update(audiences=["everyone"]),
        "audiences.0: Input should be",
    ),
    (
        "baseline.json",
        lambda baseline: baseline["sections"][0].update(based_on=[999]),
        "based_on: there is no source 999",
    ),
    (
        "baseline.json",
        lambda baseline: baseline["sections"][0]["questions"][0].update(choices=["a"]),
        "choices belong to questions answered by choice",
    ),
    (
        "perspectives/world-gold-council.json",
        lambda view: view.update(lessons=["nonsense"]),
        "lessons: there is no lesson “nonsense”",
    ),
    (
        "perspectives/world-gold-council.json",
        lambda view: view["organisation"].update(kind="club"),
        "organisation.kind: Input should be",
    ),
]


@pytest.mark.parametrize(("file", "spoil", "told"), FAULTS, ids=[told for *_, told in FAULTS])
def test_a_fault_is_named_and_nothing_is_loaded(
    folder: Path, file: str, spoil: Callable[[Any], object], told: str
) -> None:
    edit(folder, file, spoil)
    with pytest.raises(CommandError) as caught:
        run(str(folder))
    assert told in str(caught.value)
    assert caught.value.returncode == 1
    assert not Theme.objects.exists()
    assert current_state().number == 0


def test_all_faults_are_told_at_once(folder: Path) -> None:
    edit(folder, CASE, lambda case: case.update(year_from="2012", title=""))
    (folder / "themes.json").write_text("[")
    (folder / "approaches.json").unlink()
    (folder / "glossary.json").write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError) as caught:
        run(str(folder))
    said = str(caught.value)
    assert "5 problems" in said
    for part in ("year_from", "title", "not JSON: ", "is missing", "not UTF-8"):
        assert part in said


def test_a_missing_folder_is_told() -> None:
    with pytest.raises(CommandError, match="there is no such folder"):
        run("/nowhere/at/all")
