"""Responding to a dialogue: once, in time, without an account, and back out again."""

from typing import Any

import pytest
from django.test import Client

from contributions.dialogues import services
from contributions.dialogues.models import Dialogue, Response
from contributions.dialogues.services import Answer
from portal.corpus import current_state
from tests.builders import make_dialogue, make_response
from tests.dialogues.answering import in_no_haste, key_of, sent, ticket_of
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    in_no_haste(monkeypatch)


def form_of(dialogue: Dialogue) -> str:
    """Give the address of the form of a dialogue."""
    return f"/dialogues/{dialogue.slug}/respond/"


def votes_for(dialogue: Dialogue, *choices: str) -> dict[str, str]:
    """Give what a form sends for the statements in their order."""
    pairs = zip(dialogue.statements.all(), choices, strict=False)
    return {f"statement-{statement.pk}": choice for statement, choice in pairs}


def test_a_response_is_stored_with_votes_and_waits_for_a_moderator(client: Client) -> None:
    dialogue = make_dialogue()
    answer = sent(
        client, form_of(dialogue), text="Two\r\nlines", name="Ama", **votes_for(dialogue, "agree")
    )
    assert client.get(f"/dialogues/mine/{key_of(answer)}/").status_code == 200
    response = Response.objects.get()
    assert (response.text, response.name, response.kind) == ("Two\nlines", "Ama", "company")
    assert (response.standing, response.text_state) == ("counted", "waiting")
    assert [vote.choice for vote in response.votes.all()] == ["agree"]
    assert "Two" not in client.get(dialogue.get_absolute_url()).content.decode()
    assert not client.cookies


def test_a_form_that_is_sent_twice_makes_one_response_which_says_what_was_said_last(
    client: Client,
) -> None:
    dialogue = make_dialogue()
    ticket = ticket_of(client, form_of(dialogue))
    for text in ("Once.", "Once.", "Better."):
        values = {"ticket": ticket, "kind": "company", "text": text}
        key_of(client.post(form_of(dialogue), values))
    assert [response.text for response in Response.objects.all()] == ["Better."]


def test_a_form_that_is_sent_again_after_withdrawing_brings_nothing_back(client: Client) -> None:
    dialogue = make_dialogue()
    values = {"ticket": ticket_of(client, form_of(dialogue)), "kind": "company", "text": "Oh."}
    key = key_of(client.post(form_of(dialogue), values))
    client.post(f"/dialogues/mine/{key}/", {"do": "withdraw", "sure": "yes"})
    assert key_of(client.post(form_of(dialogue), values)) == key
    assert Response.objects.get().text == ""


