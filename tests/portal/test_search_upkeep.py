"""The indexes follow every edit, inside its transaction; and can be checked and repaired."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Model, ProtectedError
from pytest_django import DjangoDbBlocker

from casestudies.models import CaseStudy, Collection
from contributions.models import Organisation, Perspective
from lessons.models import GlossaryTerm, Lesson
from portal import changes
from portal.changes import MOST_KEYS, change, records_since
from portal.corpus import current_state
from portal.models import CorpusChange, SearchWord
from portal.search import Document, all_indexes
from portal.search.store import store
from portal.words import merge
from tests.builders import (
    make_approach,
    make_case,
    make_company,
    make_country,
    make_evidence,
    make_figure,
    make_lesson,
    make_partnership_type,
    make_perspective,
    make_source,
    make_term,
    make_theme,
)
from tests.searching import drifted, found

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Corpus:
    """One record of each kind, with parts, and a case beside it that edits must leave alone."""

    case: CaseStudy
    other: CaseStudy
    lesson: Lesson
    view: Perspective
    term: GlossaryTerm


def put(row: Model, **values: Any) -> None:
    """Change and save a row."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The records, for all tests of this module: each test's edits are taken back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        with change():
            build()
        yield
        transaction.set_rollback(True)


def build() -> None:
    """Make the records, found by the slugs case, other, lesson, view and term."""
    case = make_case(
        "case",
        title="Oldtitle",
        themes=("oldtheme",),
        companies=(("oldcompany", "operator"),),
        countries=("GH",),
        parties=("ngo",),
        approaches=("oldapproach",),
    )
    make_source(case, 1, title="Oldsource")
    make_figure(case, label="Oldfigure")
    case.outcomes.create(text="Oldoutcome", position=0)
    make_case("other", themes=(), companies=(), countries=("ML",), approaches=())
    lesson = make_lesson("lesson", title="Oldlesson", themes=("oldtheme",))
    lesson.pointers.create(text="Oldpointer", position=0)
    lesson.sources.create(title="Oldread", publisher="P", url="https://example.org/")
    view = make_perspective("view", "Oldbody", title="Oldview", themes=("oldtheme",))
    view.sources.create(title="Oldstatement", publisher="P", url="https://example.org/")
    put(make_term("oldterm", "oldname"), slug="term")


@pytest.fixture
def corpus(built: None, db: None) -> Corpus:
    """The records, fetched anew."""
    return Corpus(
        case=CaseStudy.objects.get(slug="case"),
        other=CaseStudy.objects.get(slug="other"),
        lesson=Lesson.objects.get(),
        view=Perspective.objects.get(),
        term=GlossaryTerm.objects.get(),
    )


def title_only(case: CaseStudy) -> None:
    """Save one column."""
    case.title = "Newword"
    case.save(update_fields=["title"])


@dataclass(frozen=True)
class Edit:
    """An edit, and what it makes found and no longer found, as "slug: text" of an index."""

    make: Callable[[Corpus], object]
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    index: str = "cases"


