"""Moderators decide with care: nothing is published unjudged, alone where it accuses, or unseen."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from reversion.models import Version

from contributions.models import Contact, Contribution, Flag, Perspective, ReplyInvitation
from contributions.moderation import services
from contributions.moderation.judgement import Judgement
from contributions.moderation.numbers import numbers_of_moderation
from contributions.publication import text_of
from contributions.sending import services as sending
from portal.curation.workflow import RefusedError
from tests.builders import make_case
from tests.contributions.sending import SOUND, TEXT, new_ticket, post, publish, send

pytestmark = pytest.mark.django_db(transaction=True)


def make_moderator(name: str = "moderator") -> User:
    """Give a person with the role of a moderator and nothing else."""
    call_command("setup_roles", verbosity=0)
    user = User.objects.create_user(
        name, email=f"{name}@example.org", password="a long password", is_staff=True
    )
    user.groups.add(Group.objects.get(name="Moderator"))
    return user


def signed_in(user: User) -> Client:
    """Give a browser in which somebody is signed in."""
    browser = Client()
    browser.force_login(user)
    return browser


def step(browser: Client, contribution: Contribution, **data: Any) -> Any:
    """Send a moderator's step about what was seen."""
    contribution.refresh_from_db()
    data = {"seen": services.edition_of(contribution), **data}
    address = reverse("admin:contributions_contribution_step", args=[contribution.pk])
    return browser.post(address, data)


def test_nothing_is_published_without_both_questions_answered(client: Client) -> None:
    contribution, _key = send(client)
    by = make_moderator()
    with pytest.raises(RefusedError, match="Claim it first"):
        services.publish(contribution, by, SOUND)
    services.claim(contribution, by)
    for judgement in (Judgement(None, False), Judgement(False, None), Judgement(True, False)):
        with pytest.raises(RefusedError):
            services.publish(contribution, by, judgement)
    assert not Perspective.objects.exists()
    services.second(contribution, make_moderator("second"), "It harms nobody.")
    services.publish(contribution, by, SOUND)
    assert Perspective.objects.get().is_published


def test_an_anonymous_accusation_needs_two_moderators_and_an_invitation(client: Client) -> None:
    case = make_case()
    contribution, _key = send(client, case=case.slug, text="Acme drove us out.")
    first, second = make_moderator("first"), make_moderator("second")
    accusing = Judgement(could_harm=False, is_accusing=True)
    services.claim(contribution, first)
    with pytest.raises(RefusedError) as refused:
        services.publish(contribution, first, accusing)
    assert "second moderator" in str(refused.value)
    assert "Invite" in str(refused.value)
    with pytest.raises(RefusedError, match="somebody else"):
        services.second(contribution, first, "I agree with myself.")
    services.second(contribution, second, "Two newspapers say the same.")
    services.invite(contribution, first, "Acme Gold")
    services.publish(contribution, first, accusing)
    said = Perspective.objects.get()
    page = client.get(said.get_absolute_url()).content.decode()
    assert "Acme Gold" in page
    assert "no reply yet" in page
    reply, _key = send(client, "reply", case=case.slug, text="We did not.")
    services.claim(reply, first)
    services.publish(reply, first, SOUND, ReplyInvitation.objects.get().pk)
    page = client.get(said.get_absolute_url()).content.decode()
    assert "the reply" in page
    assert "no reply yet" not in page


def test_an_agreement_is_about_the_words_as_they_were(client: Client) -> None:
    contribution, _key = send(client, text="Kofi saw it.", checked="1")
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    services.escalate(contribution, first, "Does it give somebody away?")
    services.redact(contribution, first, "Seen", "Somebody saw it.")
    services.second(contribution, second, "Not any more.")
    services.redact(contribution, first, "Seen", "Kofi saw it.")
    with pytest.raises(RefusedError, match="further opinion"):
        services.publish(contribution, first, SOUND)
    services.redact(contribution, first, "Seen", "Somebody saw it.")
    services.second(contribution, second, "So it may stand.")
    services.publish(contribution, first, SOUND)
    assert Perspective.objects.get().is_published


