"""Moderating responses and closing dialogues: by whom, in which words, each step written down."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client

from contributions.dialogues import moderation
from contributions.dialogues.models import Dialogue, Response
from portal.corpus import current_state
from portal.curation.workflow import RefusedError
from tests.builders import make_curator, make_dialogue, make_response

pytestmark = pytest.mark.django_db


def waiting(**values: Any) -> Response:
    """Give a response whose text waits."""
    return make_response(make_dialogue(), text="My words", text_state="waiting", **values)


def judged(client: Client, response: Response, step: str, **values: Any) -> Any:
    """Take a step on the page of a response."""
    address = f"/admin/contributions/response/{response.pk}/judge/"
    seen = moderation.edition_of(response)  # as the page was when it was opened
    return client.post(address, {"step": step, "seen": seen, **values})


def test_publishing_asks_for_harm_shows_the_words_at_once_and_says_who_did_it(
    curator_client: Client, client: Client
) -> None:
    response = waiting()
    address = response.dialogue.get_absolute_url()
    assert "My words" not in client.get(address).content.decode()
    assert judged(curator_client, response, "publish").status_code == 409
    assert judged(curator_client, response, "publish", is_harmless="on").status_code == 302
    assert "My words" in client.get(address).content.decode()
    step = response.steps.get()
    assert (step.kind, step.actor_name) == ("published", User.objects.get().username)


def test_declining_needs_a_reason_takes_the_words_away_and_tells_the_author(
    curator_client: Client, client: Client
) -> None:
    response = make_response(make_dialogue(), text="My words")
    address = response.dialogue.get_absolute_url()
    assert "My words" in client.get(address).content.decode()
    assert judged(curator_client, response, "decline").status_code == 409
    assert judged(curator_client, response, "decline", reason="harm").status_code == 302
    assert "My words" not in client.get(address).content.decode()
    assert response.dialogue.responses.voices().count() == 1  # its votes go on counting
    step = response.steps.get()
    assert (step.kind, step.reason) == ("declined", "harm")


def test_words_that_were_changed_meanwhile_are_not_published(curator_client: Client) -> None:
    response = waiting()
    Response.objects.filter(pk=response.pk).update(text="Other words")
    answer = judged(curator_client, response, "publish", is_harmless="on")
    assert answer.status_code == 409
    assert "read it again" in answer.content.decode()
    assert Response.objects.get().text_state == "waiting"


def test_what_was_withdrawn_cannot_be_published() -> None:
    response = waiting()
    Response.objects.update(standing="withdrawn")
    with pytest.raises(RefusedError):
        moderation.publish(response, make_curator(), moderation.edition_of(response))


def test_what_was_held_back_counts_when_let_in_and_not_when_shut_out(
    curator_client: Client,
) -> None:
    response = waiting(standing="held")
    voices = response.dialogue.responses.voices()
    assert judged(curator_client, response, "let-in").status_code == 302
    assert voices.count() == 1
    response.refresh_from_db()
    assert judged(curator_client, response, "shut-out").status_code == 409  # says why
    assert judged(curator_client, response, "shut-out", remark="Spam.").status_code == 302
    assert voices.count() == 0
    assert [step.kind for step in response.steps.all()] == ["shut-out", "let-in"]


def test_a_flag_brings_a_response_back_into_the_queue(curator_client: Client) -> None:
    response = make_response(make_dialogue(), text="My words")
    assert response not in Response.objects.waiting()
    judged(curator_client, response, "flag", remark="Look at the second line.")
    assert response in Response.objects.waiting()
    judged(curator_client, Response.objects.get(), "flag")
    assert response not in Response.objects.waiting()


def test_the_queue_is_oldest_first_with_odd_ones_last_and_stands_on_the_desk(
    curator_client: Client,
) -> None:
    held = waiting(standing="held")
    older, newer = waiting(), waiting()
    assert list(Response.objects.waiting()) == [older, newer, held]
    page = curator_client.get("/admin/").content.decode()
    assert "Responses to dialogues" in page
    assert older.dialogue.title in page


def test_only_moderators_read_and_judge_responses(client: Client) -> None:
    call_command("setup_roles", verbosity=0)
    response = waiting()
    for role, may in (
        ("Editor", False),
        ("Reviewer", False),
        ("Publisher", False),
        ("Moderator", True),
    ):
        person = User.objects.create_user(role, is_staff=True)
        person.groups.add(Group.objects.get(name=role))
        client.force_login(person)
        found = client.get("/admin/contributions/response/").status_code
        shown = client.get(f"/admin/contributions/response/{response.pk}/judge/").status_code
        assert (found, shown) == ((200, 200) if may else (403, 403)), role
        assert ("Responses to dialogues" in client.get("/admin/").content.decode()) is may
        if not may:
            with pytest.raises(PermissionDenied):
                moderation.publish(response, person, moderation.edition_of(response))
    assert not response.steps.exists()


def test_judging_what_no_page_shows_leaves_kept_pages_alone(curator_client: Client) -> None:
    response = waiting()
    before = current_state().number
    judged(curator_client, response, "decline", reason="spam")
    assert current_state().number == before


def test_a_hostile_text_is_harmless_on_the_desk_too(curator_client: Client) -> None:
    response = make_response(
        make_dialogue(), text="<script>alert(1)</script>", text_state="waiting"
    )
    page = curator_client.get(f"/admin/contributions/response/{response.pk}/judge/")
    assert "<script>alert" not in page.content.decode()


def test_a_dialogue_is_closed_on_a_page_of_the_desk(curator_client: Client) -> None:
    dialogue = make_dialogue()
    form = f"/admin/contributions/dialogue/{dialogue.pk}/change/"
    address = f"/admin/contributions/dialogue/{dialogue.pk}/close/"
    assert address in curator_client.get(form).content.decode()
    assert curator_client.get(address).status_code == 200
    assert curator_client.post(address, {"reason": ""}).status_code == 409
    assert curator_client.post(address, {"reason": "Enough."}).status_code == 302
    assert not Dialogue.objects.get().is_open
    assert address not in curator_client.get(form).content.decode()


def test_statements_of_a_dialogue_with_responses_cannot_be_edited(curator_client: Client) -> None:
    dialogue = make_dialogue(state="draft")
    address = f"/admin/contributions/dialogue/{dialogue.pk}/change/"
    assert 'name="statements-0-text"' in curator_client.get(address).content.decode()
    make_response(dialogue)
    assert 'name="statements-0-text"' not in curator_client.get(address).content.decode()
