"""What is sent in is stored once, followed by its private link, published, corrected, withdrawn."""

from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, reverse

from casestudies.models import CaseStudy
from contributions.models import Attachment, Contact, Contribution, Perspective
from contributions.sending import services
from contributions.vocabulary import ContributionState
from lessons.models import Evidence
from tests.builders import make_case, make_country, make_lesson
from tests.contributions.sending import ABOUT, TEXT, new_ticket, post, publish, send

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, address: str) -> str:
    """Give a page as text."""
    return client.get(address).content.decode()


def test_a_view_goes_from_the_form_to_the_page_of_its_case(client: Client) -> None:
    case = make_case()
    form = page(client, reverse("contribution-write", args=["perspective"]) + f"?case={case.slug}")
    assert case.title in form
    contribution, key = send(client, case=case.slug)
    mine = page(client, reverse("contribution-mine", args=[key]))
    assert contribution.reference in mine
    assert "waits for a moderator" in mine
    assert TEXT not in page(client, case.get_absolute_url())
    publish(contribution)
    said = Perspective.objects.get()
    assert said.get_absolute_url() in page(client, case.get_absolute_url())
    shown = page(client, said.get_absolute_url())
    assert TEXT in shown
    assert "Anonymous" in shown
    assert said.title in page(client, reverse("perspectives") + "?contribution=perspective")
    assert said.get_absolute_url() in page(client, reverse("contribution-mine", args=[key]))


def test_a_form_that_is_sent_twice_is_one_contribution(client: Client) -> None:
    ticket = new_ticket()
    first = post(client, "perspective", ticket, text=TEXT)
    second = post(client, "perspective", ticket, text=TEXT)
    assert first["Location"] == second["Location"]
    assert Contribution.objects.count() == 1
    assert Contribution.objects.get().steps.filter(action="sent").count() == 1


def test_a_form_sent_again_after_the_decision_changes_nothing(client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text=TEXT)
    contribution = services.find(ticket.key)
    assert contribution
    publish(contribution)
    answer = post(client, "perspective", ticket, text="Something else.")
    assert answer.status_code == 409
    assert "Something else." in answer.content.decode()
    contribution.refresh_from_db()
    assert contribution.answers == {"text": TEXT}


def test_what_is_missing_is_named_and_nothing_is_lost_or_stored(client: Client) -> None:
    answer = post(client, "perspective", text=TEXT, stakeholder_kind="", identity="confirmed")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert TEXT in shown
    assert "Please choose what comes closest." in shown
    assert "needed for the way of naming you" in shown
    assert not Contribution.objects.exists()


def test_a_damaged_ticket_keeps_the_text_and_stores_nothing(client: Client) -> None:
    address = reverse("contribution-write", args=["perspective"])
    answer = client.post(address, {**ABOUT, "text": TEXT, "ticket": "made:up"})
    assert answer.status_code == 400
    assert TEXT in answer.content.decode()
    assert not Contribution.objects.exists()


def test_what_may_put_somebody_at_risk_is_asked_about_once(client: Client) -> None:
    text = "The pit is at 6.20451, -1.67120; ask Chief Kofi, +233 20 123 4567."
    ticket = new_ticket()
    answer = post(client, "perspective", ticket, text=text)
    shown = answer.content.decode()
    assert "looks like coordinates" in shown
    assert "looks like a telephone number" in shown
    assert "name of a private person" in shown
    assert not Contribution.objects.exists()
    assert post(client, "perspective", ticket, text=text, checked="1").status_code == 302


def test_a_case_is_told_in_steps_kept_and_resumed(client: Client) -> None:
    ghana = make_country("GH")
    ticket = new_ticket()
    what = {"title": "A new way", "summary": "They agreed.", "mine": "Mine", "district": "North",
            "country": ghana.pk}  # fmt: skip
    answer = post(client, "case", ticket, **what)
    on = reverse("contribution-continue", args=[ticket.key])
    assert answer["Location"] == on + "?step=2"
    kept = client.post(on + "?step=2", {"ticket": str(ticket), "context": "Before.", "later": "1"})
    assert kept["Location"] == reverse("contribution-mine", args=[ticket.key])
    assert "not sent yet" in page(client, kept["Location"])
    assert "Before." in page(client, on + "?step=2")
    story = {"context": "Before.", "done": "Talks.", "came_of_it": "Peace."}
    client.post(on + "?step=2", {"ticket": str(ticket), **story})
    client.post(on + "?step=3", {"ticket": str(ticket), "sources": "A newspaper"})
    answer = client.post(on + "?step=4", {**ABOUT, "ticket": str(ticket)})
    assert answer["Location"] == reverse("contribution-mine", args=[ticket.key])
    contribution = publish(Contribution.objects.get())
    draft = CaseStudy.objects.get()
    assert contribution.draft_case == draft
    assert (draft.title, draft.state, draft.what_was_done) == ("A new way", "draft", "Talks.")
    assert "A newspaper" in draft.context
    assert list(draft.countries.all()) == [ghana]
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_last_step_alone_does_not_send_a_case_with_gaps(client: Client) -> None:
    ticket = new_ticket()
    post(client, "case", ticket, title="A new way", later="1")
    on = reverse("contribution-continue", args=[ticket.key])
    answer = client.post(on + "?step=4", {**ABOUT, "ticket": str(ticket)})
    assert answer["Location"] == on + "?step=1"
    assert Contribution.objects.get().state == ContributionState.DRAFT