NEW, OLD = ("case: newword",), "case: {}".format
EDITS = {
    # A case itself.
    "title": Edit(lambda c: put(c.case, title="Newword"), NEW, (OLD("oldtitle"),)),
    "one column": Edit(lambda c: title_only(c.case), NEW, (OLD("oldtitle"),)),
    "summary": Edit(lambda c: put(c.case, summary="Newword"), NEW, (OLD("tried"),)),
    "mine": Edit(lambda c: put(c.case, mine="Newword"), NEW, (OLD("mine"),)),
    "outcome note": Edit(lambda c: put(c.case, outcome_note="Newword"), NEW),
    "draft": Edit(lambda c: put(c.case, state="draft"), (), (OLD("oldtitle"),)),
    "in review": Edit(lambda c: put(c.case, state="in-review"), (), (OLD("oldsource"),)),
    "archived": Edit(lambda c: put(c.case, state="archived"), (), (OLD("oldcompany"),)),
    "new": Edit(lambda c: make_case("fresh", title="Newword"), ("fresh: newword",)),
    "delete": Edit(lambda c: c.case.delete(), (), (OLD("oldtitle"), OLD("oldsource"))),
    "delete many": Edit(lambda c: CaseStudy.objects.all().delete(), (), (OLD("oldoutcome"),)),
    # Its parts.
    "source added": Edit(lambda c: make_source(c.case, 2, title="Newword"), NEW),
    "source changed": Edit(
        lambda c: put(c.case.sources.get(position=1), title="Newword"), NEW, (OLD("oldsource"),)
    ),
    "source removed": Edit(
        lambda c: c.case.sources.get(position=1).delete(), (), (OLD("oldsource"),)
    ),
    "source moved": Edit(
        lambda c: put(c.case.sources.get(position=1), case=c.other),
        ("other: oldsource",),
        (OLD("oldsource"),),
    ),
    "outcome": Edit(lambda c: c.case.outcomes.create(text="Newword", position=1), NEW),
    "outcomes removed": Edit(lambda c: c.case.outcomes.all().delete(), (), (OLD("oldoutcome"),)),
    "challenge": Edit(lambda c: c.case.challenges.create(text="Newword"), NEW),
    "lesson of the case": Edit(lambda c: c.case.case_lessons.create(text="Newword"), NEW),
    "figure added": Edit(lambda c: make_figure(c.case, 1, label="Newword"), NEW),
    "figure removed": Edit(lambda c: c.case.figures.get().delete(), (), (OLD("oldfigure"),)),
    "party added": Edit(
        lambda c: c.case.parties.create(name="Newword", kind="ngo", position=1), NEW
    ),
    "party renamed": Edit(lambda c: put(c.case.parties.get(), name="Newword"), NEW, (OLD("ngo"),)),
    # Companies.
    "company added": Edit(
        lambda c: c.case.company_roles.create(
            company=make_company("newword"), role="partner", position=1
        ),
        NEW,
    ),
    "company taken out": Edit(
        lambda c: c.case.company_roles.get().delete(), (), (OLD("oldcompany"),)
    ),
    "company renamed": Edit(
        lambda c: put(make_company("oldcompany"), name="Newword"), NEW, (OLD("oldcompany"),)
    ),
    "company alias": Edit(lambda c: put(make_company("oldcompany"), aliases=["Newword"]), NEW),
    "company note": Edit(lambda c: put(c.case.company_roles.get(), note="Newword"), NEW),
    # Countries, from both sides.
    "country alias": Edit(lambda c: put(make_country("GH"), aliases=["Newword"]), NEW),
    "country in French": Edit(lambda c: put(make_country("GH"), name_fr="Newword"), NEW),
    "country renamed": Edit(lambda c: put(make_country("GH"), name="Newword"), NEW),
    "countries set": Edit(
        lambda c: c.case.countries.set([make_country("CO")]),
        (OLD("colombia"),),
        (OLD("ghana"),),
    ),
    "country added": Edit(
        lambda c: c.case.countries.add(make_country("CO")), (OLD("colombia ghana"),)
    ),
    "country removed": Edit(
        lambda c: c.case.countries.remove(make_country("GH")), (), (OLD("ghana"),)
    ),
    "countries cleared": Edit(lambda c: c.case.countries.clear(), (), (OLD("ghana"),)),
    "country's case added": Edit(
        lambda c: make_country("ML").cases.add(c.case), (OLD("mali"), "other: mali")
    ),
    "country's cases set": Edit(
        lambda c: make_country("GH").cases.set([c.other]), ("other: ghana",), (OLD("ghana"),)
    ),
    "country's case removed": Edit(
        lambda c: make_country("GH").cases.remove(c.case), (), (OLD("ghana"),)
    ),
    "country's cases cleared": Edit(
        lambda c: make_country("GH").cases.clear(), (), (OLD("ghana"),)
    ),
    "country of a case deleted": Edit(
        lambda c: make_country("ML").delete(), ("other: place",), ("other: mali",)
    ),
    # Tags.
    "theme renamed": Edit(
        lambda c: put(make_theme("oldtheme"), name="Newword"), NEW, (OLD("oldtheme"),)
    ),
    "theme merged": Edit(
        lambda c: merge(make_theme("oldtheme"), make_theme("other")), (), (OLD("oldtheme"),)
    ),
    "themes set": Edit(
        lambda c: c.case.themes.set([make_theme("newword")]), NEW, (OLD("oldtheme"),)
    ),
    "themes set to none": Edit(lambda c: c.case.themes.set([]), (), (OLD("oldtheme"),)),
    "theme added": Edit(lambda c: c.case.themes.add(make_theme("newword")), NEW),
    "theme removed": Edit(
        lambda c: c.case.themes.remove(make_theme("oldtheme")), (), (OLD("oldtheme"),)
    ),
    "themes cleared": Edit(lambda c: c.case.themes.clear(), (), (OLD("oldtheme"),)),
    "approach renamed": Edit(
        lambda c: put(make_approach("oldapproach"), name="Newword"), NEW, (OLD("oldapproach"),)
    ),
    "approaches set": Edit(lambda c: c.case.approaches.set([make_approach("newword")]), NEW),
    "partnership type renamed": Edit(
        lambda c: put(make_partnership_type("finance"), name="Newword"),
        ("case: newword", "other: newword"),
        (OLD("finance"),),
    ),
    "collection renamed": Edit(lambda c: put(Collection.objects.get(), name="Newword")),
    # Lessons and their evidence.
    "lesson": Edit(
        lambda c: put(c.lesson, title="Newword"),
        ("lesson: newword",),
        ("lesson: oldlesson",),
        "lessons",
    ),
    "lesson pointer": Edit(
        lambda c: c.lesson.pointers.all().delete(), (), ("lesson: oldpointer",), "lessons"
    ),
    "lesson source": Edit(
        lambda c: c.lesson.sources.all().delete(), (), ("lesson: oldread",), "lessons"
    ),
    "lesson's theme renamed": Edit(
        lambda c: put(make_theme("oldtheme"), name="Newword"),
        ("lesson: newword",),
        ("lesson: oldtheme",),
        "lessons",
    ),
    "lesson's themes set": Edit(
        lambda c: c.lesson.themes.set([]), (), ("lesson: oldtheme",), "lessons"
    ),
    "lesson archived": Edit(
        lambda c: put(c.lesson, state="archived"), (), ("lesson: oldlesson",), "lessons"
    ),
    "evidence": Edit(
        lambda c: make_evidence(c.lesson, c.case), ("lesson: oldlesson",), (), "lessons"
    ),
    "evidence removed": Edit(
        lambda c: make_evidence(c.lesson, c.case).delete(), ("lesson: oldlesson",), (), "lessons"
    ),
    # Perspectives.
    "organisation renamed": Edit(
        lambda c: put(Organisation.objects.get(), name="Newword"),
        ("view: newword",),
        ("view: oldbody",),
        "perspectives",
    ),
    "organisation moved": Edit(
        lambda c: put(Organisation.objects.get(), country=make_country("ML")),
        ("view: mali",),
        ("view: ghana",),
        "perspectives",
    ),
    "organisation's country renamed": Edit(
        lambda c: put(make_country("GH"), name="Newword"),
        ("view: newword",),
        ("view: ghana",),
        "perspectives",
    ),
    "perspective": Edit(
        lambda c: put(c.view, body="Newword"), ("view: newword",), ("view: holds",), "perspectives"
    ),
    "perspective source": Edit(
        lambda c: c.view.sources.all().delete(), (), ("view: oldstatement",), "perspectives"
    ),
    "perspective's cases": Edit(
        lambda c: c.view.cases.set([c.case]), ("view: oldview",), (), "perspectives"
    ),
    "perspective deleted": Edit(lambda c: c.view.delete(), (), ("view: oldview",), "perspectives"),
    # The glossary.
    "term": Edit(
        lambda c: put(c.term, term="newword"), ("term: newword",), ("term: oldterm",), "glossary"
    ),
    "term's name": Edit(
        lambda c: put(c.term.other_names.get(), name="newword"),
        ("term: newword", "term: oldterm"),
        ("term: oldname",),
        "glossary",
    ),
    "term's name added": Edit(
        lambda c: c.term.other_names.create(name="newword", position=1),
        ("term: newword",),
        (),
        "glossary",
    ),
    "term's names removed": Edit(
        lambda c: c.term.other_names.all().delete(), (), ("term: oldname",), "glossary"
    ),
    "term deleted": Edit(lambda c: c.term.delete(), (), ("term: oldterm",), "glossary"),
    "a name for a case": Edit(
        lambda c: c.term.other_names.create(name="oldtitle", position=1), (OLD("oldname"),)
    ),
}


