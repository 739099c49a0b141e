"""What tests of contributions share: forms as a browser sends them."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from contributions.models import Contribution
from contributions.moderation import services as moderation
from contributions.moderation.judgement import Judgement
from contributions.sending import services
from portal.sending import guard
from portal.sending.tickets import Ticket
from tests.builders import make_curator

SOUND = Judgement(could_harm=False, is_accusing=False)
TEXT = "We were asked, and we were heard."
ABOUT: dict[str, Any] = {
    "identity": "anonymous",
    "stakeholder_kind": "asgm-association",
    "country": "",
    "consent": "on",
}


def new_ticket() -> Ticket:
    """Give a ticket of a form that was shown a while ago."""
    ticket = Ticket.new()
    return Ticket(ticket.key, ticket.shown_at.replace(year=ticket.shown_at.year - 1))


def post(
    client: Client, kind: str, ticket: Ticket | None = None, step: int = 0, **data: Any
) -> Any:
    """Send a form; the answer."""
    ticket = ticket or new_ticket()
    address = reverse("contribution-write", args=[kind])
    return client.post(address, {**ABOUT, "ticket": str(ticket), **data})


def send(client: Client, kind: str = "perspective", **data: Any) -> tuple[Contribution, str]:
    """Send a contribution; give it with the key of its private link."""
    ticket = new_ticket()
    values = {"text": TEXT, **data}
    answer = post(client, kind, ticket, **values)
    assert answer.status_code == 302, answer.content.decode()
    found = services.find(ticket.key)
    assert found is not None
    return found, ticket.key


def publish(contribution: Contribution, by: User | None = None) -> Contribution:
    """Have a moderator publish what was sent."""
    by = by or make_curator()
    moderation.claim(contribution, by)
    moderation.publish(contribution, by, SOUND)
    contribution.refresh_from_db()
    return contribution


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests send as fast as they like."""
    monkeypatch.setattr(guard, "QUICKEST", 0.0)
