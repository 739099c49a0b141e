"""The desk's pages: steps, history, restoring, two people on one record, previews, tombstones."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudy, Outcome
from portal.curation import desk, workflow
from portal.curation.document import write
from portal.curation.history import steps_of
from portal.curation.previews import preview_path
from tests.builders import make_case, make_figure, make_lesson, make_perspective
from tests.test_admin import form_of, save, take_step
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter() -> Callable[[str], Client]:
    """Give a browser in which a person of a role is signed in."""
    call_command("setup_roles", verbosity=0)

    def client(role: str) -> Client:
        person = User.objects.create_user(f"{role.lower()}-{User.objects.count()}", is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        browser = Client()
        browser.force_login(person)
        return browser

    return client


@pytest.fixture
def case() -> CaseStudy:
    """A published case that was never edited."""
    case = make_case("a-case", title="As published", parties=("ngo",))
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    return case


def url(name: str, *args: Any) -> str:
    """Give an address of the admin of cases."""
    return reverse(f"admin:casestudies_casestudy_{name}", args=args)


def working_copy(case: CaseStudy) -> CaseStudy:
    """Give the working copy of a case."""
    return CaseStudy.objects.get(working_copy_of=case)


def test_what_is_public_is_changed_in_a_working_copy_and_published_by_another(
    enter: Callable[[str], Client], case: CaseStudy, client: Client
) -> None:
    editor, publisher = enter("Editor"), enter("Publisher")
    page = editor.get(url("change", case.pk)).content.decode()
    assert "Change it" in page
    assert 'name="_save"' not in page
    assert editor.post(url("change", case.pk), {"title": "Crafted"}).status_code == 403
    take_step(editor, case, "change")
    copy = working_copy(case)
    save(editor, copy, form_of(editor, copy) | {"title": "As changed", "change_reason": "New"})
    take_step(editor, copy, "submit", "Please look")
    assert "As published" in client.get("/cases/a-case/").content.decode()
    take_step(publisher, copy, "publish", "A new report came out")
    assert "As changed" in client.get("/cases/a-case/").content.decode()
    changes = client.get("/cases/a-case/changes/").content.decode()
    assert "A new report came out" in changes
    assert "Please look" not in changes
    assert "publisher-" not in changes


def test_an_editor_cannot_publish_by_a_crafted_request(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    editor = enter("Editor")
    take_step(editor, case, "change")
    copy = working_copy(case)
    take_step(editor, copy, "submit")
    for task in ("publish", "approve", "send-back", "archive", "reopen"):
        assert editor.post(url("step", copy.pk, task), {"reason": "x"}).status_code == 403
    assert editor.post(url("step", case.pk, "archive"), {"reason": "x"}).status_code == 403
    assert editor.post(url("change", copy.pk), form_of(editor, copy)).status_code == 403
    data = {"state": "published", "title": "x"}
    assert editor.post(url("add"), data).status_code == 200  # errors: the state is no field
    assert not CaseStudy.objects.filter(title="x").exists()


def test_a_step_that_is_not_possible_says_why_and_keeps_the_reason(
    enter: Callable[[str], Client],
) -> None:
    editor = enter("Editor")
    draft = make_case(state="draft")
    answer = editor.post(url("step", draft.pk, "submit"), {"reason": "Typed with care"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "There are no outcomes." in page
    assert "Typed with care" in page


def test_looking_at_a_step_changes_nothing(enter: Callable[[str], Client], case: CaseStudy) -> None:
    publisher = enter("Publisher")
    for task in ("change", "archive"):
        assert publisher.get(url("step", case.pk, task)).status_code == 200
    assert publisher.get(url("history", case.pk)).status_code == 200
    assert CaseStudy.objects.get().is_published
    assert not steps_of(case).exists()


def test_the_history_shows_what_changed_and_restores_it(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    editor = enter("Editor")
    take_step(editor, case, "change")
    copy = working_copy(case)
    data = form_of(editor, copy)
    save(editor, copy, data | {"title": "As changed", "outcomes-0-text": "It <b>fell</b>."})
    save(editor, copy, form_of(editor, copy))
    assert [step.action for step in steps_of(case)] == ["changed", "started", "stored"]
    changed = steps_of(case)[0]
    page = editor.get(url("compare", case.pk, changed.pk)).content.decode()
    assert "<del>published</del>" in page
    assert "<ins>changed</ins>" in page
    assert "<b>fell" not in page
    stored = steps_of(case).get(action="stored")
    assert editor.get(url("restore", stored.pk)).status_code == 404
    editor.post(url("restore", stored.pk), {"reason": "It was right"})
    copy.refresh_from_db()
    assert copy.title == "As published"
    assert copy.outcomes.get().text == "It held."


def test_a_deleted_case_is_listed_and_comes_back(
    enter: Callable[[str], Client],
) -> None:
    publisher, editor = enter("Publisher"), enter("Editor")
    draft = make_case(title="Gone", state="draft", parties=("ngo",))
    make_figure(draft)
    assert editor.post(url("delete", draft.pk), {"post": "yes"}).status_code == 403
    publisher.post(url("delete", draft.pk), {"post": "yes"})
    assert not CaseStudy.objects.exists()
    assert "Gone" in publisher.get(url("deleted")).content.decode()
    assert editor.get(url("deleted")).status_code == 403
    step = steps_of(draft)[0]
    publisher.post(url("restore", step.pk))
    back = CaseStudy.objects.get()
    assert (back.pk, back.title, back.state) == (draft.pk, "Gone", "draft")
    assert back.figures.get().source == back.sources.get()


def test_the_second_of_two_saves_is_shown_both_texts_and_loses_nothing(
    enter: Callable[[str], Client],
) -> None:
    first, second = enter("Editor"), enter("Editor")
    draft = make_case(title="Old", place="Old place", state="draft", parties=("ngo",))
    Outcome.objects.create(case=draft, text="It held.")
    make_figure(draft)
    theirs, mine = form_of(first, draft), form_of(second, draft)
    save(first, draft, theirs | {"title": "Theirs", "place": "Their place"})
    sent = mine | {"title": "Mine", "mine": "My mine", "outcomes-0-text": "It fell."}
    answer = second.post(url("change", draft.pk), sent)
    assert answer.status_code == 409
    draft.refresh_from_db()
    assert (draft.title, draft.mine) == ("Theirs", "Mine")
    clashes = {clash.key: clash for clash in answer.context["clashes"]}
    assert {key: (clash.choice, clash.is_open) for key, clash in clashes.items()} == {
        "title": ("mine", True),
        "place": ("theirs", False),
        "mine": ("mine", False),
        "outcomes": ("mine", False),
    }
    merged = {
        "seen_edition": answer.context["edition"],
        "mine": answer.context["signed"],
        "choice-title": "theirs",
        "choice-place": "theirs",
        "choice-mine": "mine",
        "choice-outcomes": "mine",
    }
    assert second.post(url("merge", draft.pk), merged).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.place, draft.mine) == ("Theirs", "Their place", "My mine")
    assert draft.outcomes.get().text == "It fell."
    assert draft.figures.get().source == draft.sources.get()
    assert second.post(url("merge", draft.pk), merged).status_code == 409  # pressed twice


def test_a_row_that_the_other_deleted_is_no_crash(enter: Callable[[str], Client]) -> None:
    first, second = enter("Editor"), enter("Editor")
    draft = make_case(state="draft")
    Outcome.objects.create(case=draft, text="It held.")
    theirs, mine = form_of(first, draft), form_of(second, draft)
    save(first, draft, theirs | {"outcomes-0-DELETE": "on"})
    answer = second.post(url("change", draft.pk), mine | {"title": "Mine"})
    assert answer.status_code == 409
    keys = [clash.key for clash in answer.context["clashes"]]
    assert sorted(keys) == ["outcomes", "title"]


def test_values_that_are_not_valid_are_told_on_the_merge_page(
    enter: Callable[[str], Client],
) -> None:
    first, second = enter("Editor"), enter("Editor")
    draft = make_case(state="draft")
    theirs, mine = form_of(first, draft), form_of(second, draft)
    save(first, draft, theirs | {"place": "Their place"})
    answer = second.post(url("change", draft.pk), mine | {"year_from": "soon", "title": ""})
    merged = {
        "seen_edition": answer.context["edition"],
        "mine": answer.context["signed"],
        "choice-year_from": "mine",
    }
    answer = second.post(url("merge", draft.pk), merged)
    assert answer.status_code == 409
    assert answer.context["faults"]
    assert "soon" in answer.content.decode()


def test_whoever_has_the_form_open_is_told_of_others(enter: Callable[[str], Client]) -> None:
    first, second = enter("Editor"), enter("Editor")
    draft = make_case(state="draft")
    alone = first.post(url("presence", draft.pk), {"seen_edition": 0}).json()
    assert alone == {"others": [], "moved": False}
    write(draft, {"fields": {"title": "New"}, "parts": {}})
    workflow.save_step(draft, User.objects.first(), is_new=False)  # type: ignore[arg-type]
    told = second.post(url("presence", draft.pk), {"seen_edition": 0}).json()
    assert len(told["others"]) == 1
    assert told["moved"]
    assert first.get(url("presence", draft.pk)).status_code == 400


def test_a_draft_is_shown_to_whoever_has_its_link_for_a_week(
    enter: Callable[[str], Client], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_case("a-draft", title="Not out yet", state="draft")
    page = enter("Editor").get(url("change", draft.pk))
    path = page.context["preview_path"]
    answer = client.get(path)
    assert "Not out yet" in answer.content.decode()
    assert "not published" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get(path[:-2] + "x/").status_code == 404
    monkeypatch.setattr("django.core.signing.time.time", lambda: 4_000_000_000)
    over = client.get(path)
    assert over.status_code == 404
    assert "Not out yet" not in over.content.decode()


def test_the_address_of_an_archived_case_says_so_and_points_on(
    enter: Callable[[str], Client], case: CaseStudy, client: Client
) -> None:
    publisher = enter("Publisher")
    refused = publisher.post(
        url("step", case.pk, "archive"), {"reason": "x", "see_instead": "javascript:alert(1)"}
    )
    assert refused.status_code == 409
    too_long = {"reason": "x", "see_instead": "/" + "a" * 300}
    refused = publisher.post(url("step", case.pk, "archive"), too_long)
    assert refused.status_code == 409
    assert "at most 300 fit" in refused.content.decode()
    publisher.post(
        url("step", case.pk, "archive"),
        {"reason": "Joined with another case", "see_instead": "/cases/other/"},
    )
    answer = client.get("/cases/a-case/")
    page = answer.content.decode()
    assert answer.status_code == 410
    assert "Joined with another case" in page
    assert 'href="/cases/other/"' in page
    assert "It held." not in page
    assert client.get("/cases/a-case/changes/").status_code == 410
    for address in ("/cases/", "/cases.json", "/sitemap.xml", "/feed.atom"):
        assert "a-case" not in client.get(address).content.decode()


def test_deleted_records_are_listed_in_pages_with_few_queries(
    enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "PER_PAGE", 3)
    publisher, person = enter("Publisher"), User.objects.get()
    for number in range(4):
        workflow.delete(make_case(title=f"Gone no. {number}", state="draft"), person)
    publisher.get(url("deleted"))  # rights and content types are remembered
    with queries_within(8, "deleted"):
        first = publisher.get(url("deleted")).content.decode()
    second = publisher.get(url("deleted"), {"page": 2}).content.decode()
    assert [f"Gone no. {n}</td>" in first for n in range(4)] == [False, True, True, True]
    assert [f"Gone no. {n}</td>" in second for n in range(4)] == [True, False, False, False]


def test_what_is_a_draft_again_keeps_its_tombstone_until_it_is_published(
    enter: Callable[[str], Client], case: CaseStudy, client: Client
) -> None:
    publisher = enter("Publisher")
    take_step(publisher, case, "archive", "Not ours")
    take_step(publisher, case, "reopen")
    case.refresh_from_db()
    save(publisher, case, form_of(publisher, case) | {"title": "Not yet told"})
    assert publisher.get(url("delete", case.pk)).status_code == 403
    for _state in ("draft", "in review"):
        page = client.get("/cases/a-case/")
        assert page.status_code == 410
        assert "Not ours" in page.content.decode()
        assert "As published" in page.content.decode()
        assert "Not yet told" not in page.content.decode()
        publisher.post(url("step", case.pk, "submit"))
    take_step(enter("Publisher"), case, "publish")
    assert "Not yet told" in client.get("/cases/a-case/").content.decode()


def test_a_preview_is_over_once_its_record_was_published_and_withdrawn(
    enter: Callable[[str], Client], client: Client
) -> None:
    draft = make_case("secret", state="draft")
    Outcome.objects.create(case=draft, text="It held.")
    link, publisher = preview_path(draft), enter("Publisher")
    take_step(enter("Editor"), draft, "submit")
    assert client.get(link).status_code == 200
    for task in ("publish", "archive", "reopen"):
        take_step(publisher, draft, task, "Defamatory")
        assert client.get(link).status_code == 404, task
    draft.refresh_from_db()
    assert client.get(preview_path(draft)).status_code == 200


def test_a_draft_that_was_archived_without_having_been_public_has_no_tombstone(
    client: Client,
) -> None:
    make_case("never-out", state="archived")
    assert client.get("/cases/never-out/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_pages_that_are_sent_need_no_transaction_of_a_test(enter: Callable[[str], Client]) -> None:
    """A row is locked inside the page's own transaction only: PostgreSQL refuses it elsewhere."""
    editor = enter("Editor")
    draft = make_case(state="draft")
    assert editor.post(url("presence", draft.pk), {"seen_edition": 0}).status_code == 200
    assert editor.post(url("step", draft.pk, "submit")).status_code == 409
    save(editor, draft, form_of(editor, draft) | {"title": "New"})
    editor.post(url("restore", steps_of(draft).last().pk))  # type: ignore[union-attr]
    draft.refresh_from_db()
    assert draft.title != "New"