def is_found(wanted: str, index: str) -> bool:
    """Say whether a text finds a record, from "slug: text"."""
    slug, text = wanted.split(": ")
    return slug in found(f"{text} -nothing", index)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_search_follows_an_edit_at_once(corpus: Corpus, edit: Edit) -> None:
    assert all(is_found(wanted, edit.index) for wanted in edit.lost)
    version = current_state().number
    edit.make(corpus)
    assert drifted() == {}
    assert [wanted for wanted in edit.gained if not is_found(wanted, edit.index)] == []
    assert [wanted for wanted in edit.lost if is_found(wanted, edit.index)] == []
    assert current_state().number > version


def test_a_published_draft_is_found_with_all_its_parts() -> None:
    case = make_case("fresh", title="Newtitle", state="draft", companies=(("newfirm", "operator"),))
    make_source(case, 1, title="Newsource")
    assert found("newtitle") == found("newfirm") == found("newsource") == []
    put(case, state="published")
    assert found("newtitle newfirm newsource") == ["fresh"]
    assert drifted() == {}


def test_a_company_in_use_cannot_be_deleted_and_stays_found(corpus: Corpus) -> None:
    with pytest.raises(ProtectedError), transaction.atomic():
        make_company("oldcompany").delete()
    assert found("oldcompany") == ["case"]
    assert drifted() == {}