def test_what_is_redacted_is_published_and_the_original_stays_with_moderators(
    client: Client,
) -> None:
    contribution, _key = send(client, text="Kofi at the red pit saw it.", checked="1")
    by = make_moderator()
    services.claim(contribution, by)
    services.redact(contribution, by, "Seen by somebody", "Somebody saw it.")
    publish_as(contribution, by)
    said = Perspective.objects.get()
    page = client.get(said.get_absolute_url()).content.decode()
    assert "Somebody saw it." in page
    assert "Kofi" not in page
    desk = signed_in(by).get(
        reverse("admin:contributions_contribution_change", args=[contribution.pk])
    )
    assert "Kofi at the red pit" in desk.content.decode()


def publish_as(contribution: Contribution, by: User) -> None:
    """Publish what somebody has claimed."""
    services.publish(contribution, by, SOUND)


def test_a_change_by_the_contributor_undoes_what_was_prepared_of_the_text(client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text=TEXT)
    contribution = sending.find(ticket.key)
    assert contribution
    by = make_moderator()
    services.claim(contribution, by)
    services.redact(contribution, by, "", "Prepared.")
    post(client, "perspective", ticket, text="I have changed my mind.")
    contribution.refresh_from_db()
    assert text_of(contribution) == "I have changed my mind."


def test_a_question_is_answered_by_the_private_link(client: Client) -> None:
    contribution, key = send(client, email="somebody@example.org")
    by = make_moderator()
    services.claim(contribution, by)
    services.ask(contribution, by, "Which year was it?")
    assert (
        "Which year was it?"
        in client.get(reverse("contribution-mine", args=[key])).content.decode()
    )
    assert not any("Which year" in each.body for each in mail.outbox)
    answer = client.post(reverse("contribution-answer", args=[key]), {"text": "2019."})
    assert answer.status_code == 302
    contribution.refresh_from_db()
    assert contribution.state == "waiting"
    again = client.post(reverse("contribution-answer", args=[key]), {"text": "2020."})
    assert again.status_code == 409
    assert "2020." in again.content.decode()


def test_what_was_declined_can_be_appealed_once_and_goes_to_another_moderator(
    client: Client,
) -> None:
    contribution, key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    with pytest.raises(RefusedError, match="choose a reason"):
        services.decline(contribution, first, "", "No.")
    services.decline(contribution, first, "off-topic", "This is about fishing.")
    page = client.get(reverse("contribution-mine", args=[key])).content.decode()
    assert "This is about fishing." in page
    client.post(reverse("contribution-appeal", args=[key]), {"text": "It is about gold."})
    with pytest.raises(RefusedError, match="another moderator"):
        services.claim(contribution, first)
    services.claim(contribution, second)
    services.decline(contribution, second, "off-topic", "It is not.")
    late = client.post(reverse("contribution-appeal", args=[key]), {"text": "Once more."})
    assert late.status_code == 409


def test_what_is_taken_down_is_gone_at_once_and_its_page_says_why(client: Client) -> None:
    contribution, _key = send(client, text="A very particular sentence.")
    by = make_moderator()
    publish(contribution, by)
    said = Perspective.objects.get()
    services.take_down(contribution, by, "harm", "It names a witness.")
    answer = client.get(said.get_absolute_url())
    assert answer.status_code == 410
    assert "could harm somebody" in answer.content.decode()
    assert "particular" not in answer.content.decode()
    assert contribution.answers["text"] == "A very particular sentence."


def test_two_moderators_do_not_decide_at_once(client: Client) -> None:
    contribution, _key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    services.claim(contribution, first)
    with pytest.raises(RefusedError, match="Somebody else"):
        services.claim(contribution, second)
    assert contribution.steps.filter(action="claimed").count() == 1
    services.release(contribution, second)
    services.claim(contribution, second)


