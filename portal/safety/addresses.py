"""Where a request comes from: read with care, and kept as a print only."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

PRINT = 16  # characters of a print: enough to tell addresses apart


def client_address(request: HttpRequest) -> str:
    """Give the network address of whoever sent a request; empty where it is not known.

    Behind a proxy it is the last entry of X-Forwarded-For, which the proxy itself has written;
    whatever stands before it may be made up by the sender.
    """
    if settings.BEHIND_PROXY:
        forwarded: str = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if _is_address(forwarded):
            return forwarded
    return str(request.META.get("REMOTE_ADDR") or "")


def network_of(address: str) -> str:
    """Give what stands for one line to the internet: an IPv4 address, or 64 bits of an IPv6 one.

    Whoever has a line with IPv6 has at least that many addresses and may change them at will
    (RFC 6177). What is no address is given back as it is.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((found, 64), strict=False).network_address)


def _is_address(text: str) -> bool:
    """Say whether a text is a network address, as the database can keep it."""
    try:
        return not ip_address(text).is_unspecified
    except ValueError:
        return False


def print_of(text: str, purpose: str) -> str:
    """Give the print of a text: the same text has the same print, and no way leads back.

    It is salted with the secret key and with a `purpose`, so that prints kept for different
    purposes cannot be compared. Empty for an empty text.
    """
    if not text:
        return ""
    return salted_hmac(f"portal.safety.{purpose}", text, algorithm="sha256").hexdigest()[:PRINT]


def address_print(request: HttpRequest) -> str:
    """Give the print of the address that a request comes from."""
    return print_of(client_address(request), "address")