def test_tags_of_one_rank_are_indexed_the_same_in_whatever_order_they_came() -> None:
    case = make_case(themes=("c", "a", "b"), approaches=("z", "y"))
    case.themes.set([make_theme(slug) for slug in ("b", "d", "c", "a")])
    make_theme("a").save()
    assert drifted() == {}


# --- Words ----------------------------------------------------------------------------------------


def words() -> dict[str, int]:
    """Give the vocabulary of the cases."""
    return dict(SearchWord.objects.filter(index="cases").values_list("word", "documents"))


@pytest.mark.parametrize("state", ["draft", "in-review", "archived"])
def test_words_of_unpublished_records_are_never_known(state: str) -> None:
    make_case(title="Gold")
    case = make_case(title="Canary gold", state=state)
    make_source(case, 1, title="Canary")
    put(case, summary="A canary sings.")
    assert "canary" not in words()
    put(case, state="published")
    assert (words()["canary"], words()["sings"]) == (1, 1)
    put(case, state=state)
    assert not {"canary", "sings"} & words().keys()
    assert words()["gold"] == 1


def test_a_word_is_counted_once_a_document_and_goes_with_the_last() -> None:
    first = make_case(title="Cyanide cyanide", context="Cyanide.")
    second = make_case(title="Cyanide")
    assert words()["cyanide"] == 2
    put(first, title="Nothing")  # its text still holds the word
    assert words()["cyanide"] == 2
    second.delete()
    assert words()["cyanide"] == 1
    put(first, context="Nothing.")
    assert "cyanide" not in words()


# --- Transactions and changes ---------------------------------------------------------------------