def test_who_does_not_moderate_sees_and_does_nothing(client: Client) -> None:
    contribution, _key = send(client)
    stranger = User.objects.create_user("editor", password="a long password", is_staff=True)
    with pytest.raises(PermissionDenied):
        services.claim(contribution, stranger)
    browser = signed_in(stranger)
    change = reverse("admin:contributions_contribution_change", args=[contribution.pk])
    assert browser.get(change).status_code == 403
    assert step(browser, contribution, do="claim").status_code == 403


def test_drafts_and_what_was_withdrawn_are_not_on_the_desk(client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text="Not ready.", later="1")
    draft = sending.find(ticket.key)
    assert draft
    browser = signed_in(make_moderator())
    change = reverse("admin:contributions_contribution_change", args=[draft.pk])
    assert browser.get(change).status_code == 404
    assert step(browser, draft, do="claim").status_code == 404


def test_the_desk_leads_through_claim_and_publication_and_keeps_what_was_typed(
    client: Client,
) -> None:
    contribution, _key = send(client)
    browser = signed_in(make_moderator())
    queue = browser.get(reverse("admin:contributions_contribution_changelist")).content.decode()
    assert contribution.reference in queue
    assert contribution.reference in browser.get(reverse("admin:index")).content.decode()
    step(browser, contribution, do="claim")
    refused = step(browser, contribution, do="decline", reason="", explanation="Because of this.")
    assert refused.status_code == 409
    assert "Because of this." in refused.content.decode()
    step(browser, contribution, do="publish", could_harm="no", is_accusing="no")
    contribution.refresh_from_db()
    assert contribution.state == "published"


def test_what_looks_like_spam_waits_in_the_slower_queue(client: Client) -> None:
    odd, _key = send(client, text="http://a.example http://b.example http://c.example")
    sound, _key = send(client)
    browser = signed_in(make_moderator())
    address = reverse("admin:contributions_contribution_changelist")
    first = browser.get(address).content.decode()
    slow = browser.get(address, {"queue": "slow"}).content.decode()
    assert sound.reference in first
    assert odd.reference not in first
    assert odd.reference in slow


def test_a_flag_lands_in_the_queue_and_moderators_are_told(client: Client) -> None:
    contribution, _key = send(client)
    by = make_moderator()
    publish(contribution, by)
    said = Perspective.objects.get()
    mail.outbox.clear()
    address = reverse("perspective-flag", args=[said.slug])
    ticket = new_ticket()
    for _press in range(2):
        assert client.post(address, {"ticket": str(ticket), "text": "It names a child."})
    flag = Flag.objects.get()
    assert [each.to for each in mail.outbox] == [["moderator@example.org"]]
    browser = signed_in(by)
    place = reverse("admin:contributions_flag_change", args=[flag.pk])
    assert "It names a child." in browser.get(place).content.decode()
    assert browser.post(place, {"outcome": ""}).status_code == 400
    browser.post(place, {"outcome": "Redacted."})
    flag.refresh_from_db()
    assert flag.closed_by == by


