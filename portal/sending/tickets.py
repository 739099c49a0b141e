"""Tickets: a form carries one from the moment it is shown, and brings it back when it is sent.

A ticket holds a random key and the time, signed. The key is what the stored thing is known by, so a
form that is sent twice (a second press, a lost answer, a page that was reloaded) finds what it has
already stored. The same key opens the private link; of it only a print is stored, so that nobody
who reads the database can open it.

Because a ticket needs no session and grants nothing but what its holder sends, these forms need no
cookie and no CSRF token: there is no authority of the visitor that another site could borrow.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing

from portal.sealed import blind_print

SALT = "portal.sending.ticket"
_KEY = re.compile(r"[A-Za-z0-9_-]{32}")


class BadTicketError(Exception):
    """A ticket that this site has not made, or that was changed."""


@dataclass(frozen=True)
class Ticket:
    """The key of what a form will store, and when the form was shown."""

    key: str
    shown_at: datetime

    @classmethod
    def new(cls) -> "Ticket":
        """Give a ticket for a form that is shown now."""
        return cls(secrets.token_urlsafe(24), datetime.now(UTC))

    @classmethod
    def read(cls, text: str) -> "Ticket":
        """Give the ticket that a form brought back. Raises BadTicketError."""
        try:
            key, moment = signing.loads(text, salt=SALT)
            return cls(str(key), datetime.fromtimestamp(int(moment), UTC))
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise BadTicketError from error

    def __str__(self) -> str:
        return signing.dumps([self.key, int(self.shown_at.timestamp())], salt=SALT)

    @property
    def age(self) -> float:
        """The seconds since the form was shown."""
        return (datetime.now(UTC) - self.shown_at).total_seconds()


def print_of_key(key: str) -> str:
    """Give what is stored of a key: 64 hexadecimal characters. The same for the same key."""
    return blind_print(key, "ticket")


def is_key(text: str) -> bool:
    """Say whether a text looks like a key at all."""
    return _KEY.fullmatch(text) is not None