def test_whoever_comes_too_late_keeps_their_text(client: Client) -> None:
    dialogue = make_dialogue()
    ticket = ticket_of(client, form_of(dialogue))
    Dialogue.objects.filter(pk=dialogue.pk).update(closes_on=dialogue.opens_on)
    values = {"ticket": ticket, "kind": "company", "text": "A long <b>thought</b>"}
    answer = client.post(form_of(dialogue), values)
    assert answer.status_code == 409
    assert "A long &lt;b&gt;thought&lt;/b&gt;</textarea>" in answer.content.decode()
    assert not Response.objects.exists()
    assert client.get(form_of(dialogue)).status_code == 302


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": ""}, "Say as whom you speak."),
        ({"kind": "king"}, "not one of the available choices"),
        ({"text": "x" * 2001}, "2001 characters, 2000 fit"),
        ({"text": "  "}, "Answer at least one statement"),
        ({"country": "XX"}, "Choose a country"),
        ({"text": "nul\x00"}, "Null characters"),
        ({"name": "n" * 61}, "at most 60 characters"),
    ],
)
def test_a_faulty_form_says_what_to_mend_and_keeps_what_was_typed(
    client: Client, values: dict[str, str], message: str
) -> None:
    dialogue = make_dialogue()
    given = {"text": "My words", "name": "Kofi", **values}
    answer = sent(client, form_of(dialogue), **given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert values.get("name", "Kofi") in page
    assert values.get("text", "My words").strip("\x00 ") in page
    assert not Response.objects.exists()


def test_a_choice_survives_a_faulty_form(client: Client) -> None:
    dialogue = make_dialogue()
    answer = sent(client, form_of(dialogue), kind="", **votes_for(dialogue, "pass", "disagree"))
    page = answer.content.decode()
    assert page.count('value="pass" checked') == 1
    assert page.count('value="disagree" checked') == 1


def test_two_thousand_characters_fit_however_a_browser_writes_line_breaks(client: Client) -> None:
    dialogue = make_dialogue()
    key_of(sent(client, form_of(dialogue), text="a\r\n" * 1000))


def test_a_ticket_that_was_changed_gets_a_new_one_and_loses_nothing(client: Client) -> None:
    dialogue = make_dialogue()
    answer = client.post(form_of(dialogue), {"ticket": "x", "kind": "company", "text": "Words"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Words</textarea>" in page
    assert 'name="ticket" value="x"' not in page
    assert not Response.objects.exists()


def test_a_ticket_of_one_dialogue_does_not_open_a_response_of_another(client: Client) -> None:
    first, second = make_dialogue(), make_dialogue()
    values = {"ticket": ticket_of(client, form_of(first)), "kind": "company", "text": "Words"}
    key_of(client.post(form_of(first), values))
    assert client.post(form_of(second), values).status_code == 422
    assert Response.objects.get().dialogue == first


def test_what_looks_odd_is_held_back_and_counts_for_nothing(client: Client) -> None:
    dialogue = make_dialogue()
    key_of(sent(client, form_of(dialogue), text="Words", website="http://spam"))
    response = Response.objects.get()
    assert (response.standing, response.oddities) == ("held", ["honeypot"])
    assert not dialogue.responses.voices()


def test_a_flood_is_turned_away_with_its_text(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.sending.guard.REFUSED_FROM", 1)
    dialogue = make_dialogue()
    key_of(sent(client, form_of(dialogue), text="First"))
    answer = sent(client, form_of(dialogue), text="Second")
    assert answer.status_code == 429
    assert "Second</textarea>" in answer.content.decode()
    assert Response.objects.count() == 1


def test_the_private_page_is_kept_out_of_caches_referrers_and_search_engines(
    client: Client,
) -> None:
    dialogue = make_dialogue()
    answer = sent(client, form_of(dialogue), text="Words")
    key = key_of(answer)
    for seen in (answer, client.get(f"/dialogues/mine/{key}/")):
        assert seen["Referrer-Policy"] == "no-referrer"
        assert "no-store" in seen["Cache-Control"]
        assert "noindex" in seen["X-Robots-Tag"]
        assert "ETag" not in seen
    assert key not in str(list(Response.objects.values()))
    for other in ("x" * 32, "short", key[:-1] + ("a" if key[-1] != "a" else "b")):
        assert client.get(f"/dialogues/mine/{other}/").status_code == 404


def test_a_response_is_changed_by_its_link_and_its_words_are_read_again(client: Client) -> None:
    dialogue = make_dialogue()
    key = key_of(sent(client, form_of(dialogue), text="Old", **votes_for(dialogue, "agree")))
    Response.objects.update(text_state="published")
    private = f"/dialogues/mine/{key}/"
    assert 'value="agree" checked' in client.get(private).content.decode()
    changed = {"do": "change", "kind": "ngo", "text": "New", **votes_for(dialogue, "", "pass")}
    assert client.post(private, changed).status_code == 303
    response = Response.objects.get()
    assert (response.text, response.text_state, response.kind) == ("New", "waiting", "ngo")
    assert [vote.choice for vote in response.votes.all()] == ["pass"]
    assert [step.kind for step in response.steps.all()] == ["rewritten"]


def test_a_change_after_the_end_is_refused_and_keeps_its_text(client: Client) -> None:
    dialogue = make_dialogue()
    key = key_of(sent(client, form_of(dialogue), text="Old"))
    Dialogue.objects.filter(pk=dialogue.pk).update(closes_on=dialogue.opens_on)
    answer = client.post(f"/dialogues/mine/{key}/", {"kind": "company", "text": "New"})
    assert "takes no responses now" in answer.content.decode()
    assert "New</textarea>" in answer.content.decode()
    assert Response.objects.get().text == "Old"


def test_withdrawing_asks_first_and_takes_words_and_votes_from_every_page_at_once(
    client: Client,
) -> None:
    dialogue = make_dialogue()
    key = key_of(
        sent(client, form_of(dialogue), text="Canary words", name="Canary name",
             **votes_for(dialogue, "agree"))
    )  # fmt: skip
    response = Response.objects.get()
    Response.objects.update(text_state="published")
    make_response(dialogue, reply_to=response, text="A reply that stays")
    assert "Canary words" in client.get(dialogue.get_absolute_url()).content.decode()
    private = f"/dialogues/mine/{key}/"
    assert "Tick the box" in client.post(private, {"do": "withdraw"}).content.decode()
    assert client.post(private, {"do": "withdraw", "sure": "yes"}).status_code == 303
    page = client.get(dialogue.get_absolute_url()).content.decode()
    assert "Canary" not in page
    assert "A reply that stays" in page
    assert "withdrawn this response" in page
    assert "Canary" not in client.get(private).content.decode()
    assert "Canary" not in str(list(Response.objects.values()))
    assert not response.votes.exists()


def test_no_log_line_holds_a_private_address_or_what_was_typed(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "django.request")  # more than the portal writes
    dialogue = make_dialogue()
    sent(client, form_of(dialogue), kind="", text="Canary")
    key = key_of(sent(client, form_of(dialogue), text="Canary"))
    private = f"/dialogues/mine/{key}/"
    client.post(private, {"do": "withdraw"})
    client.post(private, {"kind": "", "text": "Canary"})
    Dialogue.objects.filter(pk=dialogue.pk).update(closes_on=dialogue.opens_on)
    client.post(private, {"kind": "company", "text": "Canary"})
    client.post(private, {"do": "withdraw", "sure": "yes"})
    lines = [record.getMessage() for record in caplog.records]
    assert "Unprocessable Entity" in "".join(lines)  # something was written
    assert key not in "".join(lines)
    assert "Canary" not in "".join(lines)


def test_a_reply_answers_what_is_published_only_and_does_not_vote(client: Client) -> None:
    dialogue = make_dialogue()
    shown = make_response(dialogue, text="Shown")
    hidden = make_response(dialogue, text="Hidden", text_state="waiting")
    address = f"{form_of(dialogue)}?to={shown.code}"
    page = client.get(address).content.decode()
    assert "Shown" in page
    assert 'type="radio"' not in page
    key_of(sent(client, address, to=shown.code, text="Yes", **votes_for(dialogue, "agree")))
    reply = Response.objects.get(text="Yes")
    assert reply.reply_to == shown
    assert not reply.votes.exists()
    assert reply not in dialogue.responses.voices()
    assert client.get(f"{form_of(dialogue)}?to={hidden.code}").status_code == 404
    Response.objects.filter(pk=reply.pk).update(text_state="published")
    assert client.get(f"{form_of(dialogue)}?to={reply.code}").status_code == 404  # one level


def test_the_form_works_without_scripts_cookies_or_other_sites(client: Client) -> None:
    page = client.get(form_of(make_dialogue())).content.decode()
    main = page[page.index("<main") :]
    assert "<script" not in main
    assert "onclick" not in page
    assert "csrfmiddlewaretoken" not in page


def test_hostile_words_come_out_as_words(client: Client) -> None:
    dialogue = make_dialogue()
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    make_response(dialogue, text=hostile, name="<svg onload=x>")
    page = client.get(dialogue.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<svg onload" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_votes_leave_kept_pages_alone_unless_a_new_kind_speaks(client: Client) -> None:
    dialogue = make_dialogue()
    before = current_state().number
    key_of(sent(client, form_of(dialogue), **votes_for(dialogue, "agree")))
    first = current_state().number
    assert first == before + 1
    assert "1 of 12 kinds" in client.get(dialogue.get_absolute_url()).content.decode()
    key_of(sent(client, form_of(dialogue), **votes_for(dialogue, "agree")))
    assert current_state().number == first


def test_taking_a_response_takes_a_fixed_number_of_queries(client: Client) -> None:
    dialogue = make_dialogue(statements=tuple(f"Statement {number}" for number in range(8)))
    make_response(dialogue, "company")
    ticket = ticket_of(client, form_of(dialogue))
    choices = votes_for(dialogue, *["agree"] * 8)
    with queries_within(26, "a response"):
        values = {"ticket": ticket, "kind": "company", "text": "Words", **choices}
        key_of(client.post(form_of(dialogue), values))


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_the_same_moment_makes_one_response(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialogue = make_dialogue()
    first, _is_new = services.respond(dialogue, "k" * 32, Answer("company", text="Words"))
    look, blind = services._locked, iter([True])

    def look_too_early(**looked_up: Any) -> Response | None:
        return None if next(blind, False) else look(**looked_up)

    monkeypatch.setattr(services, "_locked", look_too_early)
    second, is_new = services.respond(dialogue, "k" * 32, Answer("company", text="Words"))
    assert (second, is_new) == (first, False)
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_service_refuses_what_is_withdrawn_or_closed(monkeypatch: Any) -> None:
    dialogue = make_dialogue()
    response, is_new = services.respond(dialogue, "k" * 32, Answer("company", text="Words"))
    assert is_new
    services.withdraw(response)
    services.withdraw(response)  # twice is once
    with pytest.raises(services.WithdrawnError):
        services.revise(response, Answer("company", text="More"))
    Dialogue.objects.update(state="archived")
    with pytest.raises(services.ClosedError):
        services.respond(dialogue, "l" * 32, Answer("company"))
