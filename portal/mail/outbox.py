"""The outbox: mails are posted in the transaction of a change and leave after it.

A mail of a change that is rolled back is rolled back with it. A mail that is posted stays until a
mail server has taken it; failures are tried again, at ever longer intervals. Between the server's
taking it and our noting that lies a moment in which a crash makes us send it once more: then it has
the same Message-ID, by which programs tell that it is the same mail.

While a mail is being sent no row is locked and no transaction is open: a mail server may take its
time, and SQLite has one writer. Instead the row is leased: whoever moves its `next_try` sends it.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from portal.mail.letters import written
from portal.mail.models import OutgoingMail, OutgoingMailQuerySet
from portal.sealed import blind_print

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)  # longer than a mail server may take for one mail
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(days=1)
REMEMBERED = timedelta(days=30)  # how long the same key is known not to be sent again


class NotTakenError(Exception):
    """The mail backend gave no error, and has not taken the mail either."""


@dataclass(frozen=True)
class Report:
    """What a run has done: mails that were taken, and mails that will be tried again."""

    sent: int = 0
    failed: int = 0


def post(
    to: str,
    subject: str,
    text: str,
    *,
    key: str,
    headers: Mapping[str, str] | None = None,
    html: str | None = None,
    writer: str = "",
    at_once: bool = True,
) -> bool:
    """Post a mail as part of the transaction that is open; say whether it is a new one.

    The same `key` is one mail, however often it is posted. After the transaction an attempt is made
    to send it, unless `at_once` or the deployment says that it waits for `manage.py send_mails`.
    A `writer` makes the mail when it leaves (portal/mail/letters.py): then `text` is its notes.
    """
    now = timezone.now()
    row, is_new = OutgoingMail.objects.get_or_create(
        key_print=blind_print(key, "mail"),
        defaults={
            "recipient": to,
            "subject": " ".join(subject.split()),  # a header is one line
            "text": text,
            "html": html or "",
            "headers": json.dumps(dict(headers or {})),
            "writer": writer,
            "made_at": now,
            "next_try": now,
        },
    )
    if is_new and at_once and settings.MAIL_AT_ONCE:
        transaction.on_commit(partial(_try_at_once, row.pk))
    return is_new


def take_back(keys: Iterable[str]) -> int:
    """Remove mails of some keys that have not left yet; say how many. Inside a transaction."""
    prints = [blind_print(key, "mail") for key in keys]
    return OutgoingMail.objects.waiting().filter(key_print__in=prints).delete()[0]


def send_waiting(now: datetime | None = None) -> Report:
    """Send what waits. May run several times at once: each mail is sent by one of them.

    Stops where the mail server cannot be reached at all.
    """
    return _send(OutgoingMail.objects.all(), now or timezone.now())


def give_up(before: datetime) -> int:
    """Remove mails that have waited since before a moment; say how many. They are lost."""
    return OutgoingMail.objects.waiting().filter(made_at__lt=before).delete()[0]


def forget_sent(now: datetime) -> int:
    """Remove what is left of mails that were sent long ago; say how many."""
    return OutgoingMail.objects.filter(sent_at__lt=now - REMEMBERED).delete()[0]


def _try_at_once(pk: int) -> None:
    """Try to send one mail; whatever goes wrong is not the visitor's business."""
    try:
        _send(OutgoingMail.objects.filter(pk=pk), timezone.now())
    except Exception as error:
        logger.warning("The outbox could not be read (%s)", type(error).__name__)


def _send(mails: OutgoingMailQuerySet, now: datetime) -> Report:
    sent = failed = 0
    backend: BaseEmailBackend = get_connection()
    try:
        for pk, next_try in list(mails.due(now).values_list("pk", "next_try")):
            if not _leased(pk, next_try, now):
                continue
            is_reached = False
            try:
                backend.open()
                is_reached = True
                is_sent = _hand_over(pk, backend)
            except Exception as error:
                # Whatever it is, it must not keep other mails back; its text may hold an address.
                failed += 1
                _keep(pk, now, type(error).__name__)
                backend.close()
                if not is_reached:
                    break
            else:
                sent += is_sent
                _note_sent(pk, now)
    finally:
        backend.close()
    return Report(sent, failed)


def _leased(pk: int, next_try: datetime, now: datetime) -> bool:
    """Take a mail for this run; say whether nobody else was faster."""
    row = OutgoingMail.objects.waiting().filter(pk=pk, next_try=next_try)
    return bool(row.update(next_try=now + LEASE, attempts=F("attempts") + 1))


def _hand_over(pk: int, backend: BaseEmailBackend) -> bool:
    """Give a mail to the mail server; say whether there was anything left to say."""
    mail = OutgoingMail.objects.get(pk=pk)
    if mail.writer:
        said = written(mail.writer, mail.text)
        if said is None:
            return False
        mail.subject, mail.text = said
    if not backend.send_messages([_as_message(mail)]):
        raise NotTakenError
    return True


def _as_message(mail: OutgoingMail) -> EmailMultiAlternatives:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    headers = {
        "Message-ID": f"<{mail.key_print[:40]}@{domain}>",
        "Auto-Submitted": "auto-generated",  # no answers by absence notices
        **json.loads(mail.headers or "{}"),
    }
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.recipient], headers=headers)
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _keep(pk: int, now: datetime, error: str) -> None:
    """Keep a mail for another try: after a minute, two, four … and at last every day."""
    attempts = OutgoingMail.objects.values_list("attempts", flat=True).get(pk=pk)
    pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    OutgoingMail.objects.filter(pk=pk).update(next_try=now + pause, error=error[:100])
    logger.warning("A mail could not be sent (%s): it is kept and tried again", error)


def _note_sent(pk: int, now: datetime) -> None:
    """Note that a mail is over, taken or with nothing left to say, and forget what it said."""
    emptied = dict.fromkeys(("recipient", "subject", "text", "html", "headers", "error"), "")
    OutgoingMail.objects.filter(pk=pk).update(sent_at=now, **emptied)
