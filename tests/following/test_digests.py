"""Digests: everybody is told each item once, whatever is killed, and no mail has nothing new."""

import io
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from casestudies.models import CaseStudy
from portal.changes import change
from portal.curation import workflow
from portal.curation.history import record_step
from portal.env import BASE
from portal.following import digests, subscribing
from portal.following.kinds import find
from portal.following.models import Delivery, Follower, Frequency, Subscription
from portal.mail.models import OutgoingMail
from portal.mail.outbox import send_waiting
from portal.models import Step
from tests.builders import make_case, make_curator, make_lesson, make_perspective

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def follow(name: str, *whats: str, frequency: Frequency = Frequency.DAILY) -> Follower:
    """Let somebody follow something, since two days ago."""
    for what in whats:
        subject = find(what)
        assert subject is not None, what
        subscribing.ask(
            subject, f"{name}@example.org", frequency, key=f"{name} {what}", at_once=False
        )
    follower = Follower.objects.get(address_print=print_of(name))
    since = timezone.now() - 2 * DAY
    follower.subscriptions.update(
        confirmed_at=since, looked_at=since, asked_at=since, frequency=frequency
    )
    follower.asked_times = 0
    follower.save()
    OutgoingMail.objects.all().delete()
    return follower


def print_of(name: str) -> str:
    """Give the print by which a follower is found."""
    return subscribing.blind_print(f"{name}@example.org", "follower")


def run(now: datetime | None = None) -> str:
    """Run the command; give what it says."""
    out = io.StringIO()
    arguments = {"now": now.isoformat()} if now else {}
    call_command("send_digests", stdout=out, **arguments)
    return out.getvalue()


def told(mailoutbox: list[Any]) -> Counter[tuple[str, str]]:
    """Count how often each follower was told each title."""
    return Counter(
        (mail.to[0].partition("@")[0], title)
        for mail in mailoutbox
        for title in re.findall(r"^\* (.+)$", mail.body, re.M)
    )


@pytest.fixture(autouse=True)
def alone(settings: Any) -> None:
    """Curators may publish what they wrote."""
    settings.REVIEW_BY_ANOTHER = False


def publish_again(case: CaseStudy, reason: str = "A new source") -> None:
    """Note that a change of a case was published."""
    with change():
        record_step(case, Step.Action.PUBLISHED, None, reason)
        case.save()


def test_what_is_new_comes_in_one_mail_under_what_is_followed(mailoutbox: list[Any]) -> None:
    make_case("older", title="Older", published_at=timezone.now() - 10 * DAY)
    make_case("older-too", countries=("ML",), published_at=timezone.now() - 10 * DAY)
    follow("amina", "cases:country=ML", "lessons:", "case:older")
    make_case("new", title="A new case", summary="What was\ntried.", countries=("ML",))
    make_case("elsewhere", title="A case elsewhere", countries=("CO",))
    make_lesson("learnt", title="Learnt")
    assert run() == "digests: 1; news told: 2\n"
    [mail] = mailoutbox
    assert mail.subject == "Common Ground: 2 news items"
    assert mail.to == ["amina@example.org"]
    assert told(mailoutbox) == {("amina", "A new case"): 1, ("amina", "Learnt"): 1}
    text = mail.body
    assert text.index("Lessons\n") < text.index("* Learnt") < text.index("Country: Mali")
    assert text.startswith("This is new, or has changed, in what you follow:\n\nLessons\n")
    assert "* A new case\n  What was tried.\n  http://localhost:8000/cases/new/\n" in text
    assert text.count("http://localhost:8000/cases/?country=ML\n") == 1
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert not mail.alternatives
    assert not mail.attachments
    assert "\n\n\n" not in text


def test_nothing_new_no_mail(mailoutbox: list[Any]) -> None:
    make_case("a-case", published_at=timezone.now() - 10 * DAY)
    follow("amina", "cases:", "case:a-case")
    make_case("a-draft", state="draft")
    assert run() == "digests: 0; news told: 0\n"
    assert not OutgoingMail.objects.exists()
    assert not mailoutbox


def test_a_run_again_and_a_later_one_tell_nothing_twice(mailoutbox: list[Any]) -> None:
    follow("amina", "cases:")
    make_case("one", title="One")
    now = timezone.now()
    assert [run(), run(), run(now + DAY), run(now + 2 * DAY)][1:] == (
        ["digests: 0; news told: 0\n"] * 3
    )
    make_case("two", title="Two", published_at=now + 5 * DAY / 2)
    assert run(now + 3 * DAY) == "digests: 1; news told: 1\n"
    assert set(told(mailoutbox).values()) == {1}


