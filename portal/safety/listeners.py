"""Hears what Django and its libraries say of sign-ins and passwords, and writes it down."""

import time
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils.translation import gettext as _

from portal.safety.audit import person_asking, record
from portal.safety.models import AuditAction
from portal.safety.sessions import begin


def _known_name(name: object) -> str:
    """Give a name that somebody typed, if it is one; people type passwords there too."""
    known = get_user_model().objects.filter(username=str(name or "")).exists()
    return str(name) if known else _("a name that nobody has")


def _signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    begin(request.session, time.time())
    record(user, AuditAction.SIGNED_IN)


def _failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    record(None, AuditAction.SIGN_IN_FAILED, _known_name(credentials.get("username")))


def _signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        record(user, AuditAction.SIGNED_OUT)


def _locked_out(request: HttpRequest, username: str, **kwargs: Any) -> None:
    # Said again at each attempt while it lasts; only the first has counted its failures.
    if getattr(request, "axes_failures_since_start", None):
        record(None, AuditAction.LOCKED_OUT, _known_name(username))


def connect() -> None:
    """Listen from now on. Called once, when the apps are ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="safety-signed-in")
    user_logged_out.connect(_signed_out, dispatch_uid="safety-signed-out")
    user_login_failed.connect(_failed, dispatch_uid="safety-sign-in-failed")
    user_locked_out.connect(_locked_out, dispatch_uid="safety-locked-out")


class PasswordChangeNote:
    """Stands among the password validators, because those are told of every new password."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Have no objection."""

    def get_help_text(self) -> str:
        """Have nothing to say to the person."""
        return ""

    def password_changed(self, password: str, user: User | None = None) -> None:
        """Write down whose password was changed, and who changed it."""
        if user is not None:
            record(person_asking(), AuditAction.PASSWORD_CHANGED, user)
