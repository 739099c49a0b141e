"""Who is told of a step by mail. Call in the transaction of the step: undone, it tells nobody."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.curation.history import authors_of
from portal.mail.outbox import post
from portal.models import Publishable


def sent_to_review(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell everybody who may review it, but for who sent it."""
    subject = _("To review: %(title)s") % {"title": record}
    _tell(_with_right("review", record), record, by, subject, reason)


def sent_back(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell its authors."""
    _tell(authors_of(record), record, by, _("Sent back: %(title)s") % {"title": record}, reason)


def approved(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell its authors, and those who may publish it."""
    people = authors_of(record) | _with_right("publish", record)
    _tell(people, record, by, _("Approved: %(title)s") % {"title": record}, reason)


def published(
    record: Publishable, by: AbstractBaseUser, reason: str, authors: Iterable[int]
) -> None:
    """Tell its authors."""
    _tell(authors, record, by, _("Published: %(title)s") % {"title": record}, reason)


def archived(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell everybody who may publish."""
    subject = _("Archived: %(title)s") % {"title": record}
    _tell(_with_right("publish", record), record, by, subject, reason)


def _with_right(action: str, record: Publishable) -> set[int]:
    """Give the people whose role gives them a right."""
    codename = f"{action}_{record._meta.model_name}"
    own = Q(user_permissions__codename=codename)
    of_group = Q(groups__permissions__codename=codename)
    people = get_user_model()._default_manager.filter(own | of_group, is_active=True)
    return set(people.values_list("pk", flat=True))


def _tell(
    people: Iterable[int], record: Publishable, by: AbstractBaseUser, subject: str, reason: str
) -> None:
    """Post a mail to each person, one for each step."""
    rows = get_user_model()._default_manager.filter(pk__in=set(people) - {by.pk}, is_active=True)
    body = _("%(name)s, with this reason: %(reason)s") if reason else _("By %(name)s.")
    text = body % {"name": by.get_username(), "reason": reason}
    for person, address in rows.exclude(email="").values_list("pk", "email"):
        post(address, subject, text, key=f"step {record.last_step_id} {person}")