def test_a_published_change_is_news_with_its_reason_and_a_draft_is_not(
    mailoutbox: list[Any],
) -> None:
    curator = make_curator()
    case = make_case("a-case", title="A case", published_at=timezone.now() - 10 * DAY)
    case.outcomes.create(text="It held.", position=0)
    follow("amina", "case:a-case", "cases:country=GH")
    copy = workflow.start_change(CaseStudy.objects.get(pk=case.pk), curator)
    copy.title = "A secret title"
    copy.save()
    workflow.save_step(copy, curator, is_new=False, reason="A secret reason")
    assert run() == "digests: 0; news told: 0\n"
    workflow.submit(copy, curator, "A secret word")
    assert run(timezone.now() + DAY) == "digests: 0; news told: 0\n"
    with change():
        copy.refresh_from_db()
        copy.title = "A better title"
        copy.save()
    workflow.publish(copy, curator, "A court has ruled")
    mailoutbox.clear()
    assert run(timezone.now() + 2 * DAY) == "digests: 1; news told: 1\n"
    assert "* A better title\n  Changed: A court has ruled\n" in mailoutbox[0].body
    assert "secret" not in mailoutbox[0].body


def test_a_first_publication_at_the_desk_is_one_item_and_no_change(mailoutbox: list[Any]) -> None:
    curator = make_curator()
    follow("amina", "cases:")
    case = make_case("a-case", title="A case", summary="In short.", state="draft")
    case.outcomes.create(text="It held.", position=0)
    workflow.submit(case, curator)
    workflow.publish(CaseStudy.objects.get(pk=case.pk), curator, "Sources hold")
    assert run() == "digests: 1; news told: 1\n"
    assert "* A case\n  In short.\n" in mailoutbox[0].body


def test_what_belongs_to_several_subjects_is_told_once(mailoutbox: list[Any]) -> None:
    make_case("a-case", title="A case", published_at=timezone.now() - 10 * DAY)
    follow("amina", "case:a-case")
    follow("amina", "cases:", frequency=Frequency.WEEKLY)
    follow("amina", "case:a-case", "cases:country=GH")
    publish_again(CaseStudy.objects.get())
    now = timezone.now()
    run(now)
    run(now + 8 * DAY)
    assert told(mailoutbox) == {("amina", "A case"): 1}


def test_a_new_perspective_is_news_of_what_it_speaks_to(mailoutbox: list[Any]) -> None:
    old = timezone.now() - 10 * DAY
    case, lesson = make_case("a-case", published_at=old), make_lesson("a-lesson", published_at=old)
    gone, other = make_case("gone", published_at=old), make_case("other", published_at=old)
    follow("amina", "case:a-case", "lesson:a-lesson")
    follow("binta", "lesson:a-lesson", "case:gone")
    follow("chidi", "case:gone", "case:other")
    for title, state in (("A view", "published"), ("Secret", "draft")):
        view = make_perspective(title=title, state=state)
        view.cases.add(case, gone)
        view.lessons.add(lesson)
    gone.state = "archived"
    gone.save()
    run()
    assert told(mailoutbox) == {("amina", "A view"): 1, ("binta", "A view"): 1}
    assert other.title not in "".join(mail.body for mail in mailoutbox)


def test_what_is_withdrawn_before_the_digest_is_not_told(mailoutbox: list[Any]) -> None:
    curator = make_curator()
    follow("amina", "cases:")
    case = make_case("withdrawn", title="Withdrawn")
    make_case("kept", title="Kept")
    workflow.archive(case, curator, "By request")
    run()
    assert told(mailoutbox) == {("amina", "Kept"): 1}