def test_flags_are_taken_longer_than_anything_else_but_not_from_a_machine(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    contribution, _key = send(client)
    publish(contribution, make_moderator())
    flag = reverse("perspective-flag", args=[Perspective.objects.get().slug])
    monkeypatch.setattr("portal.sending.guard.REFUSED_FROM", 1)
    ticket = new_ticket()
    assert client.post(flag, {"ticket": str(ticket), "text": "Danger!"}).status_code == 200
    monkeypatch.setattr("portal.sending.guard.FLAGS_REFUSED_FROM", 2)
    answer = client.post(flag, {"ticket": str(new_ticket()), "text": "And again."})
    assert answer.status_code == 429
    assert "And again.</textarea>" in answer.content.decode()
    assert client.post(flag, {"ticket": str(ticket), "text": "Danger!"}).status_code == 200
    assert Flag.objects.count() == 1


def decided(by: User, kind: str, number: int, declined: int) -> None:
    """Have a number of contributions of a kind of stakeholder decided, some of them declined."""
    browser = Client()
    for each in range(number):
        contribution, _key = send(browser, stakeholder_kind=kind)
        services.claim(contribution, by)
        if each < declined:
            services.decline(contribution, by, "spam" if each else "harm", "No.")
        else:
            services.publish(contribution, by, SOUND)


def test_the_numbers_tell_of_groups_and_not_of_single_people(client: Client) -> None:
    by = make_moderator()
    decided(by, "ngo", 6, declined=3)
    decided(by, "donor", 5, declined=1)
    numbers = numbers_of_moderation()
    assert [(share.label, share.decided, share.declined, share.percent)
            for share in numbers.kinds] == [
        ("Non-governmental organisation", 6, 3, 50), ("Donor", 5, 1, 20),
    ]  # fmt: skip
    # Four stand declined: too few for shares.
    assert [(each.label, each.number, each.percent) for each in numbers.reasons] == [
        ("Could harm somebody", 2, None), ("Spam", 2, None),
    ]  # fmt: skip
    decided(by, "company", 2, declined=1)
    numbers = numbers_of_moderation()
    assert [each.percent for each in numbers.reasons] == [60, 40]
    assert numbers.declined_percent == 38
    page = client.get(reverse("moderation")).content.decode()
    assert "50 %" in page
    assert "Shares of fewer than 5 decisions are not told" in page
    # Thirteen in all less six and five would tell of the company's two: the donors are kept back.
    assert {share.label: share.percent for share in numbers.kinds} == {
        "Non-governmental organisation": 50, "Donor": None, "Mining company": None,
    }  # fmt: skip


def test_contacts_and_old_drafts_are_forgotten_in_time(client: Client) -> None:
    contribution, _key = send(client, email="somebody@example.org")
    send(client, email="new@example.org")
    Contact.objects.filter(pk=contribution.pk).update(given_at=timezone.now() - timedelta(days=366))
    call_command("forget_contacts", verbosity=0)
    assert [contact.email for contact in Contact.objects.all()] == ["new@example.org"]
    assert contribution.steps.filter(action="forgotten").exists()


def test_one_queue_holds_all_that_waits_the_oldest_first(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    by = make_moderator()
    published, _key = send(client)
    publish(published, by)
    said = Perspective.objects.get()
    first, _key = send(client)
    address = reverse("perspective-flag", args=[said.slug])
    client.post(address, {"ticket": str(new_ticket()), "text": "It names a child."})
    odd, _key = send(client, text="http://a.example http://b.example http://c.example")
    last, _key = send(client)
    browser = signed_in(by)
    with django_assert_max_num_queries(12):
        page = browser.get(reverse("admin:contributions_contribution_queue")).content.decode()
    places = [page.index(text) for text in (
        first.reference, "Flag of a reader", last.reference, odd.reference,
    )]  # fmt: skip
    assert places == sorted(places)
    assert published.reference not in page


def test_nobody_gives_the_second_opinion_on_their_own_work(client: Client) -> None:
    contribution, _key = send(client, text="Acme drove us out.")
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    services.escalate(contribution, first, "Is it so?")
    services.release(contribution, first)
    with pytest.raises(RefusedError, match="somebody else"):
        services.second(contribution, first, "It is.")
    services.second(contribution, second, "It is.")
    services.claim(contribution, first)
    services.invite(contribution, first, "Acme Gold")
    services.redact(contribution, first, "", "Acme killed somebody.")
    with pytest.raises(RefusedError, match="the text as it is"):
        services.publish(contribution, first, Judgement(could_harm=False, is_accusing=True))


def test_an_opinion_against_keeps_it_from_the_public_until_a_further_moderator_agrees(
    client: Client,
) -> None:
    contribution, _key = send(client)
    first, second, third = map(make_moderator, ("first", "second", "third"))
    services.claim(contribution, first)
    browser = signed_in(second)
    mail.outbox.clear()
    assert step(browser, contribution, do="object", opinion=" ").status_code == 409
    step(browser, contribution, do="object", opinion="The pit can be recognised.")
    assert {each.to[0] for each in mail.outbox} >= {"first@example.org"}
    change = reverse("admin:contributions_contribution_change", args=[contribution.pk])
    page = signed_in(first).get(change).content.decode()
    assert "second is against publishing it" in page
    assert page.count("The pit can be recognised.") == 2  # on top, and among the steps
    with pytest.raises(RefusedError, match="further opinion"):
        services.publish(contribution, first, SOUND)
    with pytest.raises(RefusedError, match="worked on it yourself"):
        services.second(contribution, first, "It cannot.")
    services.redact(contribution, first, "", "Without the pit.")
    with pytest.raises(RefusedError, match="further opinion"):
        services.publish(contribution, first, SOUND)
    services.second(contribution, third, "Nobody can tell now.")
    assert "is against publishing" not in signed_in(first).get(change).content.decode()
    services.publish(contribution, first, SOUND)
    assert Perspective.objects.get().is_published


def test_who_has_agreed_does_not_overrule_a_later_opinion_against(client: Client) -> None:
    contribution, _key = send(client)
    second, third = make_moderator("second"), make_moderator("third")
    for _press in range(2):
        services.second(contribution, second, "Fine.")
    services.object_to(contribution, third, "It is not.")
    with pytest.raises(RefusedError, match="further moderator"):
        services.second(contribution, second, "It is.")
    services.second(contribution, third, "I was wrong.")
    contribution.refresh_from_db()
    assert not contribution.is_escalated
    assert contribution.steps.filter(action="seconded").count() == 2


def test_a_judgement_of_harm_is_written_down_and_not_taken_back_alone(client: Client) -> None:
    contribution, _key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    browser = signed_in(first)
    step(browser, contribution, do="claim")
    for _press in range(2):
        harmful = {"could_harm": "yes", "is_accusing": "no"}
        assert step(browser, contribution, do="publish", **harmful).status_code == 409
    judged = contribution.steps.get(action="judged")
    assert (judged.by, judged.text) == (first, "Could harm: yes. Accuses: no.")
    sound = {"could_harm": "no", "is_accusing": "no"}
    assert step(browser, contribution, do="publish", **sound).status_code == 409
    assert contribution.steps.filter(action="judged").count() == 2
    assert not Perspective.objects.exists()
    services.second(contribution, second, "It harms nobody.")
    step(browser, contribution, do="publish", **sound)
    assert Perspective.objects.get().is_published


def test_declining_settles_opinions_and_an_appeal_is_for_another_moderator_alone(
    client: Client,
) -> None:
    contribution, key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    with pytest.raises(RefusedError):
        services.publish(contribution, first, Judgement(True, False))
    services.decline(contribution, first, "harm", "It shows a pit.")
    client.post(reverse("contribution-appeal", args=[key]), {"text": "It shows none."})
    services.claim(contribution, second)
    services.publish(contribution, second, SOUND)
    assert Perspective.objects.get().is_published


def test_what_was_judged_an_accusation_is_none_only_once_a_second_moderator_agrees(
    client: Client,
) -> None:
    contribution, _key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    for judgement in (Judgement(False, True), SOUND):
        with pytest.raises(RefusedError, match="second moderator"):
            services.publish(contribution, first, judgement)
    services.second(contribution, second, "It names nobody.")
    services.publish(contribution, first, SOUND)
    contribution.refresh_from_db()
    assert contribution.is_accusing is False


def test_harm_seen_while_a_published_text_is_changed_is_written_down_and_nothing_else(
    client: Client,
) -> None:
    contribution, _key = send(client, text="Kofi saw it.", checked="1")
    by = make_moderator("first")
    publish(contribution, by)
    with pytest.raises(RefusedError):
        services.redact(contribution, by, "", "Kofi B. saw it.", (), Judgement(True, False))
    with pytest.raises(RefusedError, match="further opinion"):
        services.redact(contribution, by, "", "Kofi B. saw it.", (), SOUND)
    assert Perspective.objects.get().body == "Kofi saw it."
    services.second(contribution, make_moderator("second"), "Take the name out.")
    services.redact(contribution, by, "", "Somebody saw it.", (), SOUND)
    assert contribution.steps.get(action="redacted").text == "Could harm: no. Accuses: no."
    assert Perspective.objects.get().body == "Somebody saw it."


def test_what_was_changed_while_it_was_read_is_not_published(client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text=TEXT)
    contribution = sending.find(ticket.key)
    assert contribution
    browser = signed_in(make_moderator())
    step(browser, contribution, do="claim")
    seen = services.edition_of(contribution)
    post(client, "perspective", ticket, text="Something else, unread.")
    sound = {"could_harm": "no", "is_accusing": "no"}
    refused = step(browser, contribution, do="publish", seen=seen, **sound)
    assert refused.status_code == 409
    assert not Perspective.objects.exists()
    step(browser, contribution, do="publish", **sound)
    assert "Something else, unread." in Perspective.objects.get().body


def test_an_appeal_is_not_decided_by_who_declined_in_a_roundabout_way(client: Client) -> None:
    contribution, key = send(client)
    first, second = make_moderator("first"), make_moderator("second")
    services.claim(contribution, first)
    services.decline(contribution, first, "off-topic", "No.")
    client.post(reverse("contribution-appeal", args=[key]), {"text": "Yes."})
    services.claim(contribution, second)
    services.ask(contribution, second, "Which year?")
    client.post(reverse("contribution-answer", args=[key]), {"text": "2019."})
    services.release(contribution, first)
    with pytest.raises(RefusedError, match="another moderator"):
        services.claim(contribution, first)


def test_quote_district_and_name_can_be_left_out(client: Client) -> None:
    case = make_case()
    contribution, _key = send(
        client, "reply", case=case.slug, quote="Words.", text="No.", district="North",
        identity="pseudonym", shown_name="Kofi of the red pit",
    )  # fmt: skip
    by = make_moderator()
    services.claim(contribution, by)
    services.redact(contribution, by, "", "No.", ["quote", "district", "name"])
    services.publish(contribution, by, SOUND)
    said = Perspective.objects.get()
    assert (said.quote, said.district, said.speaker, said.identity) == (
        "", "", "Anonymous", "anonymous",
    )  # fmt: skip


def test_what_is_published_is_judged_anew_when_it_is_changed_and_no_revision_keeps_it(
    client: Client,
) -> None:
    contribution, _key = send(client, text="Kofi saw it.", checked="1")
    by = make_moderator()
    publish(contribution, by)
    with pytest.raises(RefusedError):
        services.redact(contribution, by, "", "Somebody saw it.")
    services.redact(contribution, by, "", "Somebody saw it.", (), SOUND)
    said = Perspective.objects.get()
    assert said.body == "Somebody saw it."
    kept = Version.objects.get_for_object(said).values_list("serialized_data", flat=True)
    assert kept
    assert not any("Kofi" in text for text in kept)


def test_lists_in_lists_in_lists_can_be_read_and_declined(client: Client) -> None:
    contribution, _key = send(client, text="- " * 3_000)
    by = make_moderator()
    browser = signed_in(by)
    change = reverse("admin:contributions_contribution_change", args=[contribution.pk])
    assert browser.get(change).status_code == 200