def test_working_copies_cannot_be_picked(enter: Callable[[str], Client], case: CaseStudy) -> None:
    editor = enter("Editor")
    take_step(editor, case, "change")
    copy = working_copy(case)
    lesson, perspective = make_lesson(state="draft"), make_perspective(state="draft")
    for row, field in ((lesson, "case"), (perspective, "cases")):
        address = reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk])
        page = editor.get(f"{address}?plain=1").content.decode()
        assert f'<option value="{case.pk}">' in page
        assert f'<option value="{copy.pk}">' not in page
        asked = {"app_label": row._meta.app_label, "model_name": row._meta.model_name}
        if field == "case":
            asked |= {"model_name": "evidence"}
        found = editor.get(reverse("admin:autocomplete"), asked | {"field_name": field}).json()
        assert [each["id"] for each in found["results"]] == [str(case.pk)]
    sent = form_of(editor, lesson) | {
        "evidence-TOTAL_FORMS": 1,
        "evidence-0-case": copy.pk,
        "evidence-0-stance": "supports",
        "evidence-0-note": "n",
    }
    editor.post(reverse("admin:lessons_lesson_change", args=[lesson.pk]), sent)
    assert not lesson.evidence.exists()


def test_a_deleted_case_whose_address_is_taken_comes_back_under_another(
    enter: Callable[[str], Client],
) -> None:
    publisher = enter("Publisher")
    draft = make_case("a" * 80, state="draft")
    publisher.post(url("delete", draft.pk), {"post": "yes"})
    make_case("a" * 80)
    page = publisher.post(url("restore", steps_of(draft)[0].pk), follow=True).content.decode()
    assert CaseStudy.objects.get(pk=draft.pk).slug == "a" * 78 + "-2"
    assert "Its address is" in page


