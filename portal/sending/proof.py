"""Proof of work: what a browser does in a second or two, and a machine that sends thousands feels.

ALTCHA's protocol, with its Python library at this end and a small script in the browser
(static/js/proof.js). Nobody has to do it: without scripts a form goes to the slower queue.
"""

import json
from datetime import timedelta

import altcha
from django.conf import settings
from django.utils import timezone

from portal.sealed import blind_print
from portal.sending.tickets import Ticket, print_of_key

COST = 2_000  # rounds of PBKDF2 for one try; about 256 tries find a solution
GOOD_FOR = timedelta(hours=6)  # long enough to write something


def new_challenge(ticket: Ticket) -> str:
    """Give a challenge as JSON: a second or two on a cheap phone, good for one ticket only."""
    challenge = altcha.create_challenge(
        "PBKDF2/SHA-256",
        COST,
        hmac_secret=_secret(),
        expires_at=timezone.now() + GOOD_FOR,
        data={"ticket": _name(ticket)},
    )
    return json.dumps(challenge.to_dict())


def is_solved(payload: str, ticket: Ticket) -> bool:
    """Say whether a browser has solved a challenge of this ticket that is still good."""
    if not payload or len(payload) > 4_000:
        return False
    try:
        answer = altcha.Payload.from_base64(payload)
        data = answer.challenge.parameters.data or {}
        is_ours = bool(altcha.verify_solution(answer, _secret()).verified)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False
    return is_ours and data.get("ticket") == _name(ticket)


def _name(ticket: Ticket) -> str:
    return print_of_key(ticket.key)[:16]


def _secret() -> str:
    return blind_print(settings.SECRET_KEY, "proof")