def test_what_is_withdrawn_during_the_run_is_told_to_nobody(
    mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        follow(f"follower-{number}", "cases:")
    case = make_case("withdrawn", title="Withdrawn")
    make_case("kept", title="Kept")
    usual = digests._digest

    def then_withdrawn(*arguments: Any) -> int:
        count = usual(*arguments)
        if CaseStudy.objects.published().filter(pk=case.pk).exists():
            workflow.archive(case, make_curator(), "By request")
        return count

    monkeypatch.setattr(digests, "_digest", then_withdrawn)
    run()
    titles = Counter(title for _who, title in told(mailoutbox).elements())
    assert titles == {"Kept": 3}


def waiting(settings: Any, *names: str) -> None:
    """Write digests about two cases to some followers; they do not leave yet."""
    settings.MAIL_AT_ONCE = False
    for name in names:
        follow(name, "cases:")
    make_case("withdrawn", title="Withdrawn", summary="Hidden words")
    make_case("kept", title="Kept")
    assert run() == f"digests: {len(names)}; news told: {2 * len(names)}\n"


def test_what_is_withdrawn_while_a_digest_waits_is_not_told(
    mailoutbox: list[Any], settings: Any
) -> None:
    waiting(settings, "amina")
    stored = OutgoingMail.objects.get()
    assert "Hidden" not in stored.text + stored.subject
    workflow.archive(CaseStudy.objects.get(slug="withdrawn"), make_curator(), "By request")
    assert send_waiting().sent == 1
    [mail] = mailoutbox
    assert mail.subject == "Common Ground: 1 news item"
    assert told(mailoutbox) == {("amina", "Kept"): 1}
    assert "Withdrawn" not in mail.body
    assert run(timezone.now() + DAY) == "digests: 0; news told: 0\n"


def test_a_try_that_failed_does_not_fix_what_a_digest_tells(
    mailoutbox: list[Any], settings: Any
) -> None:
    waiting(settings, "amina")
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.mail.backends.Breaking"
    assert send_waiting().failed == 1
    settings.EMAIL_BACKEND = working
    workflow.archive(CaseStudy.objects.get(slug="withdrawn"), make_curator(), "By request")
    assert send_waiting(timezone.now() + DAY).sent == 1
    assert told(mailoutbox) == {("amina", "Kept"): 1}


def test_a_digest_of_which_nothing_is_left_does_not_leave(
    mailoutbox: list[Any], settings: Any
) -> None:
    waiting(settings, "amina", "binta")
    Subscription.objects.filter(follower__address_print=print_of("binta")).delete()
    for case in CaseStudy.objects.all():
        workflow.archive(case, make_curator(), "By request")
    assert (send_waiting().sent, send_waiting(timezone.now() + DAY).sent) == (0, 0)
    assert not mailoutbox
    assert not OutgoingMail.objects.waiting().exists()


def test_who_has_stopped_gets_no_digest_that_waits(mailoutbox: list[Any], settings: Any) -> None:
    waiting(settings, "amina", "binta")
    amina, binta = (Follower.objects.get(address_print=print_of(n)) for n in ("amina", "binta"))
    subscribing.end(amina.pk)
    cases = binta.subscriptions.get()
    binta.subscriptions.create(kind="lessons", frequency="daily", asked_at=timezone.now())
    subscribing.end(binta.pk, cases.pk)
    assert OutgoingMail.objects.waiting().count() == 2
    assert send_waiting().sent == 0
    assert not mailoutbox


def test_a_change_while_a_digest_waits_is_told_once_as_what_it_is_now(
    mailoutbox: list[Any], settings: Any
) -> None:
    waiting(settings, "amina")
    publish_again(CaseStudy.objects.get(slug="kept"))
    send_waiting()
    run(timezone.now() + DAY)
    send_waiting(timezone.now() + DAY)
    assert told(mailoutbox) == {("amina", "Withdrawn"): 1, ("amina", "Kept"): 1}


def test_nobody_is_told_of_what_was_there_before_they_confirmed(mailoutbox: list[Any]) -> None:
    make_case("before", title="Before")
    follower = follow("amina", "cases:")
    now = timezone.now()
    follower.subscriptions.update(confirmed_at=now, looked_at=now)
    make_case("after", title="After")
    assert run(now) == "digests: 0; news told: 0\n"  # not on the day of the confirmation
    run(now + DAY)
    assert told(mailoutbox) == {("amina", "After"): 1}


def test_unconfirmed_subscriptions_get_nothing(mailoutbox: list[Any]) -> None:
    follow("amina", "cases:").subscriptions.update(confirmed_at=None)
    make_case()
    assert run() == "digests: 0; news told: 0\n"
    assert not mailoutbox


@pytest.mark.parametrize(("frequency", "days"), [(Frequency.DAILY, 1), (Frequency.WEEKLY, 7)])
def test_a_digest_is_due_by_days_whatever_the_minute(frequency: Frequency, days: int) -> None:
    follower = follow("amina", "cases:", frequency=frequency)
    looked = datetime.fromisoformat("2026-03-02T05:00:07+00:00")
    follower.subscriptions.update(looked_at=looked, confirmed_at=looked)
    due = [
        hours
        for hours in range(24 * 9)
        if Subscription.objects.due(looked + timedelta(hours=hours, seconds=-5)).exists()
    ]
    assert due[0] == (days - 1) * 24 + 19  # with the first minute of the day


def test_a_filter_that_means_nothing_any_more_does_not_become_everything(
    mailoutbox: list[Any],
) -> None:
    gone = make_case("gone", countries=("ML",))
    follow("amina", "cases:country=ML")
    with change():
        gone.delete()
    make_case("elsewhere", title="Elsewhere")
    assert run() == "digests: 0; news told: 0\n"


def test_a_long_digest_is_summed_up(mailoutbox: list[Any]) -> None:
    follow("amina", "cases:")
    with change():
        for _ in range(digests.MOST_LISTED + 5):
            make_case()
    run()
    assert len(told(mailoutbox)) == digests.MOST_LISTED
    assert "and 5 more" in mailoutbox[0].body
    assert run(timezone.now() + DAY) == "digests: 0; news told: 0\n"


def test_hostile_titles_stay_lines_of_text(mailoutbox: list[Any]) -> None:
    follow("amina", "cases:")
    make_case(title="<b>x</b> & {{ y }}\nBcc: z@example.org\r\n.\r\n")
    run()
    assert "* <b>x</b> & {{ y }} Bcc: z@example.org .\n" in mailoutbox[0].body


def test_one_follower_whose_digest_fails_keeps_no_other_waiting(
    mailoutbox: list[Any], caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("amina", "broken", "chidi"):
        follow(name, "cases:")
    make_case(title="News")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE portal_follower SET address = 'unreadable' WHERE address_print = %s",
            [print_of("broken")],
        )
    with pytest.raises(CommandError, match="could not be made: 1"):
        run()
    assert told(mailoutbox) == {("amina", "News"): 1, ("chidi", "News"): 1}
    assert "SealBrokenError" in caplog.text
    assert not Delivery.objects.filter(follower__address_print=print_of("broken")).exists()


def test_queries_do_not_grow_with_followers_who_have_nothing_new() -> None:
    def queries(count: int) -> int:
        for number in range(count):
            make_case(f"case-{count}-{number}", published_at=timezone.now() - 10 * DAY)
            follow(f"f-{count}-{number}", f"case:case-{count}-{number}", "cases:", "lessons:")
        make_lesson(f"draft-{count}", state="draft")
        run(timezone.now())  # caches of the process are warm
        Subscription.objects.update(looked_at=timezone.now() - 2 * DAY)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run()
        return len(captured)

    few = queries(2)
    assert queries(12) == few <= 16


def test_a_moment_that_makes_no_sense_is_told() -> None:
    with pytest.raises(CommandError, match="no moment"):
        call_command("send_digests", now="tomorrow")


# --- Killed in the middle, and two at once --------------------------------------------------------

FOLLOWERS, ITEMS = 8, 3
KILLED = """
import os, sys
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
from django.utils import timezone
from portal.following import digests
place, times = sys.argv[2], int(sys.argv[3])
usual = getattr(digests, place)
def dying(*arguments, **named):
    global times
    times -= 1
    if times < 0:
        os._exit(9)
    return usual(*arguments, **named)
setattr(digests, place, dying)
print(digests.send_digests(timezone.now()))
"""


@pytest.fixture
def crowd(transactional_db: None) -> None:
    """Followers, and news for all of them."""
    make_case("older", published_at=timezone.now() - 10 * DAY)
    for number in range(FOLLOWERS):
        follow(f"f{number}", "cases:", "cases:country=GH", "perspectives:")
    make_case(title="Case one")
    make_case(title="Case two")
    make_perspective(title="A view")


def everybody_was_told_everything_once(mailoutbox: list[Any]) -> bool:
    """Say whether each follower has had one mail with each item once."""
    while send_waiting(timezone.now() + DAY).sent:
        pass
    counted = told(mailoutbox)
    assert len(mailoutbox) == FOLLOWERS
    return len(counted) == FOLLOWERS * ITEMS and set(counted.values()) == {1}


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("place", "times"), [("_digest", 3), ("post_to", 0), ("post_to", 5), ("_gather", 0)]
)
def test_a_run_that_is_killed_and_run_again_tells_each_item_once(
    mailoutbox: list[Any], place: str, times: int
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(connection.settings_dict["NAME"]), place, str(times)],
        cwd=BASE,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr[-500:]
    assert OutgoingMail.objects.count() == times
    assert Delivery.objects.count() == times * ITEMS
    run()
    assert everybody_was_told_everything_once(mailoutbox)


@pytest.mark.usefixtures("crowd")
def test_a_run_that_breaks_off_and_is_run_again_tells_each_item_once(
    mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, calls = digests.post_to, []

    def breaking(*arguments: Any, **named: Any) -> bool:
        calls.append(1)
        done = usual(*arguments, **named)
        if len(calls) in (3, 7):
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(digests, "post_to", breaking)
    for _time in range(2):
        with pytest.raises(KeyboardInterrupt):
            run()
    run()
    assert everybody_was_told_everything_once(mailoutbox)


@pytest.mark.usefixtures("crowd")
def test_two_runs_at_once_tell_each_item_once(mailoutbox: list[Any]) -> None:
    def one(_number: int) -> digests.Report:
        try:
            return digests.send_digests(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(one, range(3)))
    assert sum(report.digests for report in reports) == FOLLOWERS
    assert not any(report.failed for report in reports)
    assert everybody_was_told_everything_once(mailoutbox)
