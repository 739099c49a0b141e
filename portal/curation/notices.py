"""Who is told of a step by mail. Call in the transaction of the step: undone, it tells nobody.

Steps that are taken together (`together`) make one mail a person, which names each record.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.curation.history import authors_of
from portal.mail.outbox import post
from portal.models import Publishable
from portal.safety.audit import absolute


@dataclass(frozen=True)
class News:
    """What a step means for those who are told: `subject` in a word or two, and what to do now."""

    subject: str
    to_do: str
    name: str
    reason: str


@dataclass(frozen=True)
class Notice:
    """That a step was taken with a record, for some people."""

    people: frozenset[int]
    news: News
    title: str
    address: str
    step: int | None


_together: ContextVar[list[Notice] | None] = ContextVar("notices", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Gather what is told of the steps inside, and post it at the end, in their transaction."""
    gathered: list[Notice] = []
    token = _together.set(gathered)
    try:
        yield
    finally:
        _together.reset(token)
    _post(gathered)


def sent_to_review(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell everybody who may review it, but for who sent it."""
    to_do = _("Open it, read it, and approve it or send it back with a reason.")
    _tell(_with_right("review", record), record, by, _("To review"), to_do, reason)


def sent_back(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell its authors."""
    to_do = _("Open it, mend what is named, and send it to review again.")
    _tell(authors_of(record), record, by, _("Sent back"), to_do, reason)


def approved(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell its authors, and those who may publish it."""
    people = authors_of(record) | _with_right("publish", record)
    to_do = _("Whoever may publish it can do so now.")
    _tell(people, record, by, _("Approved"), to_do, reason)


def published(
    record: Publishable, by: AbstractBaseUser, reason: str, authors: Iterable[int]
) -> None:
    """Tell its authors."""
    to_do = _("Everybody can read it. There is nothing to do.")
    _tell(authors, record, by, _("Published"), to_do, reason)


def taken_out(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell its authors, and those who may publish it."""
    people = authors_of(record) | _with_right("publish", record)
    to_do = _("See whether the words still stand in this record, and take them out here too.")
    _tell(people, record, by, _("Words to take out"), to_do, reason)


def archived(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Tell everybody who may publish."""
    to_do = _("The public no longer sees it. There is nothing to do.")
    _tell(_with_right("publish", record), record, by, _("Archived"), to_do, reason)


def _with_right(action: str, record: Publishable) -> set[int]:
    """Give the people whose role gives them a right."""
    codename = f"{action}_{record._meta.model_name}"
    own = Q(user_permissions__codename=codename)
    of_group = Q(groups__permissions__codename=codename)
    people = get_user_model()._default_manager.filter(own | of_group, is_active=True)
    return set(people.values_list("pk", flat=True))


def _tell(
    people: Iterable[int],
    record: Publishable,
    by: AbstractBaseUser,
    subject: str,
    to_do: str,
    reason: str,
) -> None:
    """Post the mails of a step, or keep them for the end of steps that are taken together."""
    form = f"admin:{record._meta.app_label}_{record._meta.model_name}_change"
    notice = Notice(
        frozenset(people) - {by.pk},
        News(subject, to_do, by.get_username(), reason),
        str(record),
        absolute(reverse(form, args=[record.pk])),
        record.last_step_id,
    )
    gathered = _together.get()
    if gathered is None:
        _post([notice])
    else:
        gathered.append(notice)


def _post(notices: list[Notice]) -> None:
    """Post one mail a person for each kind of news."""
    concerned = {person for notice in notices for person in notice.people}
    if not concerned:
        return
    rows = get_user_model()._default_manager.filter(pk__in=concerned, is_active=True)
    addresses = {key: address for key, address in rows.values_list("pk", "email") if address}
    told: defaultdict[tuple[int, News], list[Notice]] = defaultdict(list)
    for notice in notices:
        for person in sorted(notice.people & addresses.keys()):
            told[person, notice.news].append(notice)
    for (person, news), about in told.items():
        steps = " ".join(str(notice.step) for notice in about)
        key = f"steps {steps} {person}"
        post(addresses[person], _subject(news, about), _body(news, about), key=key)


def _subject(news: News, about: list[Notice]) -> str:
    what = about[0].title if len(about) == 1 else _("%d records") % len(about)
    return " ".join(f"{news.subject}: {what}".split())


def _body(news: News, about: list[Notice]) -> str:
    """Give who did it and why, what to do now, and each record with the address of its form."""
    by = _("%(name)s, with this reason: %(reason)s") if news.reason else _("By %(name)s.")
    records = [f"{notice.title}\n{notice.address}" for notice in about]
    first = by % {"name": news.name, "reason": news.reason}
    return "\n\n".join([first, news.to_do, *records, ""])
