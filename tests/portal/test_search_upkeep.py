"""The search indexes follow every change, inside its own transaction."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from casestudies.models import CaseStudy, Company, Country, Theme
from contributions.models import Organisation, Perspective
from lessons.models import GlossaryTerm, Lesson
from portal.changes import change
from portal.corpus import current_state
from portal.models import CorpusChange, SearchWord
from portal.search import all_indexes
from portal.search.store import store
from portal.search.upkeep import drift
from tests.builders import (
    make_case,
    make_country,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
    make_theme,
)
from tests.portal.test_search import slugs

pytestmark = pytest.mark.django_db


def in_step() -> bool:
    """Say whether no index differs from the tables."""
    return not any(drift(index) for index in all_indexes())


@pytest.fixture(autouse=True)
def corpus() -> Iterator[None]:
    """One of everything; whatever a test does, the indexes are in step afterwards."""
    case = make_case("a-case", companies=(("acme-gold", "operator"),), parties=("ngo",))
    make_figure(case)
    case.outcomes.create(text="An outcome", position=0)
    make_evidence(make_lesson("a-lesson"), case)
    make_perspective("a-view", organisation="A ministry")
    term = GlossaryTerm.objects.create(slug="galamsey", term="Galamsey", definition="Mining.")
    term.other_names.create(name="digging")
    assert in_step()
    yield
    assert in_step()


def case() -> CaseStudy:
    """Give the case anew."""
    found: CaseStudy = CaseStudy.objects.get(slug="a-case")
    return found


def _title() -> None:
    row = case()
    row.title = "Xylophone"
    row.save()


def _rename_company() -> None:
    company = Company.objects.get(slug="acme-gold")
    company.aliases = ["Xylophone"]
    company.save()


def _rename_country() -> None:
    country = Country.objects.get(code="GH")
    country.aliases = ["Xylophone"]
    country.save()


def _rename_theme() -> None:
    theme = Theme.objects.get(slug="gender")
    theme.name = "Xylophone"
    theme.save()


EDITS: dict[str, Callable[[], object]] = {
    "title": _title,
    "source": lambda: make_source(case(), 1, title="Xylophone"),
    "point": lambda: case().outcomes.create(text="Xylophone", position=1),
    "challenge": lambda: case().challenges.create(text="Xylophone", position=0),
    "figure": lambda: make_figure(case(), 1, label="Xylophone"),
    "party": lambda: case().parties.create(name="Xylophone", kind="ngo", position=1),
    "company alias": _rename_company,
    "country alias": _rename_country,
    "theme renamed": _rename_theme,
    "theme added": lambda: case().themes.set([make_theme("xylophone")]),
    "country added": lambda: case().countries.add(make_country("ML", "Xylophone")),
    "case added to country": lambda: make_country("ML", "Xylophone").cases.add(case()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_found_at_once(edit: str) -> None:
    assert slugs("xylophone") == []
    EDITS[edit]()
    assert slugs("xylophone") == ["a-case"]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_that_is_rolled_back_leaves_no_trace(edit: str) -> None:
    state = current_state()
    with transaction.atomic():
        EDITS[edit]()
        transaction.set_rollback(True)
    assert slugs("xylophone") == []
    assert not SearchWord.objects.filter(word="xylophone").exists()
    assert current_state() == state


def test_what_is_taken_away_is_found_no_more() -> None:
    row = case()
    extra = row.outcomes.create(text="Xylophone", position=1)
    row.themes.set([make_theme("harp")])
    make_figure(row, 1, label="Fiddle")
    extra.delete()
    row.themes.set([make_theme("gender")])
    row.figures.filter(label="Fiddle").delete()
    for word in ("xylophone", "harp", "fiddle"):
        assert slugs(word) == []


@pytest.mark.parametrize("state", ["draft", "in-review", "archived"])
def test_words_of_what_is_not_published_stand_in_no_index(state: str) -> None:
    row = case()
    row.title = "Xylophone"
    row.state = state
    row.save()
    assert slugs("xylophone") == []
    assert not SearchWord.objects.filter(word__startswith="xylo").exists()
    row.state = "published"
    row.save()
    assert slugs("xylophone") == ["a-case"]


def test_a_deleted_record_leaves_and_so_do_ties_to_deleted_names() -> None:
    make_case("other", countries=("GH", "ML"), themes=("harp",))
    Theme.objects.get(slug="harp").delete()
    Country.objects.get(code="ML").delete()
    assert slugs("harp") == []
    assert slugs("mali") == []
    CaseStudy.objects.get(slug="other").delete()
    Lesson.objects.all().delete()
    Perspective.objects.all().delete()
    Organisation.objects.all().delete()
    GlossaryTerm.objects.all().delete()


def test_the_other_kinds_follow_too() -> None:
    body = Organisation.objects.get(name="A ministry")
    body.name = "Xylophone"
    body.save()
    lesson = Lesson.objects.get()
    lesson.pointers.create(text="Harp", position=0)
    GlossaryTerm.objects.get().other_names.create(name="fiddle", position=1)
    words = set(SearchWord.objects.values_list("index", "word"))
    assert {("perspectives", "xylophone"), ("lessons", "harp"), ("glossary", "fiddle")} <= words


def test_one_change_raises_the_version_once_however_many_rows_it_has() -> None:
    before = current_state().number
    with change():
        row = case()
        for place in range(5):
            row.challenges.create(text=f"Challenge {place}", position=place)
        with change():
            _rename_theme()
    assert current_state().number == before + 1
    with change():
        pass
    assert current_state().number == before + 1


def test_a_change_says_which_records_it_touched() -> None:
    _title()
    last = CorpusChange.objects.filter(version=current_state().number)
    assert list(last.values_list("kind", "key")) == [("cases", case().pk)]
    _rename_theme()
    last = CorpusChange.objects.filter(version=current_state().number)
    assert list(last.values_list("kind", "key")) == [("*", None)]


def test_drift_is_reported_and_a_rebuild_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_search")
    assert "cases: in step" in capsys.readouterr().out
    CaseStudy.objects.filter(slug="a-case").update(title="Xylophone")  # sends no signal
    store().remove("search_lessons", [Lesson.objects.get().pk])
    with pytest.raises(CommandError, match="cases, lessons"):
        call_command("check_search")
    told = capsys.readouterr().out
    assert f"cases: 1 outdated: {case().pk}" in told
    assert f"lessons: 1 missing: {Lesson.objects.get().pk}" in told
    call_command("rebuild_search")
    assert "cases: 1 documents" in capsys.readouterr().out
    call_command("check_search")
    assert slugs("xylophone") == ["a-case"]
