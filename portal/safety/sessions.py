"""How long a sign-in lasts: a limit from its beginning, and a limit without a request."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

BEGUN = "signed_in_at"
SEEN = "seen_at"
# A session is written again only after this part of the idle limit: most requests write nothing.
GRAIN = 0.05
View = TypeVar("View", bound=Callable[..., Any])


def begin(session: SessionBase, now: float) -> None:
    """Note that somebody has signed in at `now`, in seconds since 1970."""
    session[BEGUN] = session[SEEN] = int(now)


def is_expired(session: SessionBase, now: float) -> bool:
    """Say whether a sign-in is over; one that says no beginning is."""
    is_old = now - session.get(BEGUN, 0) >= settings.SESSION_COOKIE_AGE
    is_idle = now - session.get(SEEN, 0) >= settings.SESSION_IDLE
    return bool(is_old or is_idle)


def note_use(session: SessionBase, now: float) -> None:
    """Note that the person is there, if that was last noted a while ago."""
    if now - session.get(SEEN, 0) >= settings.SESSION_IDLE * GRAIN:
        session[SEEN] = int(now)


def by_script(view: View) -> View:
    """Mark a view that a script asks by itself: nobody need be there."""
    view.is_asked_by_script = True  # type: ignore[attr-defined]
    return view


def shows_presence(request: HttpRequest) -> bool:
    """Say whether a request comes of something that a person does."""
    match = request.resolver_match
    return match is None or not getattr(match.func, "is_asked_by_script", False)
