"""A mail leaves once its change is through, is never lost, and is sealed while it waits."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from portal.mail.models import OutgoingMail
from portal.mail.outbox import FIRST_PAUSE, LEASE, LONGEST_PAUSE, REMEMBERED, post, send_waiting

pytestmark = pytest.mark.django_db
ADDRESS = "amina@example.org"
LATER = timedelta(days=2)


def use(settings: Any, backend: str) -> None:
    """Let mails leave by another backend."""
    settings.EMAIL_BACKEND = f"tests.mail.backends.{backend}"


def write(key: str = "one", to: str = ADDRESS, **values: Any) -> bool:
    """Post a mail that nobody sends yet."""
    return post(to, "A subject", "A text", key=key, at_once=False, **values)


@pytest.mark.django_db(transaction=True)
def test_a_mail_leaves_when_its_change_is_through_and_never_when_it_is_undone(
    mailoutbox: list[Any],
) -> None:
    with transaction.atomic():
        post(ADDRESS, "Undone", "Nothing happened", key="undone")
        transaction.set_rollback(True)
    assert not OutgoingMail.objects.exists()
    with transaction.atomic():
        post(ADDRESS, "Done", "It happened", key="done", html="<p>It happened</p>")
        assert not mailoutbox
    [mail] = mailoutbox
    assert (mail.to, mail.subject, mail.body) == ([ADDRESS], "Done", "It happened")
    assert mail.alternatives[0].content == "<p>It happened</p>"
    assert send_waiting(timezone.now() + LATER).sent == 0
    assert len(mailoutbox) == 1


def test_the_same_key_is_one_mail_even_after_it_was_sent(mailoutbox: list[Any]) -> None:
    assert [write("a"), write("a"), write("b")] == [True, False, True]
    assert send_waiting().sent == 2
    assert not write("a")
    assert send_waiting(timezone.now() + LATER).sent == 0
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 2


def test_a_mail_may_wait_for_the_command(
    settings: Any, mailoutbox: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.MAIL_AT_ONCE = False
    with django_capture_on_commit_callbacks(execute=True):
        post(ADDRESS, "S", "T", key="one")
    assert not mailoutbox
    out = io.StringIO()
    call_command("send_mails", stdout=out)
    assert out.getvalue() == "mails sent: 1; failed: 0\n"
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("backend", ["Unreachable", "Breaking"])
def test_a_mail_that_fails_is_kept_and_leaves_once_with_a_later_run(
    settings: Any,
    mailoutbox: list[Any],
    caplog: pytest.LogCaptureFixture,
    backend: str,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    working = settings.EMAIL_BACKEND
    use(settings, backend)
    with django_capture_on_commit_callbacks(execute=True):  # no error reaches whoever posts
        post(ADDRESS, "S", "T", key="one")
    mail = OutgoingMail.objects.get()
    assert (mail.attempts, mail.sent_at) == (1, None)
    assert mail.error in ("ConnectionRefusedError", "SMTPServerDisconnected")
    assert mail.error in caplog.text
    assert ADDRESS not in caplog.text
    settings.EMAIL_BACKEND = working
    assert send_waiting(mail.made_at).sent == 0  # not before its time
    assert [send_waiting(mail.next_try).sent for _run in range(2)] == [1, 0]
    assert len(mailoutbox) == 1


def test_tries_come_at_ever_longer_intervals_and_never_end(settings: Any) -> None:
    use(settings, "Unreachable")
    write()
    now, pauses = timezone.now(), []
    for _try in range(40):
        send_waiting(now)
        due = OutgoingMail.objects.get().next_try
        pauses.append(due - now)
        now = due
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert set(pauses[-20:]) == {LONGEST_PAUSE}


def test_mails_are_given_up_only_when_somebody_says_so(settings: Any) -> None:
    use(settings, "Unreachable")
    write()
    OutgoingMail.objects.update(made_at=timezone.now() - timedelta(days=40))
    call_command("prune", stdout=io.StringIO())
    out = io.StringIO()
    call_command("send_mails", stdout=out)
    assert "waiting: 1, the oldest since" in out.getvalue()
    call_command("send_mails", give_up_after=30, stdout=out)
    assert not OutgoingMail.objects.exists()


def test_a_mail_that_is_refused_keeps_no_other_back(
    settings: Any, mailoutbox: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    use(settings, "Picky")
    write("first", to="refused@example.org")
    write("second")
    report = send_waiting()
    assert (report.sent, report.failed) == (1, 1)
    assert [mail.to for mail in mailoutbox] == [[ADDRESS]]
    assert "refused@" not in caplog.text
    assert OutgoingMail.objects.waiting().get().error == "SMTPRecipientsRefused"


def test_who_dies_while_sending_loses_nothing_and_a_mail_sent_again_is_recognisable(
    settings: Any, mailoutbox: list[Any]
) -> None:
    working, now = settings.EMAIL_BACKEND, timezone.now()
    write()
    use(settings, "Dying")
    with pytest.raises(KeyboardInterrupt):
        send_waiting()
    settings.EMAIL_BACKEND = working
    assert send_waiting(now + LEASE / 2).sent == 0  # perhaps it is still being sent
    assert send_waiting(now + LEASE * 2).sent == 1
    assert len({mail.extra_headers["Message-ID"] for mail in mailoutbox}) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_each_mail_once(settings: Any, mailoutbox: list[Any]) -> None:
    use(settings, "Slow")
    for number in range(20):
        write(f"mail {number}")

    def run(_number: int) -> int:
        try:
            return send_waiting().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(run, range(2)))
    assert sum(sent) == len(mailoutbox) == 20
    assert all(sent)


def test_what_waits_is_sealed_and_what_was_sent_is_forgotten(mailoutbox: list[Any]) -> None:
    write(headers={"List-Unsubscribe": "<https://example.org/secret>"})
    for text in (ADDRESS, "A subject", "A text", "secret"):
        assert text not in rows()
    send_waiting()
    assert mailoutbox[0].extra_headers["List-Unsubscribe"] == "<https://example.org/secret>"
    mail = OutgoingMail.objects.get()
    assert not any([mail.recipient, mail.subject, mail.text, mail.headers])
    OutgoingMail.objects.update(sent_at=timezone.now() - REMEMBERED - timedelta(days=1))
    call_command("prune", stdout=io.StringIO())
    assert not OutgoingMail.objects.exists()


def rows() -> str:
    """Give the outbox as the database holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM portal_outgoingmail")
        return repr(cursor.fetchall())
