"""Text that is sealed at rest: who reads the database, or a copy of it, learns nothing from it.

Sealed with Fernet (AES-128-CBC and HMAC-SHA-256, https://github.com/fernet/spec) from the
`cryptography` library. The keys come from CONTACT_KEYS: the first one seals, all of them open, so
that a key can be replaced without a break.
"""

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac


class SealBrokenError(Exception):
    """A sealed text that none of the keys opens."""


@cache
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    made = [Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in keys]
    return MultiFernet(made)


def seal(data: bytes) -> bytes:
    """Give data sealed with the first of the keys."""
    return _fernet(tuple(settings.CONTACT_KEYS)).encrypt(data)


def unseal(data: bytes) -> bytes:
    """Give sealed data in clear. Raises SealBrokenError where no key opens it."""
    try:
        return _fernet(tuple(settings.CONTACT_KEYS)).decrypt(data)
    except InvalidToken as error:
        raise SealBrokenError from error


def blind_print(text: str, purpose: str) -> str:
    """Give a print by which a sealed text is found again: 64 hexadecimal characters, keyed.

    Without the site's secret key nobody can try addresses against it. Prints for different
    purposes differ.
    """
    return salted_hmac(f"portal.sealed.{purpose}", text, algorithm="sha256").hexdigest()


class SealedTextField(models.TextField[str, str]):
    """A text that the database only holds sealed. It cannot be searched or ordered by."""

    def get_prep_value(self, value: Any) -> Any:
        """Seal on the way in; an empty text stays empty."""
        text = super().get_prep_value(value)
        return seal(text.encode()).decode() if text else text

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Open on the way out."""
        return unseal(value.encode()).decode() if value else value
