"""From draft to published and back: states, rights, reasons, working copies, mails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client, RequestFactory

from casestudies.models import CaseStudy, Outcome
from lessons.models import Evidence, Lesson, LessonSource, PracticePointer
from portal.curation import workflow
from portal.curation.bulk import each
from portal.curation.document import read, write
from portal.curation.history import deleted_records, document_of, public_history, steps_of
from portal.desk.dashboard import cards_for
from portal.models import Step
from tests.builders import make_case, make_evidence, make_figure, make_lesson, make_perspective

pytestmark = pytest.mark.django_db
Action = Step.Action


@pytest.fixture
def staff() -> dict[str, User]:
    """One person of each role, and a second editor."""
    call_command("setup_roles", verbosity=0)
    people = {}
    for name, role in {
        "editor": "Editor", "second": "Editor", "reviewer": "Reviewer", "publisher": "Publisher",
    }.items():  # fmt: skip
        person = User.objects.create_user(name, f"{name}@example.org", is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        people[name] = User.objects.get(pk=person.pk)
    return people


@pytest.fixture
def draft(staff: dict[str, User]) -> CaseStudy:
    """A draft that could be published, written by the editor."""
    case = make_case("new-case", state="draft")
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    workflow.save_step(case, staff["editor"], is_new=True)
    return case


def fresh(case: CaseStudy) -> CaseStudy:
    """Give the case as the database has it."""
    return CaseStudy.objects.get(pk=case.pk)


def test_a_draft_goes_through_review_to_the_public(
    staff: dict[str, User], draft: CaseStudy, client: Client, mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        workflow.submit(draft, staff["editor"], "Ready")
    assert fresh(draft).state == "in-review"
    assert {mail.to[0] for mail in mailoutbox} == {"reviewer@example.org", "publisher@example.org"}
    assert client.get("/cases/new-case/").status_code == 404
    mailoutbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        workflow.publish(fresh(draft), staff["publisher"], "Sources hold")
    assert [mail.to for mail in mailoutbox] == [["editor@example.org"]]
    assert client.get("/cases/new-case/").status_code == 200
    actions = [step.action for step in steps_of(draft)]
    assert actions == [Action.PUBLISHED, Action.SUBMITTED, Action.CREATED]
    assert [step.reason for step in public_history(draft)] == ["Sources hold"]


def test_what_is_sent_back_is_a_draft_again_and_its_author_is_told(
    staff: dict[str, User], draft: CaseStudy, mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    workflow.submit(draft, staff["editor"])
    with django_capture_on_commit_callbacks(execute=True):
        workflow.send_back(fresh(draft), staff["reviewer"], "A source is missing")
    assert fresh(draft).state == "draft"
    assert mailoutbox[0].to == ["editor@example.org"]
    assert "A source is missing" in mailoutbox[0].body


def test_nobody_reviews_or_publishes_alone_what_they_wrote(
    staff: dict[str, User], draft: CaseStudy
) -> None:
    for name in ("reviewer", "publisher"):
        workflow.save_step(fresh(draft), staff[name], is_new=False)
    workflow.submit(fresh(draft), staff["editor"])
    with pytest.raises(workflow.RefusedError, match="somebody else"):
        workflow.approve(fresh(draft), staff["reviewer"])
    with pytest.raises(workflow.RefusedError, match="somebody else"):
        workflow.publish(fresh(draft), staff["publisher"])


def test_a_library_that_one_person_keeps_needs_nobody_else(
    staff: dict[str, User], draft: CaseStudy, settings: Any
) -> None:
    settings.REVIEW_BY_ANOTHER = False
    workflow.save_step(draft, staff["publisher"], is_new=False)
    workflow.submit(fresh(draft), staff["publisher"])
    workflow.publish(fresh(draft), staff["publisher"])
    assert fresh(draft).is_published


def test_a_publisher_may_publish_own_work_that_another_has_approved(
    staff: dict[str, User], draft: CaseStudy
) -> None:
    workflow.submit(draft, staff["editor"])
    workflow.send_back(fresh(draft), staff["publisher"], "I mend it")
    workflow.save_step(fresh(draft), staff["publisher"], is_new=False)
    workflow.submit(fresh(draft), staff["publisher"])
    workflow.approve(fresh(draft), staff["reviewer"])
    workflow.publish(fresh(draft), staff["publisher"])
    assert fresh(draft).is_published


def test_an_approval_lasts_until_the_record_is_written_again(
    staff: dict[str, User], draft: CaseStudy
) -> None:
    workflow.save_step(draft, staff["publisher"], is_new=False)
    workflow.submit(fresh(draft), staff["publisher"])
    workflow.approve(fresh(draft), staff["reviewer"])
    workflow.save_step(fresh(draft), staff["publisher"], is_new=False)
    with pytest.raises(workflow.RefusedError, match="somebody else"):
        workflow.publish(fresh(draft), staff["publisher"])


STEPS: list[tuple[str, str, set[str]]] = [
    ("submit", "draft", {"editor", "reviewer", "publisher"}),
    ("send_back", "in-review", {"reviewer", "publisher"}),
    ("approve", "in-review", {"reviewer", "publisher"}),
    ("publish", "in-review", {"publisher"}),
    ("start_change", "published", {"editor", "reviewer", "publisher"}),
    ("archive", "published", {"publisher"}),
    ("reopen", "archived", {"publisher"}),
    ("delete", "draft", {"publisher"}),
]


@pytest.mark.parametrize(("name", "state", "allowed"), STEPS, ids=[step[0] for step in STEPS])
def test_each_step_needs_its_right_and_its_state(
    staff: dict[str, User], name: str, state: str, allowed: set[str]
) -> None:
    step = getattr(workflow, name)
    more = ("why",) if name in ("send_back", "archive") else ()
    for person in ("second", "reviewer", "publisher"):
        case = make_case(state=state)
        Outcome.objects.create(case=case, text="It held.")
        if ("editor" if person == "second" else person) in allowed:
            step(case, staff[person], *more)
        else:
            with pytest.raises(PermissionDenied):
                step(case, staff[person], *more)
            assert fresh(case).state == state
    wrong = make_case(state="published" if state != "published" else "draft")
    with pytest.raises(workflow.RefusedError):
        step(wrong, staff["publisher"], *more)


def test_what_is_incomplete_is_not_sent_to_review_and_every_reason_is_told(
    staff: dict[str, User],
) -> None:
    case = make_case(state="draft", themes=(), summary=" ")
    case.sources.all().delete()
    with pytest.raises(workflow.RefusedError) as refused:
        workflow.submit(case, staff["editor"])
    told = " ".join(refused.value.reasons)
    for word in ("summary", "themes", "outcomes", "sources"):
        assert word in told
    assert fresh(case).state == "draft"


@pytest.fixture
def published() -> CaseStudy:
    """A published case with a figure, evidence and a perspective, loaded and never edited."""
    case = make_case("a-case", title="As published")
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    make_evidence(make_lesson("a-lesson"), case)
    make_perspective("a-view").cases.add(case)
    return case


def test_a_published_case_serves_its_old_version_until_the_change_is_approved(
    staff: dict[str, User], published: CaseStudy, client: Client
) -> None:
    copy = workflow.start_change(published, staff["editor"])
    assert workflow.start_change(published, staff["second"]) == copy
    write(copy, {"fields": {"title": "As changed"}, "parts": {"outcomes": []}})
    Outcome.objects.create(case=copy, text="It did not hold.")
    workflow.save_step(copy, staff["editor"], is_new=False)
    workflow.submit(copy, staff["editor"])
    page = client.get("/cases/a-case/").content.decode()
    assert "As published" in page
    assert "As changed" not in page
    assert client.get("/cases.json").json()["total"] == 1
    record = workflow.publish(CaseStudy.objects.get(pk=copy.pk), staff["publisher"], "New report")
    assert record.pk == published.pk
    page = client.get("/cases/a-case/").content.decode()
    assert "As changed" in page
    assert "It did not hold." in page
    assert CaseStudy.objects.count() == 1
    assert Evidence.objects.filter(case=published).count() == 1
    assert fresh(published).perspectives.count() == 1


def test_a_change_may_be_given_up(staff: dict[str, User], published: CaseStudy) -> None:
    before = read(published)
    copy = workflow.start_change(published, staff["editor"])
    write(copy, {"fields": {"title": "As changed"}, "parts": {}})
    workflow.discard_change(copy, staff["editor"], "Not so")
    assert read(fresh(published)) == before
    assert CaseStudy.objects.count() == 1


def test_the_earlier_version_comes_back_through_review(
    staff: dict[str, User], published: CaseStudy
) -> None:
    before = read(published)
    copy = workflow.start_change(published, staff["editor"])
    write(copy, {"fields": {"title": "As changed"}, "parts": {"figures": [], "sources": []}})
    Outcome.objects.filter(case=copy).update(text="Other")
    write(copy, {"fields": {}, "parts": {"sources": before["parts"]["sources"]}})
    workflow.submit(copy, staff["editor"])
    workflow.publish(copy, staff["publisher"])
    stored = steps_of(published).get(action=Action.STORED)
    assert document_of(stored) == before
    row, lost = workflow.restore(stored, staff["second"], "The change was wrong")
    assert lost == []
    assert row.working_copy_of == published
    workflow.submit(row, staff["second"])
    workflow.publish(row, staff["publisher"])
    assert read(fresh(published)) == before


def test_a_deleted_case_comes_back_with_all_that_belonged_to_it(
    staff: dict[str, User], published: CaseStudy
) -> None:
    before = read(published)
    CaseStudy.objects.filter(pk=published.pk).update(state="draft", published_at=None)
    workflow.delete(fresh(published), staff["publisher"], "By mistake")
    assert not CaseStudy.objects.exists()
    (gone,) = deleted_records(CaseStudy)
    assert gone.reason == "By mistake"
    row, lost = workflow.restore(gone, staff["publisher"])
    assert lost == []
    assert row.pk == published.pk
    assert row.state == "draft"
    assert read(fresh(published)) == before
    assert not deleted_records(CaseStudy)


def test_what_was_public_once_is_never_deleted(
    staff: dict[str, User], published: CaseStudy, client: Client
) -> None:
    workflow.archive(published, staff["publisher"], "Not ours")
    for step in (lambda: None, lambda: workflow.reopen(fresh(published), staff["publisher"])):
        step()
        with pytest.raises(workflow.RefusedError, match="was public once"):
            workflow.delete(fresh(published), staff["publisher"])


def test_rows_that_changed_places_are_restored(staff: dict[str, User], draft: CaseStudy) -> None:
    Outcome.objects.create(case=draft, text="Second", position=1)
    workflow.save_step(draft, staff["editor"], is_new=False)
    step = steps_of(draft)[0]
    before = read(draft)
    turned = list(reversed(before["parts"]["outcomes"]))
    write(draft, {"fields": {}, "parts": {"outcomes": turned}})
    workflow.restore(step, staff["editor"])
    assert read(fresh(draft)) == before


def test_a_step_that_fails_leaves_everything_as_it_was(
    staff: dict[str, User], draft: CaseStudy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise OSError("full disk")

    workflow.submit(draft, staff["editor"])
    monkeypatch.setattr(workflow, "record_step", fail)
    with pytest.raises(OSError, match="full disk"):
        workflow.publish(fresh(draft), staff["publisher"])
    assert fresh(draft).state == "in-review"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Have something done by somebody else at the last moment before the next change begins."""

    def arrange(other: Callable[[], Any]) -> None:
        begin = workflow.change

        def late() -> Any:
            monkeypatch.setattr(workflow, "change", begin)
            other()
            return begin()

        monkeypatch.setattr(workflow, "change", late)

    return arrange


