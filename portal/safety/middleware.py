"""What stands between a session and the desk: its age, and the second factor."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from portal.safety import sessions
from portal.safety.audit import answering, record
from portal.safety.models import AuditAction
from portal.safety.second_factor import Standing, standing_of

Person = AbstractBaseUser | AnonymousUser
SECOND_FACTOR = "second_factor"  # the name of its addresses


class StaffMiddleware:
    """Take somebody for nobody whose session is over or who still owes a second factor.

    That holds on every page, so that no page can forget it; only the pages of the second factor
    and the way out know the person. In the admin the way leads to those pages. A page that does
    not ask who is there costs nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with `request.user` as this class says."""
        with answering(request):
            present: Any = SimpleLazyObject(partial(_present, request, request.user))
            admitted: Any = SimpleLazyObject(partial(_admitted, present))
            request.present = present  # type: ignore[attr-defined]
            request.user = admitted
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Lead who owes a second factor to its pages, and let those see the person."""
        match = request.resolver_match
        assert match is not None  # a view was found
        present = request.present  # type: ignore[attr-defined]
        if SECOND_FACTOR in match.app_names or match.view_name == "admin:logout":
            request.user = present
            return None
        is_sign_in = match.view_name == "admin:login" and request.method == "POST"
        if "admin" not in match.app_names or is_sign_in:
            return None
        if request.user.is_authenticated or not present.is_authenticated:
            return None
        wanted = request.GET.get("next", "") or request.get_full_path()
        address = reverse("second_factor:overview")
        return HttpResponseRedirect(f"{address}?{urlencode({'next': wanted})}")


def _present(request: HttpRequest, user: Person) -> Person:
    """Give who is signed in, or nobody where the session is over; it ends then."""
    if not user.is_authenticated:
        return user
    now = time.time()
    if sessions.is_expired(request.session, now):
        record(user, AuditAction.SESSION_EXPIRED)
        request.session.flush()
        return AnonymousUser()
    if sessions.shows_presence(request):
        sessions.note_use(request.session, now)
    return user


def _admitted(person: Person) -> Person:
    """Give a person to whom nothing stands in the way, or nobody."""
    return person if standing_of(person) is Standing.NOTHING else AnonymousUser()
