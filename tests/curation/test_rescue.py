"""What was typed into a record that others deleted, published or archived meanwhile is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from casestudies.models import CaseStudy, Outcome
from portal.curation import workflow
from portal.curation.history import forget, steps_of
from tests.builders import make_case, make_figure
from tests.curation.test_desk import enter, url
from tests.curation.test_merging import choose
from tests.test_admin import form_of, save, take_step

# Rows are locked: PostgreSQL refuses that outside of the page's own transaction.
pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["enter"]


@pytest.fixture
def draft() -> CaseStudy:
    """A draft with a figure."""
    case = make_case("a-case", title="Base", state="draft", themes=("gender",))
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    return case


def rescue(browser: Client, page: Any, **more: str) -> Any:
    """Send the page on which a text stands that could not be saved."""
    assert page.status_code == 409
    data = {"mine": page.context["signed"], "base_edition": page.context["base_edition"]}
    reason = {"reason": page.context["reason"]}
    return browser.post(url("rescue", page.context["key"]), data | reason | more)


def overtaken(writer: Client, draft: CaseStudy, other: Callable[[], object], **typed: str) -> Any:
    """Give the answer to a form that was open while somebody else did something."""
    mine = form_of(writer, draft) | {"title": "Long work", "change_reason": "My reason"} | typed
    other()
    return writer.post(url("change", draft.pk), mine)


def deleted(publisher: Client, draft: CaseStudy) -> Callable[[], object]:
    """Give how a publisher deletes the draft."""
    sent = {"post": "yes", "reason": "A twin"}
    return lambda: publisher.post(url("delete", draft.pk), sent)


def test_all_that_was_typed_into_a_deleted_draft_is_shown_and_kept_as_a_new_one(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor = enter("Editor")
    page = overtaken(
        editor, draft, deleted(enter("Publisher"), draft), **{"outcomes-0-text": "It fell."}
    )
    text = page.content.decode()
    for told in ("deleted by publisher-", "A twin", "Your text is not saved", "It fell."):
        assert told in text
    shown = dict(page.context["everything"])
    assert shown["title"] == "Long work"
    assert draft.summary in shown.values()
    assert not page.context["may_restore"]
    answer = rescue(editor, page, as_new="yes")
    new = CaseStudy.objects.get()
    assert answer["Location"] == url("change", new.pk)
    assert new.pk != draft.pk
    assert (new.title, new.slug, new.state) == ("Long work", "a-case", "draft")
    assert [outcome.text for outcome in new.outcomes.all()] == ["It fell."]
    assert new.figures.get().source == new.sources.get()
    assert {theme.slug for theme in new.themes.all()} == {"gender"}
    assert [(step.action, step.reason) for step in steps_of(new)] == [("created", "My reason")]


def test_sent_twice_there_is_one_new_draft_and_the_text_is_shown_again(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor = enter("Editor")
    page = overtaken(editor, draft, deleted(enter("Publisher"), draft))
    rescue(editor, page, as_new="yes")
    again = rescue(editor, page, as_new="yes")
    assert again.context["faults"] == ["This address is taken by another record."]
    assert "Long work" in again.content.decode()
    assert CaseStudy.objects.count() == 1


def test_what_cannot_be_stored_is_told_and_stays_on_the_page(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor = enter("Editor")
    page = overtaken(editor, draft, deleted(enter("Publisher"), draft), year_from="about 2000")
    again = rescue(editor, page, as_new="yes")
    assert again.context["faults"][0].startswith("From year: ")
    assert "about 2000" in dict(again.context["everything"]).values()
    assert again.context["reason"] == "My reason"
    assert not CaseStudy.objects.exists()


def test_who_may_delete_restores_the_record_and_chooses_field_by_field(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    publisher = enter("Publisher")
    save(publisher, draft, form_of(publisher, draft) | {"place": "Obuasi"})
    page = overtaken(publisher, draft, deleted(enter("Publisher"), draft))
    merge = rescue(publisher, page)
    assert merge.status_code == 409
    assert [(each.key, each.choice, each.is_open) for each in merge.context["clashes"]] == [
        ("title", "mine", False)
    ]
    assert choose(publisher, merge).status_code == 302
    kept = CaseStudy.objects.get()
    assert (kept.pk, kept.title, kept.place) == (draft.pk, "Long work", "Obuasi")
    actions = [step.action for step in steps_of(kept)]
    assert actions == ["changed", "restored", "deleted", "changed", "stored"]


def test_an_old_form_of_a_record_that_was_deleted_and_restored_is_merged(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    publisher = enter("Publisher")
    save(publisher, draft, form_of(publisher, draft) | {"title": "First"})

    def deleted_and_restored() -> None:
        deleted(publisher, draft)()
        publisher.post(url("restore", steps_of(draft)[0].pk))

    page = overtaken(publisher, draft, deleted_and_restored)
    assert page.status_code == 409
    assert page.context["clashes"]


def test_an_editor_cannot_restore_by_a_crafted_request(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor = enter("Editor")
    page = overtaken(editor, draft, deleted(enter("Publisher"), draft))
    refused = rescue(editor, page)
    assert refused.status_code == 409
    assert "Your role may not do this" in refused.content.decode()
    assert "Long work" in refused.content.decode()  # and nothing that was typed is lost
    assert not CaseStudy.objects.exists()


@pytest.mark.parametrize("is_archived", [False, True])
def test_a_text_typed_into_what_was_published_or_archived_goes_on(
    enter: Callable[[str], Client], draft: CaseStudy, is_archived: bool
) -> None:
    writer, publisher = enter("Publisher"), enter("Publisher")

    def published() -> None:
        take_step(writer, draft, "submit")
        take_step(publisher, draft, "publish")
        if is_archived:
            take_step(publisher, draft, "archive", "Not ours")

    page = overtaken(writer, draft, published)
    merge = rescue(writer, page)
    row = merge.context["record"]
    assert (row == draft) is is_archived
    assert (row.working_copy_of == draft) is not is_archived
    assert row.state == "draft"
    assert choose(writer, merge).status_code == 302
    row.refresh_from_db()
    draft.refresh_from_db()
    assert row.title == "Long work"
    assert draft.title == ("Long work" if is_archived else "Base")


def test_an_editor_is_not_offered_to_reopen_what_was_archived(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor, publisher = enter("Editor"), enter("Publisher")

    def archived() -> None:
        for step in ("submit", "publish", "archive"):
            take_step(publisher if step != "submit" else editor, draft, step, "Not ours")

    page = overtaken(editor, draft, archived)
    assert not page.context["may_go_on"]
    assert "Long work" in page.content.decode()
    assert rescue(editor, page).status_code == 409
    draft.refresh_from_db()
    assert draft.state == "archived"


def test_what_was_withdrawn_for_good_is_shown_to_copy_and_never_stored_again(
    enter: Callable[[str], Client], draft: CaseStudy
) -> None:
    editor = enter("Editor")

    def withdrawn() -> None:
        forget(draft)
        CaseStudy.objects.all().delete()

    page = overtaken(editor, draft, withdrawn)
    assert "taken away for good" in page.content.decode()
    assert not page.context["may_add"]
    assert rescue(editor, page, as_new="yes").status_code == 409
    assert not CaseStudy.objects.exists()


def test_looking_rescues_nothing(enter: Callable[[str], Client], draft: CaseStudy) -> None:
    assert enter("Publisher").get(url("rescue", draft.pk)).status_code == 404
    assert workflow.working_copy_of(draft) is None
