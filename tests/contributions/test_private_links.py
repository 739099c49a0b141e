"""Who may do what with which private link: every address, key and signed letter, codes as data."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from contributions.models import Contribution
from contributions.sending import letters, services
from tests.builders import make_curator
from tests.contributions.sending import ABOUT, TEXT, new_ticket, post, send
from tests.contributions.test_moderation import make_moderator, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

# What each address answers to its own key, while the contribution waits: to GET and to POST.
# An address that is not listed fails the test.
OWN = {
    "contribution-mine": (200, 405),
    "contribution-continue": (200, 302),
    "contribution-withdraw": (200, 302),
    "contribution-answer": (302, 409),
    "contribution-appeal": (302, 409),
    "contribution-data": (200, 405),
    "contribution-forget": (302, 302),
}
# The same after it was withdrawn: its page says so, and nothing can be done any more.
WITHDRAWN = OWN | {"contribution-continue": (302, 302)}
LETTERS = ("contribution-confirm", "contribution-vouch")


def reference_of(key: str) -> str:
    """Give the reference, which is told on the phone and opens nothing."""
    found = services.find(key)
    assert found
    return found.reference


def print_of(key: str) -> str:
    """Give what somebody who reads the database sees of a key."""
    found = services.find(key)
    assert found
    return found.key_print


# Whose links open nothing: with every address, GET gives 404, and POST what it gives or 405.
OPENS_NOTHING: dict[str, Callable[[str], str]] = {
    "tampered": lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
    "unknown": lambda key: "k" * 32,
    "too short": lambda key: key[:-1],
    "too long": lambda key: key + "A",
    "reference": reference_of,
    "print": print_of,
}


def codes(browser: Client, name: str, key: str) -> tuple[int, int]:
    """Give what an address answers to GET and to POST."""
    address = reverse(name, args=[key])
    told = {**ABOUT, "ticket": str(new_ticket()), "text": TEXT}
    return browser.get(address).status_code, browser.post(address, told).status_code


def standing() -> list[Any]:
    """Give all that is stored about contributions."""
    rows = Contribution.objects.order_by("pk")
    return [(row.__dict__ | {"_state": None}, row.steps.count(), hasattr(row, "contact"))
            for row in rows]  # fmt: skip


def browsers() -> dict[str, Client]:
    """Give browsers of everybody who might hold a link."""
    people = {"moderator": make_moderator(), "superuser": make_curator()}
    return {"anonymous": Client()} | {name: signed_in(who) for name, who in people.items()}


def test_every_private_address_is_in_the_table() -> None:
    addresses = {
        name for name in get_resolver().reverse_dict
        if isinstance(name, str) and name.startswith("contribution-")
    }  # fmt: skip
    assert addresses == {*OWN, *LETTERS, "contribution-write"}


@pytest.mark.parametrize("name", OWN)
def test_its_own_link_opens_a_contribution_to_whoever_has_it(name: str) -> None:
    for who, browser in browsers().items():
        _contribution, key = send(Client(), email="somebody@example.org")
        assert codes(browser, name, key) == OWN[name], who


@pytest.mark.parametrize("name", OWN)
def test_the_link_of_what_was_withdrawn_shows_that_and_does_nothing(name: str) -> None:
    _contribution, key = send(Client(), email="somebody@example.org")
    Client().post(reverse("contribution-withdraw", args=[key]))
    before = standing()
    assert codes(Client(), name, key) == WITHDRAWN[name]
    assert standing() == before
    for address in ("contribution-mine", "contribution-data"):
        shown = Client().get(reverse(address, args=[key])).content.decode()
        assert TEXT not in shown
        assert "somebody@" not in shown


@pytest.mark.parametrize("kind", OPENS_NOTHING)
def test_no_other_link_opens_it_for_anybody(kind: str) -> None:
    _contribution, key = send(Client(), email="somebody@example.org")
    other = OPENS_NOTHING[kind](key)
    before = standing()
    for who, browser in browsers().items():
        for name, (_get, sent) in OWN.items():
            expected = (404, 405 if sent == 405 else 404)
            assert codes(browser, name, other) == expected, (who, name)
    assert standing() == before


@pytest.mark.parametrize("name", OWN)
def test_the_link_of_one_contribution_does_nothing_to_another(name: str) -> None:
    first, _first_key = send(Client(), email="first@example.org")
    _second, second_key = send(Client(), text="Of the second.", email="second@example.org")
    before = standing()[0]
    assert codes(Client(), name, second_key) == OWN[name]
    assert standing()[0] == before
    assert first.reference not in Client().get(
        reverse("contribution-mine", args=[second_key])
    ).content.decode()  # fmt: skip


def test_the_ticket_of_another_form_cannot_change_what_a_link_opens(client: Client) -> None:
    first, _key = send(client)
    _second, key = send(client, text="Of the second.")
    stranger = new_ticket()
    on = reverse("contribution-continue", args=[key])
    client.post(on, {**ABOUT, "ticket": str(stranger), "text": "Changed."})
    assert services.find(stranger.key) is None
    first.refresh_from_db()
    assert first.answers == {"text": TEXT}


@pytest.mark.parametrize("name", OWN)
def test_the_link_of_a_draft_that_expired_opens_nothing(name: str, client: Client) -> None:
    ticket = new_ticket()
    post(client, "perspective", ticket, text=TEXT, later="1")
    assert client.get(reverse("contribution-mine", args=[ticket.key])).status_code == 200
    Contribution.objects.update(touched_at=timezone.now() - timezone.timedelta(days=4_000))
    call_command("forget_contacts", verbosity=0)
    expected = (404, 405 if OWN[name][1] == 405 else 404)
    assert codes(client, name, ticket.key) == expected


# --- Signed links in letters --------------------------------------------------------------------

WHAT = {
    "contribution-confirm": (letters.CONFIRM, "email", "email_confirmed_at"),
    "contribution-vouch": (letters.VOUCH, "voucher_email", "vouched_at"),
}


def vouched() -> tuple[Contribution, str]:
    """Give a contribution with both kinds of letters under way."""
    return send(
        Client(), identity="vouched", shown_name="Ama", organisation="A union",
        email="a@example.org", voucher_email="v@example.org",
    )  # fmt: skip


def token_of(name: str, contribution: Contribution) -> str:
    """Give the token of a letter."""
    salt, column, _moment = WHAT[name]
    address = getattr(contribution.contact, column)
    return letters.token_for(salt, contribution, address)


def opened(name: str, token: str, contribution: Contribution) -> tuple[int, int, bool]:
    """Give what the address answers to GET and POST, and whether anything was noted."""
    browser, address = Client(), reverse(name, args=[token])
    got = browser.get(address).status_code
    contribution.refresh_from_db()
    assert getattr(contribution, WHAT[name][2]) is None  # GET writes nothing
    sent = browser.post(address).status_code
    contribution.refresh_from_db()
    return got, sent, getattr(contribution, WHAT[name][2]) is not None


Case = Callable[[str, Contribution, str, pytest.MonkeyPatch], str]


def expired(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    token, now = token_of(name, row), time.time()
    patch.setattr(letters.time, "time", lambda: now + letters.GOOD_FOR + 60)
    return token


def of_another_address(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    token = token_of(name, row)
    setattr(row.contact, WHAT[name][1], "new@example.org")
    row.contact.save()
    return token


def of_the_other_kind(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    return token_of(next(other for other in LETTERS if other != name), row)


def erased(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    token = token_of(name, row)
    services.erase_contact(row)
    return token


def withdrawn(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    token = token_of(name, row)
    services.withdraw(row)
    return token


def of_another_shape(name: str, row: Contribution, key: str, patch: pytest.MonkeyPatch) -> str:
    return signing.dumps({"pk": row.pk}, salt=WHAT[name][0])


OPENED: dict[str, tuple[Case, tuple[int, int, bool]]] = {
    "good": (lambda name, row, key, patch: token_of(name, row), (200, 200, True)),
    "expired": (expired, (404, 404, False)),
    "tampered": (lambda name, row, key, patch: token_of(name, row)[:-2] + "xx", (404, 404, False)),
    "a private key": (lambda name, row, key, patch: key, (404, 404, False)),
    "of another address": (of_another_address, (404, 404, False)),
    "of the other kind": (of_the_other_kind, (404, 404, False)),
    "after contact data was erased": (erased, (404, 404, False)),
    "after it was withdrawn": (withdrawn, (404, 404, False)),
    "of another shape": (of_another_shape, (404, 404, False)),
}


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("case", OPENED)
def test_a_letter_confirms_only_what_it_was_sent_for(
    case: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, key = vouched()
    make, expected = OPENED[case]
    token = make(name, row, key, monkeypatch)
    assert opened(name, token, Contribution.objects.get(pk=row.pk)) == expected