def contents() -> list[Any]:
    """Give all that a change writes beside its rows."""
    return [
        *(sorted(store().read(index.table)) for index in all_indexes()),
        sorted(SearchWord.objects.values_list("index", "word", "documents")),
        sorted(CorpusChange.objects.values_list("version", "kind", "key")),
        current_state(),
    ]


@pytest.mark.parametrize("together", [change, transaction.atomic])
def test_an_edit_that_is_rolled_back_leaves_everything_as_it_was(
    corpus: Corpus, together: Callable[[], AbstractContextManager[Any]]
) -> None:
    before = contents()

    def edit() -> None:
        with together():
            put(corpus.case, title="Newword")
            corpus.case.themes.set([])
            make_company("oldcompany").save()
            make_case(title="Newword")
            make_lesson(title="Newword")
            corpus.term.delete()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        edit()
    assert contents() == before
    assert drifted() == {}
    assert found("newword") == []
    assert found("oldname", "glossary") == ["term"]
    # And the next edit is heard again.
    put(CaseStudy.objects.get(slug="other"), title="Newword")
    assert found("newword") == ["other"]


def test_a_change_of_many_rows_raises_the_version_once(corpus: Corpus) -> None:
    before = current_state().number
    with change():
        put(corpus.case, title="Newword")
        corpus.case.outcomes.create(text="More", position=1)
        with change():
            corpus.case.themes.set([make_theme("newtheme")])
            put(corpus.lesson, title="Newword")
        assert current_state().number == before  # it is written down at the end
    assert current_state().number == before + 1
    assert found("newword newtheme") == ["case"]
    assert found("newword", "lessons") == ["lesson"]
    assert drifted() == {}


def test_rows_saved_outside_of_a_change_are_a_change_each(corpus: Corpus) -> None:
    before = current_state().number
    put(corpus.case, title="Newword")
    put(corpus.case, title="Otherword")
    assert current_state().number == before + 2


def test_an_inner_change_that_fails_fails_the_outer_one_with_it(corpus: Corpus) -> None:
    before = contents()

    def outer() -> None:
        with change():
            put(corpus.case, title="Newword")
            with change():
                raise RuntimeError

    with pytest.raises(RuntimeError):
        outer()
    assert contents() == before


def test_where_nothing_is_noted_nothing_is_written(corpus: Corpus) -> None:
    before = contents()
    with change():
        with change():
            pass
        CaseStudy.objects.count()
        corpus.case.countries.set([make_country("GH")])  # as it was
    assert contents() == before


def test_a_change_is_written_down_with_the_records_it_touched(corpus: Corpus) -> None:
    state = current_state()
    put(corpus.case, title="Newword")
    make_source(corpus.other, 1)
    now = current_state()
    assert records_since("cases", state, now) == {corpus.case.pk, corpus.other.pk}
    assert records_since("lessons", state, now) == set()
    put(make_company("oldcompany"), note="A vocabulary changed")
    assert records_since("cases", state, current_state()) is None
    assert records_since("cases", current_state(), current_state()) == set()


def test_a_change_of_very_many_records_is_written_down_as_all_of_their_kind() -> None:
    make_case()
    state = current_state()
    with change() as touched:
        touched.records["cases"] = set(range(1, MOST_KEYS + 2))
    now = current_state()
    assert records_since("cases", state, now) is None
    assert records_since("lessons", state, now) == set()
    assert CorpusChange.objects.filter(version=now.number).count() == 1


def test_old_changes_are_forgotten(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "REMEMBERED", 3)
    states = [current_state()]
    for number in range(5):
        put(corpus.case, title=f"Title {number}")
        states.append(current_state())
    kept = set(CorpusChange.objects.values_list("version", flat=True))
    assert kept == {state.number for state in states[-3:]}
    assert [records_since("cases", state, states[-1]) for state in states] == [
        None, None, None, {corpus.case.pk}, {corpus.case.pk}, set(),
    ]  # fmt: skip


# --- Checking and repairing -----------------------------------------------------------------------


