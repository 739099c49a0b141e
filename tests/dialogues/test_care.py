"""What the texts of dialogues share with contributions: flags, claims, appeals, reasons."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from contributions.dialogues import services
from contributions.dialogues.models import Response
from contributions.models import Flag
from tests.builders import make_dialogue, make_response
from tests.contributions.sending import new_ticket
from tests.contributions.test_moderation import make_moderator, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def spoken() -> Response:
    """Give a response whose words are public."""
    return make_response(make_dialogue(), text="My words")


def flag_address(response: Response) -> str:
    """Give the address of the form by which its words are flagged."""
    return reverse("response-flag", args=[response.dialogue.slug, response.code])


def flagged(client: Client, response: Response) -> Flag:
    """Flag the words of a response, as a reader."""
    data = {"ticket": str(new_ticket()), "text": "It names a child."}
    assert client.post(flag_address(response), data).status_code == 200
    return Flag.objects.get(response=response)


def test_words_of_a_dialogue_are_flagged_once_land_in_the_queue_and_mail_the_moderators(
    client: Client,
) -> None:
    response, by = spoken(), make_moderator()
    page = client.get(response.dialogue.get_absolute_url()).content.decode()
    assert flag_address(response) in page
    assert 'name="ticket"' in client.get(flag_address(response)).content.decode()
    data = {"ticket": str(new_ticket()), "text": "It names a child."}
    for _press in range(2):
        assert client.post(flag_address(response), data).status_code == 200
    flag = Flag.objects.get()
    assert [each.to for each in mail.outbox] == [["moderator@example.org"]]
    browser = signed_in(by)
    place = reverse("admin:contributions_flag_change", args=[flag.pk])
    assert place in browser.get(reverse("admin:contributions_contribution_queue")).content.decode()
    shown = browser.get(place).content.decode()
    assert "It names a child." in shown
    assert reverse("admin:contributions_response_judge", args=[response.pk]) in shown
    assert browser.post(place, {"outcome": "Declined."}).status_code == 302
    assert [step.kind for step in response.steps.all()] == ["looked-at", "reader"]
    assert response.steps.all()[0].actor_name == by.get_username()


def test_a_flag_without_words_or_ticket_is_asked_for_them_and_loses_nothing(client: Client) -> None:
    response = spoken()
    empty = client.post(flag_address(response), {"ticket": str(new_ticket()), "text": " "})
    assert empty.status_code == 422
    broken = client.post(flag_address(response), {"ticket": "x", "text": "It insults."})
    assert broken.status_code == 400
    assert "It insults." in broken.content.decode()
    assert not Flag.objects.exists()


def test_only_words_that_are_public_can_be_flagged(client: Client) -> None:
    hidden = make_response(make_dialogue(), text="My words", text_state="waiting")
    assert client.get(flag_address(hidden)).status_code == 404
    assert client.post(flag_address(hidden), {"text": "No."}).status_code == 404


def test_withdrawing_a_response_empties_the_flags_that_may_quote_it(client: Client) -> None:
    response = spoken()
    flag = flagged(client, response)
    services.withdraw(response)
    flag.refresh_from_db()
    assert flag.text == ""