def test_what_is_published_at_the_last_moment_is_restored_in_a_working_copy(
    staff: dict[str, User], draft: CaseStudy, meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    step = steps_of(draft)[0]
    write(draft, {"fields": {"title": "Second text"}, "parts": {}})
    workflow.submit(draft, staff["editor"])
    meanwhile(lambda: workflow.publish(fresh(draft), staff["publisher"]))
    row, _lost = workflow.restore(step, staff["editor"])
    assert row.working_copy_of == draft
    assert (fresh(draft).state, fresh(draft).title) == ("published", "Second text")


@pytest.fixture
def lessons() -> tuple[Lesson, Lesson]:
    """Two lessons that could be published, with numbers of their own."""
    made = make_lesson(number=901), make_lesson(number=902)
    for lesson in made:
        LessonSource.objects.create(lesson=lesson, title="t", publisher="p", url="https://e.org")
        PracticePointer.objects.create(lesson=lesson, text="t")
    return made


def test_a_number_that_another_lesson_has_keeps_a_working_copy_from_review(
    staff: dict[str, User], lessons: tuple[Lesson, Lesson]
) -> None:
    copy = workflow.start_change(lessons[0], staff["editor"])
    write(copy, {"fields": {"number": 902, "summary": "x" * 281}, "parts": {}})
    with pytest.raises(workflow.RefusedError) as refused:
        workflow.submit(copy, staff["editor"])
    assert [reason.split()[1] for reason in refused.value.reasons] == ["summary", "number"]
    write(copy, {"fields": {"number": 901, "summary": "x" * 280}, "parts": {}})
    workflow.submit(copy, staff["editor"])


def test_a_number_that_is_taken_at_the_last_moment_is_refused_in_words(
    staff: dict[str, User], lessons: tuple[Lesson, Lesson], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = workflow.start_change(lessons[0], staff["editor"])
    write(copy, {"fields": {"number": 902}, "parts": {}})
    monkeypatch.setattr(workflow, "problems_of", lambda record: [])
    workflow.submit(copy, staff["editor"])
    outcome = each([copy], lambda record: workflow.publish(record, staff["publisher"]))  # type: ignore[arg-type]
    assert "another record has its number" in outcome.refused[0][1]
    assert Lesson.objects.get(pk=copy.pk).working_copy_of == lessons[0]


def test_a_revision_whose_number_is_taken_is_refused_in_words(
    staff: dict[str, User],
) -> None:
    lesson = make_lesson(number=901, state="draft")
    workflow.save_step(lesson, staff["editor"], is_new=True)
    write(lesson, {"fields": {"number": 903}, "parts": {}})
    make_lesson(number=901)
    with pytest.raises(workflow.RefusedError, match="number"):
        workflow.restore(steps_of(lesson)[0], staff["editor"])


def test_approving_twice_is_one_step_and_one_round_of_mail(
    staff: dict[str, User], draft: CaseStudy, mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:  # fmt: skip
    workflow.submit(draft, staff["editor"])
    told = []
    for _time in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            workflow.approve(draft, staff["reviewer"])
        told.append(len(mailoutbox))
    assert told[0] == told[1] > 0
    assert steps_of(draft).filter(action=Action.APPROVED).count() == 1


def test_whoever_wrote_on_a_change_that_was_discarded_may_review_the_next(
    staff: dict[str, User], published: CaseStudy
) -> None:
    copy = workflow.start_change(published, staff["reviewer"])
    workflow.save_step(copy, staff["reviewer"], is_new=False)
    workflow.discard_change(copy, staff["reviewer"])
    copy = workflow.start_change(fresh(published), staff["editor"])
    workflow.save_step(copy, staff["editor"], is_new=False)
    workflow.submit(copy, staff["editor"])
    workflow.approve(copy, staff["reviewer"])
    assert steps_of(published)[0].action == Action.APPROVED


def test_my_drafts_are_what_i_wrote_on_since_the_last_publication(
    staff: dict[str, User], published: CaseStudy, rf: RequestFactory
) -> None:
    copy = workflow.start_change(published, staff["editor"])
    workflow.save_step(copy, staff["editor"], is_new=False)
    workflow.submit(copy, staff["editor"])
    workflow.publish(copy, staff["publisher"])
    copy = workflow.start_change(fresh(published), staff["second"])
    workflow.save_step(copy, staff["second"], is_new=False)
    shown = {}
    for name in ("editor", "second"):
        request = rf.get("/admin/")
        request.user = staff[name]
        mine = [card for card in cards_for(request) if card.title == "My drafts"]
        shown[name] = [card.count for card in mine]
    assert shown == {"editor": [0], "second": [1]}