def checked() -> tuple[str, str]:
    """Run check_search; give what it prints, and its complaint if it fails."""
    output = StringIO()
    try:
        call_command("check_search", stdout=output)
    except CommandError as error:  # manage.py turns it into exit status 1
        return output.getvalue(), f"{error.returncode}: {error}"
    return output.getvalue(), ""


def wrong(key: int) -> Document:
    """Give a document that no record has."""
    return Document(key, "Wrong", "", "", "", "")


SPOILINGS: dict[str, tuple[Callable[[Corpus], object], str]] = {
    "a document gone": (lambda c: store().remove("search_cases", [c.case.pk]), "1 missing: {pk}"),
    "a document too many": (
        lambda c: store().put("search_cases", [wrong(987_654)]),
        "1 left over: 987654",
    ),
    "a wrong document": (
        lambda c: store().put("search_cases", [wrong(c.case.pk)]),
        "1 outdated: {pk}",
    ),
    "an empty index": (lambda c: store().clear("search_cases"), "2 missing: "),
    "a row changed in bulk": (
        lambda c: CaseStudy.objects.filter(pk=c.case.pk).update(title="Behind its back"),
        "1 outdated: {pk}",
    ),
    "unpublished in bulk": (
        lambda c: CaseStudy.objects.filter(pk=c.case.pk).update(state="draft"),
        "1 left over: {pk}",
    ),
    "a word gone": (
        lambda c: SearchWord.objects.filter(word="oldtitle").delete(),
        "1 words miscounted: oldtitle",
    ),
    "a word miscounted": (
        lambda c: SearchWord.objects.filter(word="oldtitle").update(documents=7),
        "1 words miscounted: oldtitle",
    ),
    "a word too many": (
        lambda c: SearchWord.objects.create(index="cases", word="invented", documents=1),
        "1 words miscounted: invented",
    ),
    "many words too many": (
        lambda c: SearchWord.objects.bulk_create(
            SearchWord(index="cases", word=f"invented{n}", documents=1) for n in range(15)
        ),
        "15 words miscounted: invented0, invented1, invented10, invented11, invented12, "
        "invented13, invented14, invented2, invented3, invented4 and 5 more",
    ),
}


@pytest.mark.parametrize(("spoil", "report"), SPOILINGS.values(), ids=SPOILINGS)
def test_a_spoiled_index_is_reported_and_repaired(
    corpus: Corpus, spoil: Callable[[Corpus], object], report: str
) -> None:
    spoil(corpus)
    before = contents()
    output, complaint = checked()
    assert f"cases: {report.format(pk=corpus.case.pk)}" in output
    assert "lessons: in step" in output
    assert complaint.startswith("1: Out of step: cases.")
    assert contents() == before  # checking changes nothing
    call_command("rebuild_search", stdout=StringIO())
    assert checked()[1] == ""
    assert drifted() == {}


def test_a_sound_index_is_not_complained_of(corpus: Corpus) -> None:
    output, complaint = checked()
    assert complaint == ""
    assert output.splitlines() == [f"{index.name}: in step" for index in all_indexes()]


def test_a_rebuild_says_how_much_it_wrote_and_changes_nothing_that_was_right(
    corpus: Corpus,
) -> None:
    before = contents()
    output = StringIO()
    call_command("rebuild_search", stdout=output)
    assert output.getvalue().splitlines() == [
        "cases: 2 documents",
        "lessons: 1 documents",
        "perspectives: 1 documents",
        "dialogues: 0 documents",
        "glossary: 1 documents",
    ]
    assert contents() == before


def test_a_rebuild_of_what_is_empty_leaves_the_rest_alone(corpus: Corpus) -> None:
    store().put("search_cases", [wrong(corpus.case.pk)])
    store().clear("search_lessons")
    SearchWord.objects.filter(index="lessons").delete()
    output = StringIO()
    call_command("rebuild_search", if_empty=True, stdout=output)
    # There is no dialogue, so that its index is empty too.
    assert output.getvalue() == "lessons: 1 documents\ndialogues: 0 documents\n"
    assert drifted().keys() == {"cases"}
