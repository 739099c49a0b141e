"""The one door into the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from portal.safety.addresses import address_print
from portal.safety.models import AuditAction, AuditEntry

# The request being answered, so that every line can tell its address without being handed it.
_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@contextmanager
def answering(request: HttpRequest) -> Iterator[None]:
    """Say that what is recorded inside belongs to this request."""
    token = _request.set(request)
    try:
        yield
    finally:
        _request.reset(token)


def person_asking() -> AbstractBaseUser | AnonymousUser | None:
    """Give who sent the request being answered; nothing in a command."""
    request = _request.get()
    return request.user if request else None


def absolute(address: str) -> str:
    """Give an address with the host that is asked; as it is in a command."""
    request = _request.get()
    return request.build_absolute_uri(address) if request else address


def record(
    actor: AbstractBaseUser | AnonymousUser | None,
    action: AuditAction,
    subject: Model | str = "",
    detail: str = "",
) -> AuditEntry:
    """Write one line into the audit log, in the transaction that is open.

    `actor` is who did it: nobody for a command or somebody who is not signed in. `subject` is what
    it was done to, `detail` what else is to be known; never secrets, never a raw address.
    """
    person = actor if isinstance(actor, AbstractBaseUser) and actor.pk else None
    request = _request.get()
    return AuditEntry.objects.create(
        actor_id=person.pk if person else None,
        actor_name=person.get_username() if person else "",
        action=action,
        subject=str(subject)[:200],
        detail=detail,
        address_print=address_print(request) if request else "",
    )


def prune() -> int:
    """Remove the lines older than AUDIT_DAYS; gives how many."""
    limit = timezone.now() - timedelta(days=settings.AUDIT_DAYS)
    return AuditEntry.objects.filter(moment__lt=limit).delete()[0]
