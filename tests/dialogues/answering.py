"""How tests answer a dialogue: as a browser without scripts would."""

import re
from typing import Any

from django.test import Client

from portal.sending import guard

PRIVATE = re.compile(r"^/dialogues/mine/([\w-]{32})/")


def ticket_of(client: Client, address: str) -> str:
    """Give the ticket of a form that is shown."""
    page = client.get(address).content.decode()
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found, address
    return found[1]


def sent(client: Client, address: str, **values: Any) -> Any:
    """Fill in the form at an address and send it; gives the answer."""
    return client.post(address, {"ticket": ticket_of(client, address), "kind": "company", **values})


def key_of(answer: Any) -> str:
    """Give the key of the private page that an answer leads to."""
    assert answer.status_code == 303, answer.content.decode()
    found = PRIVATE.match(answer["Location"])
    assert found, answer["Location"]
    return found[1]


def in_no_haste(monkeypatch: Any) -> None:
    """Take tests for people, although they type faster."""
    monkeypatch.setattr(guard, "QUICKEST", -1.0)