def test_experience_with_a_lesson_becomes_a_draft_that_stands_as_its_evidence(
    client: Client,
) -> None:
    lesson = make_lesson()
    contribution, _key = send(
        client, "experience", lesson=lesson.slug, done="We met.", came_of_it="Fewer quarrels."
    )
    publish(contribution)
    assert "What we tried" in page(client, Perspective.objects.get().get_absolute_url())
    evidence = Evidence.objects.get()
    assert (evidence.lesson, evidence.case.state) == (lesson, "draft")
    assert evidence.case.get_absolute_url() not in page(client, lesson.get_absolute_url())


def test_a_reply_stands_beside_the_passage_that_it_answers(client: Client) -> None:
    case = make_case()
    contribution, _key = send(
        client, "reply", case=case.slug, passage="done", quote="The response.", text="Not so."
    )
    publish(contribution)
    shown = page(client, case.get_absolute_url())
    done = shown.index('aria-labelledby="done"')
    assert done < shown.index("Not so.") < shown.index('aria-labelledby="outcomes"')


def test_a_confirmed_name_needs_the_letter_and_a_press_of_the_button(client: Client) -> None:
    contribution, key = send(
        client, text=TEXT, identity="confirmed", shown_name="The treasurer",
        email="treasurer@example.org",
    )  # fmt: skip
    letter = next(each for each in mail.outbox if each.to == ["treasurer@example.org"])
    assert key not in letter.body
    address = next(word for word in letter.body.split() if "/contribute/confirm/" in word)
    path = address.removeprefix("http://testserver")
    assert "treasurer" not in path
    assert "Yes, I sent it" in page(client, path)
    contribution.refresh_from_db()
    assert contribution.email_confirmed_at is None
    client.post(path)
    contribution.refresh_from_db()
    assert contribution.email_confirmed_at is not None
    assert key in mail.outbox[-1].body
    assert client.get(path[:-3] + "x/").status_code == 404


def test_an_address_that_was_mended_gets_a_letter_too(client: Client) -> None:
    ticket = new_ticket()
    named = {"text": TEXT, "identity": "confirmed", "shown_name": "The treasurer"}
    post(client, "perspective", ticket, **named, email="tresurer@example.org")
    post(client, "perspective", ticket, **named, email="treasurer@example.org")
    assert [each.to for each in mail.outbox] == [
        ["tresurer@example.org"], ["treasurer@example.org"],
    ]  # fmt: skip


def test_what_was_sent_cannot_be_turned_into_a_draft_with_gaps(client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text=TEXT, identity="pseudonym", shown_name="Kofi")
    answer = post(client, "perspective", ticket, text="", stakeholder_kind="", later="1")
    assert answer.status_code == 422
    post(client, "perspective", ticket, text=TEXT, identity="anonymous", shown_name="Kofi")
    contribution = publish(Contribution.objects.get())
    assert contribution.shown_name == ""
    assert Perspective.objects.get().speaker == "Anonymous"


def test_the_same_file_twice_is_one_file(client: Client) -> None:
    ticket = new_ticket()
    for _press in range(2):
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.4 a file", "application/pdf")
        post(client, "perspective", ticket, text=TEXT, file=file)
    assert Attachment.objects.count() == 1
    file = SimpleUploadedFile("a.pdf", b"MZ no such thing", "application/pdf")
    answer = post(client, "perspective", new_ticket(), text=TEXT, file=file)
    assert answer.status_code == 409
    assert "Only pictures" in answer.content.decode()


def test_withdrawing_leaves_a_tombstone_and_nothing_else(client: Client) -> None:
    case = make_case()
    contribution, key = send(client, case=case.slug, text="A very particular sentence.",
                             email="somebody@example.org")  # fmt: skip
    publish(contribution)
    said = Perspective.objects.get()
    client.post(reverse("contribution-withdraw", args=[key]))
    answer = client.get(said.get_absolute_url())
    assert answer.status_code == 410
    assert "very particular" not in answer.content.decode()
    for address in (
        case.get_absolute_url(), reverse("perspectives"), reverse("feed"),
        reverse("search") + "?q=particular", reverse("case-json", args=[case.slug]),
        reverse("contribution-mine", args=[key]),
    ):  # fmt: skip
        assert "very particular" not in _text(client.get(address))
    assert not Contact.objects.exists()
    contribution.refresh_from_db()
    assert (contribution.answers, contribution.state) == ({}, "withdrawn")
    client.post(reverse("contribution-withdraw", args=[key]))  # again: nothing happens
    assert contribution.steps.filter(action="withdrawn").count() == 1


def _text(answer: Any) -> str:
    return (answer.getvalue() if answer.streaming else answer.content).decode()


def test_my_data_is_all_that_is_stored_and_contact_data_can_be_erased(client: Client) -> None:
    contribution, key = send(client, email="somebody@example.org")
    data = client.get(reverse("contribution-data", args=[key])).json()
    assert data["answers"] == {"text": TEXT}
    assert data["contact"]["email"] == "somebody@example.org"
    client.post(reverse("contribution-forget", args=[key]))
    assert client.get(reverse("contribution-data", args=[key])).json()["contact"] is None
    assert Contribution.objects.get(pk=contribution.pk).answers == {"text": TEXT}


@pytest.mark.parametrize("key", ["x" * 32, "short", "../../etc", "x" * 33])
def test_a_link_that_opens_nothing_says_only_that(client: Client, key: str) -> None:
    for name in ("mine", "continue", "withdraw", "data"):
        try:
            address = reverse(f"contribution-{name}", args=[key])
        except NoReverseMatch:  # a key that no address can hold
            continue
        assert client.get(address).status_code == 404


def test_private_pages_tell_no_other_site_and_are_kept_nowhere(client: Client) -> None:
    _contribution, key = send(client)
    answer = client.get(reverse("contribution-mine", args=[key]))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
