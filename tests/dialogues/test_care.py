"""What the texts of dialogues share with contributions: flags, claims, appeals, reasons."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from contributions.dialogues import moderation, services
from contributions.dialogues.models import Response
from contributions.dialogues.numbers import numbers_of_texts
from contributions.models import Flag
from portal.curation.workflow import RefusedError
from portal.sending.tickets import print_of_key
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


def declined(by: User, key: str, reason: str = "off-topic", note: str = "") -> Response:
    """Give a response whose words somebody has declined, under a key of its author."""
    response = spoken()
    Response.objects.update(key_print=print_of_key(key))
    moderation.decline(response, by, moderation.edition_of(response), reason, note)
    return response


def test_an_appeal_by_the_private_link_goes_to_another_moderator_and_is_had_once(
    client: Client,
) -> None:
    first, second, key = make_moderator("first"), make_moderator("second"), new_ticket().key
    response = declined(first, key)
    address = reverse("dialogue-mine", args=[key])
    assert 'value="appeal"' in client.get(address).content.decode()
    assert "Please write something" in client.post(address, {"do": "appeal"}).content.decode()
    for _press in range(2):
        answer = client.post(address, {"do": "appeal", "appeal": "It is on the question."})
        assert answer.status_code == 303
    assert response in Response.objects.waiting()
    told = [letter for letter in mail.outbox if letter.subject.startswith("Appeal")]
    assert {letter.to[0] for letter in told} == {"first@example.org", "second@example.org"}
    assert len(told) == 2  # once each, however often the button was pressed
    response.refresh_from_db()
    seen = moderation.edition_of(response)
    page = signed_in(second).get(reverse("admin:contributions_response_judge", args=[response.pk]))
    assert "It is on the question." in page.content.decode()
    for step in (moderation.claim, moderation.publish):
        with pytest.raises(RefusedError, match="another moderator"):
            step(response, first, seen)
    with pytest.raises(RefusedError, match="another moderator"):
        moderation.decline(response, first, seen, "spam")
    moderation.decline(response, second, seen, "spam")
    late = client.post(address, {"do": "appeal", "appeal": "Once more."}).content.decode()
    assert "Once more." in late  # what was typed is not lost
    assert Response.objects.get().text_state == "declined"
    kinds = [step.kind for step in response.steps.all()]
    assert kinds == ["declined", "appealed", "declined"]


def test_withdrawing_takes_the_words_of_the_appeal_too(client: Client) -> None:
    response = declined(make_moderator(), new_ticket().key)
    services.appeal(response, "I was there.")
    services.withdraw(response)
    response.refresh_from_db()
    assert response.appeal == ""


def test_what_one_moderator_claims_no_other_decides_until_it_is_given_back() -> None:
    response = make_response(make_dialogue(), text="My words", text_state="waiting")
    seen = moderation.edition_of(response)
    first, second = make_moderator("first"), make_moderator("second")
    for _press in range(2):
        moderation.claim(response, first, seen)
    for step in (moderation.claim, moderation.publish):
        with pytest.raises(RefusedError, match="claimed"):
            step(response, second, seen)
    with pytest.raises(RefusedError, match="claimed"):
        moderation.decline(response, second, seen, "spam")
    with pytest.raises(RefusedError, match="claimed"):
        moderation.shut_out(response, second, seen, "Spam.")
    moderation.release(response, second, seen)
    moderation.publish(response, second, seen)
    steps = [(step.kind, step.actor_name) for step in response.steps.all()]
    assert steps == [("published", "second"), ("released", "second"), ("claimed", "first")]


def test_a_claim_is_made_on_the_page_and_shows_in_the_queue() -> None:
    response = make_response(make_dialogue(), text="My words", text_state="waiting")
    browser = signed_in(make_moderator("amina"))
    address = reverse("admin:contributions_response_judge", args=[response.pk])
    seen = moderation.edition_of(response)
    assert browser.post(address, {"step": "claim", "seen": seen})["Location"] == address
    assert "claimed by amina" in browser.get(address).content.decode()
    queue = browser.get(reverse("admin:contributions_contribution_queue")).content.decode()
    assert "amina" in queue.partition(response.dialogue.title)[2].partition("</tr>")[0]


def test_an_accusation_is_pointed_to_grievance_mechanisms(client: Client) -> None:
    by, key = make_moderator(), new_ticket().key
    response = declined(by, key, "allegation")
    page = client.get(reverse("dialogue-mine", args=[key])).content.decode()
    assert "grievance mechanism can look" in page
    assert "where to turn" in page
    desk = signed_in(by).get(reverse("admin:contributions_response_judge", args=[response.pk]))
    assert "Accusations have no place in a dialogue" not in desk.content.decode()  # decided
    other = make_response(response.dialogue, text="Theirs", text_state="waiting")
    desk = signed_in(by).get(reverse("admin:contributions_response_judge", args=[other.pk]))
    assert "Accusations have no place in a dialogue" in desk.content.decode()


def test_reasons_that_were_stored_under_other_codes_carry_over() -> None:
    response = declined(make_moderator(), new_ticket().key)
    Response.objects.update(decline_reason="risk")
    response.steps.update(reason="person")
    import_module("contributions.migrations.0011_reasons_carry_over").carry_over(apps, None)
    assert Response.objects.get().decline_reason == "harm"
    assert response.steps.get().reason == "private"


def test_the_numbers_of_moderation_tell_of_the_texts_of_dialogues(
    client: Client, django_assert_num_queries: Any
) -> None:
    by = make_moderator()
    response = declined(by, new_ticket().key, "allegation")
    Response.objects.update(sent_at=response.sent_at - timedelta(hours=7))
    again = make_response(response.dialogue, text="More", text_state="waiting")
    moderation.decline(again, by, moderation.edition_of(again), "allegation")
    services.appeal(again, "No.")
    Response.objects.filter(pk=again.pk).update(sent_at=again.sent_at - timedelta(hours=7))
    make_response(response.dialogue, text="Public")
    make_response(response.dialogue, text="New", text_state="waiting")
    make_response(response.dialogue)  # votes alone are no text
    with django_assert_num_queries(3):
        numbers = numbers_of_texts()
    assert (numbers.received, numbers.waiting, numbers.published) == (4, 2, 1)
    assert (numbers.declined, numbers.appeals) == (1, 1)
    assert (numbers.hours_to_decision, numbers.reasons) == (7, [("Accusation", 1)])
    page = client.get(reverse("moderation")).content.decode()
    assert "Why texts in dialogues were declined" in page


def test_new_words_may_be_appealed_anew_and_judged_by_everybody(client: Client) -> None:
    first, second, key = make_moderator("first"), make_moderator("second"), new_ticket().key
    response = declined(first, key)
    services.appeal(response, "It is on the question.")
    response.refresh_from_db()
    moderation.decline(response, second, moderation.edition_of(response), "spam")
    response.refresh_from_db()
    assert not response.may_appeal
    response = services.revise(response, services.Answer("ngo", text="Other words."))
    moderation.decline(response, first, moderation.edition_of(response), "spam")
    response.refresh_from_db()
    assert response.may_appeal


def test_an_appeal_of_what_is_shut_out_is_over_and_waits_nowhere() -> None:
    first, second, key = make_moderator("first"), make_moderator("second"), new_ticket().key
    response = declined(first, key)
    services.appeal(response, "It is on the question.")
    response.refresh_from_db()
    with pytest.raises(RefusedError, match="another moderator"):
        moderation.shut_out(response, first, moderation.edition_of(response), "A machine.")
    moderation.shut_out(response, second, moderation.edition_of(response), "A machine.")
    response.refresh_from_db()
    assert response.text_state == "declined"
    assert response not in Response.objects.waiting()
    assert numbers_of_texts().waiting == 0
    assert numbers_of_texts().received == 1


def test_a_judgement_of_what_was_decided_or_appealed_meanwhile_is_refused() -> None:
    first, second, key = make_moderator("first"), make_moderator("second"), new_ticket().key
    response = declined(first, key)
    seen = moderation.edition_of(response)
    services.appeal(response, "It is on the question.")
    with pytest.raises(RefusedError, match="read it again"):
        moderation.publish(response, second, seen)


def test_withdrawing_closes_and_empties_flags_and_notes(client: Client) -> None:
    by, key = make_moderator(), new_ticket().key
    response = declined(by, key, note="It says: drowned.")
    Flag.objects.create(response=response, text="It says: drowned.", key_print="f")
    services.withdraw(response)
    flag = Flag.objects.get()
    assert flag.text == ""
    assert flag.closed_at is not None
    assert not response.steps.exclude(note="").exists()
