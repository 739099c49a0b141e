"""Addresses: query strings with less and with more, and paths in full where no request tells."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict


def without(query: QueryDict, names: Iterable[str]) -> QueryDict:
    """Give a query string without some parameters."""
    rest = query.copy()
    for name in names:
        rest.pop(name, None)
    return rest


def with_more(address: str, parameters: Mapping[str, object]) -> str:
    """Give an address with further parameters at its end."""
    if not parameters:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"


def in_full(path: str) -> str:
    """Give the full address of a path: for mails, whose readers are not here."""
    return f"{settings.SITE_ADDRESS}{path}"
