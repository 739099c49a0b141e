"""security.txt (RFC 9116): where to report a weakness of this site."""

from datetime import UTC, datetime, timedelta
from functools import cache

from portal.env import BASE

VALID_FOR = timedelta(days=364)  # the standard asks for less than a year


def security_text(contact: str, address: str) -> str:
    """Give the file. It expires a year after the build: a site that nobody renews says so."""
    expires = build_day() + VALID_FOR
    return (
        f"Contact: {contact}\n"
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}\n"
        f"Preferred-Languages: en\n"
        f"Canonical: {address}\n"
    )


@cache
def build_day() -> datetime:
    """Give the day on which this code was put here: that of its youngest file."""
    youngest = max(path.stat().st_mtime for path in (BASE / "portal").rglob("*.py"))
    day = datetime.fromtimestamp(youngest, UTC)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)
