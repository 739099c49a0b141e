"""Actions on several records of a list."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from casestudies.models import CaseStudy, Outcome
from portal.curation.bulk import retag
from portal.curation.history import steps_of
from tests.builders import make_case, make_theme
from tests.curation.test_desk import enter

pytestmark = pytest.mark.django_db
LIST = "admin:casestudies_casestudy_changelist"
__all__ = ["enter"]


def act(client: Client, action: str, cases: list[CaseStudy], **more: Any) -> Any:
    """Choose cases in the list and send an action."""
    data = {"action": action, "_selected_action": [case.pk for case in cases], **more}
    return client.post(reverse(LIST), data, follow=True)


def test_drafts_are_sent_to_review_together_and_what_cannot_is_named(
    enter: Callable[[str], Client],
) -> None:
    editor = enter("Editor")
    good, bad, public = make_case(state="draft"), make_case(state="draft"), make_case()
    Outcome.objects.create(case=good, text="It held.")
    asked = act(editor, "submit_selected", [good, bad, public])
    assert CaseStudy.objects.filter(state="in-review").count() == 0
    assert public in asked.context["unable"]
    answer = act(editor, "submit_selected", [good, bad], apply="yes", reason="Six cases")
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == ("in-review", "draft")
    assert "There are no outcomes." in answer.content.decode()


def test_only_who_may_publish_is_offered_to_and_can(enter: Callable[[str], Client]) -> None:
    editor, publisher = enter("Editor"), enter("Publisher")
    case = make_case(state="in-review")
    Outcome.objects.create(case=case, text="It held.")
    act(editor, "publish_selected", [case], apply="yes")
    case.refresh_from_db()
    assert case.state == "in-review"
    act(publisher, "publish_selected", [case], apply="yes")
    case.refresh_from_db()
    assert case.is_published


def test_several_are_archived_with_one_reason(enter: Callable[[str], Client]) -> None:
    publisher = enter("Publisher")
    cases = [make_case(), make_case()]
    act(publisher, "archive_selected", cases, apply="yes", reason="Superseded")
    assert set(CaseStudy.objects.values_list("state", "archive_reason")) == {
        ("archived", "Superseded")
    }


def test_tags_are_added_and_taken_away_in_working_copies_of_what_is_public(
    enter: Callable[[str], Client],
) -> None:
    editor = enter("Editor")
    make_theme("mercury")
    draft, public = make_case(state="draft"), make_case()
    has_it = make_case(themes=("gender", "mercury"))
    chosen = [draft, public, has_it]
    asked = act(editor, "tag_action", chosen)
    assert "Mercury" in asked.content.decode()
    act(editor, "tag_action", chosen, apply="yes", direction="add", **{"tag-themes": ["mercury"]})
    assert {theme.slug for theme in draft.themes.all()} == {"gender", "mercury"}
    assert {theme.slug for theme in public.themes.all()} == {"gender"}
    copy = CaseStudy.objects.get(working_copy_of=public)
    assert {theme.slug for theme in copy.themes.all()} == {"gender", "mercury"}
    assert not CaseStudy.objects.filter(working_copy_of=has_it).exists()
    act(editor, "tag_action", [draft], apply="yes", direction="remove", **{"tag-themes": "gender"})
    assert {theme.slug for theme in draft.themes.all()} == {"mercury"}


def test_a_tag_never_ends_in_what_was_published_meanwhile(enter: Callable[[str], Client]) -> None:
    enter("Editor")
    make_theme("mercury")
    case = make_case(state="draft")
    seen = CaseStudy.objects.get(pk=case.pk)
    CaseStudy.objects.filter(pk=case.pk).update(state="published")
    retag(seen, User.objects.get(), {"themes": {"mercury"}}, {})
    assert {theme.slug for theme in case.themes.all()} == {"gender"}
    copy = CaseStudy.objects.get(working_copy_of=case)
    assert {theme.slug for theme in copy.themes.all()} == {"gender", "mercury"}


def test_one_mail_a_person_names_all_records_with_the_addresses_of_their_forms(
    enter: Callable[[str], Client],
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    editor = enter("Editor")
    for role in ("Reviewer", "Publisher"):
        enter(role)
    for person in User.objects.all():
        person.email = f"{person}@example.org"
        person.save()
    cases = [make_case(state="draft", title=f"Case no. {number}") for number in range(3)]
    for case in cases[:2]:  # the third is not fit
        Outcome.objects.create(case=case, text="It held.")
    with django_capture_on_commit_callbacks(execute=True):
        act(editor, "submit_selected", cases, apply="yes", reason="Six cases")
    assert [mail.to for mail in mailoutbox] == [
        ["reviewer-1@example.org"],
        ["publisher-2@example.org"],
    ]
    for mail in mailoutbox:
        assert mail.subject == "To review: 2 records"
        assert "Six cases" in mail.body
        for case in cases[:2]:
            form = reverse("admin:casestudies_casestudy_change", args=[case.pk])
            assert f"{case.title}\nhttp://testserver{form}" in mail.body
        assert cases[2].title not in mail.body


def test_several_are_deleted_with_one_reason_and_what_was_public_stays(
    enter: Callable[[str], Client],
) -> None:
    publisher, editor = enter("Publisher"), enter("Editor")
    drafts = [make_case(state="draft"), make_case(state="draft")]
    public = make_case(title="Read by many")
    act(editor, "delete_selected", drafts, apply="yes", reason="No right")
    assert CaseStudy.objects.count() == 3
    asked = act(publisher, "delete_selected", [*drafts, public])
    assert 'name="reason"' in asked.content.decode()
    assert asked.context["unable"] == [public]
    act(publisher, "delete_selected", [*drafts, public], apply="yes", reason="Twins")
    assert list(CaseStudy.objects.all()) == [public]
    for draft in drafts:
        assert [(step.action, step.reason) for step in steps_of(draft)] == [("deleted", "Twins")]