def test_why_it_was_deleted_and_brought_back_is_asked_and_kept(
    enter: Callable[[str], Client],
) -> None:
    publisher = enter("Publisher")
    draft = make_case(state="draft")
    assert 'name="reason"' in publisher.get(url("delete", draft.pk)).content.decode()
    publisher.post(url("delete", draft.pk), {"post": "yes", "reason": "A twin"})
    page = publisher.get(url("deleted")).content.decode()
    assert "A twin" in page
    assert 'name="reason"' in page
    publisher.post(url("restore", steps_of(draft)[0].pk), {"reason": "No twin"})
    assert [step.reason for step in steps_of(draft)] == ["No twin", "A twin"]


def test_what_was_published_at_the_last_moment_is_not_deleted_and_it_says_so(
    enter: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    publisher = enter("Publisher")
    draft = make_case(state="draft")
    delete = workflow.delete

    def late(*args: Any) -> None:
        CaseStudy.objects.filter(pk=draft.pk).update(state="published")
        delete(*args)

    monkeypatch.setattr(workflow, "delete", late)
    answer = publisher.post(url("delete", draft.pk), {"post": "yes"}, follow=True)
    assert "this step is not possible now" in answer.content.decode()
    assert CaseStudy.objects.exists()


def test_publishing_a_working_copy_twice_leads_to_its_record(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    editor, publisher = enter("Editor"), enter("Publisher")
    take_step(editor, case, "change")
    copy = working_copy(case)
    take_step(editor, copy, "submit")
    take_step(publisher, copy, "publish")
    again = publisher.post(url("step", copy.pk, "publish"), {"reason": "x"}, follow=True)
    assert again.redirect_chain == [(url("change", case.pk), 302)]
    assert "Already done" in again.content.decode()
    assert steps_of(case).filter(action="published").count() == 1


def test_a_working_copy_is_marked_in_lists_and_counts_for_nothing(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    editor = enter("Editor")
    take_step(editor, case, "change")
    page = editor.get(url("changelist")).content.decode()
    assert page.count('<td class="field-standing">Draft (working copy)</td>') == 1
    assert page.count('<td class="field-standing">Published</td>') == 1
    for word in ("company", "theme"):
        page = editor.get(reverse(f"admin:casestudies_{word}_changelist")).content.decode()
        assert page.count('<td class="field-number_of_cases">1</td>') == 1, word


def test_restoring_asks_before_it_takes_the_place_of_what_another_is_writing(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    writer, other = enter("Editor"), enter("Editor")
    take_step(writer, case, "change")
    copy = working_copy(case)
    save(writer, copy, form_of(writer, copy) | {"title": "In progress"})
    step = steps_of(case).get(action="stored")
    asked = other.post(url("restore", step.pk), {"reason": "Wrong"})
    assert asked.status_code == 409
    assert "editor-0 wrote on it last" in asked.content.decode()
    copy.refresh_from_db()
    assert copy.title == "In progress"
    seen = {"reason": "Wrong", "seen": asked.context["seen"]}
    # What was written since the question asks again.
    save(writer, copy, form_of(writer, copy) | {"title": "Further on"})
    again = other.post(url("restore", step.pk), seen)
    assert again.status_code == 409
    other.post(url("restore", step.pk), seen | {"seen": again.context["seen"]})
    copy.refresh_from_db()
    assert copy.title == "As published"
    assert steps_of(case)[0].reason == "Wrong"


def test_one_s_own_working_copy_is_restored_without_a_question(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    writer = enter("Editor")
    take_step(writer, case, "change")
    copy = working_copy(case)
    save(writer, copy, form_of(writer, copy) | {"title": "In progress"})
    step = steps_of(case).get(action="stored")
    assert writer.post(url("restore", step.pk)).status_code == 302


def test_the_first_publication_stands_once_among_the_changes(
    enter: Callable[[str], Client], case: CaseStudy, client: Client
) -> None:
    draft = make_case("new", state="draft")
    Outcome.objects.create(case=draft, text="It held.")
    take_step(enter("Editor"), draft, "submit")
    take_step(enter("Publisher"), draft, "publish", "A new case")
    page = client.get("/cases/new/changes/").content.decode()
    assert page.count("first published here") == page.count("A new case") == 1
    assert ": published" not in page
    editor = enter("Editor")
    take_step(editor, case, "change")
    take_step(editor, working_copy(case), "submit")
    take_step(enter("Publisher"), working_copy(case), "publish", "Better")
    page = client.get("/cases/a-case/changes/").content.decode()
    assert page.count("first published here") == page.count(": published") == 1


def test_a_reason_without_a_change_is_told_to_be_lost(enter: Callable[[str], Client]) -> None:
    editor, draft = enter("Editor"), make_case(state="draft")
    data = form_of(editor, draft) | {"change_reason": "Checked by phone"}
    page = editor.post(url("change", draft.pk), data, follow=True).content.decode()
    assert "“Checked by phone” was not kept" in page
    assert not steps_of(draft).filter(reason="Checked by phone").exists()


def test_a_reopened_draft_is_archived_again_and_the_public_reads_nothing_of_it(
    enter: Callable[[str], Client], case: CaseStudy, client: Client
) -> None:
    editor, publisher = enter("Editor"), enter("Publisher")
    for step in ("archive", "reopen"):
        take_step(publisher, case, step, "Not ours")
    case.refresh_from_db()
    gone_since = case.archived_at
    save(editor, case, form_of(editor, case) | {"title": "Never told"})
    assert editor.post(url("step", case.pk, "archive"), {"reason": "x"}).status_code == 403
    page = publisher.get(url("change", case.pk)).content.decode()
    assert url("step", case.pk, "archive") in page
    assert publisher.post(url("step", case.pk, "archive"), {"reason": ""}).status_code == 409
    take_step(publisher, case, "archive", "Not mended")
    case.refresh_from_db()
    assert (case.state, case.title, case.archived_at) == ("archived", "Never told", gone_since)
    assert steps_of(case)[0].reason == "Not mended"
    page = client.get("/cases/a-case/").content.decode()
    assert "As published" in page
    assert "Not mended" in page
    assert "Never told" not in page


def test_only_what_was_public_and_is_no_working_copy_is_archived(
    enter: Callable[[str], Client], case: CaseStudy
) -> None:
    publisher = enter("Publisher")
    take_step(publisher, case, "change")
    for row, told in ((working_copy(case), "discard"), (make_case(state="draft"), "never public")):
        archive = url("step", row.pk, "archive")
        assert archive not in publisher.get(url("change", row.pk)).content.decode()
        answer = publisher.post(archive, {"reason": "Away"})
        assert answer.status_code == 409
        assert told in answer.content.decode()
