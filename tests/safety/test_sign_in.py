"""Signing in: who guesses is locked out, sessions end, and the admin lies where it was put."""

import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.env import BASE
from portal.models import AuditEntry
from portal.safety.addresses import address_print, client_address
from portal.safety.models import AuditAction
from tests.builders import make_case, make_curator
from tests.safety.staff import PASSWORD, make_staff, sign_in

pytestmark = pytest.mark.django_db
LOGIN = {"username": "editor", "password": PASSWORD}


def fail(client: Client, times: int, address: str = "192.0.2.1", name: str = "editor") -> None:
    """Send a wrong password some times."""
    data = {"username": name, "password": "wrong"}
    for _time in range(times):
        client.post(reverse("admin:login"), data, REMOTE_ADDR=address)


def test_after_too_many_failures_even_the_right_password_is_refused(
    client: Client, settings: Any
) -> None:
    make_staff()
    fail(client, settings.AXES_FAILURE_LIMIT)
    answer = client.post(reverse("admin:login"), LOGIN, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Too many attempts" in page
    assert "30 minutes" in page
    assert client.get(reverse("admin:index")).status_code == 302


def test_five_failures_are_too_many_where_nothing_else_is_set(settings: Any) -> None:
    assert settings.AXES_FAILURE_LIMIT == 5


def test_one_failure_less_locks_nobody_out_and_success_forgets_failures(
    client: Client, settings: Any
) -> None:
    make_staff()
    fail(client, settings.AXES_FAILURE_LIMIT - 1)
    answer = client.post(reverse("admin:login"), LOGIN, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 302
    assert not AccessAttempt.objects.exists()


def test_lock_out_is_for_this_name_from_this_address_only(client: Client, settings: Any) -> None:
    make_staff()
    make_staff("reviewer")
    fail(client, settings.AXES_FAILURE_LIMIT)
    from_elsewhere = client.post(reverse("admin:login"), LOGIN, REMOTE_ADDR="192.0.2.9")
    assert from_elsewhere.status_code == 302
    other = {"username": "reviewer", "password": PASSWORD}
    neighbour = Client().post(reverse("admin:login"), other, REMOTE_ADDR="192.0.2.1")
    assert neighbour.status_code == 302


def test_lock_out_ends_by_itself_and_trying_meanwhile_does_not_prolong_it(
    client: Client, settings: Any
) -> None:
    make_staff()
    fail(client, settings.AXES_FAILURE_LIMIT)
    past = timezone.now() - settings.AXES_COOLOFF_TIME + timedelta(minutes=1)
    AccessAttempt.objects.update(attempt_time=past)
    fail(client, 1)
    AccessAttempt.objects.update(attempt_time=past - timedelta(minutes=2))
    assert AccessAttempt.objects.get().failures_since_start == settings.AXES_FAILURE_LIMIT
    answer = client.post(reverse("admin:login"), LOGIN, REMOTE_ADDR="192.0.2.1")
    assert answer.status_code == 302


def test_what_a_sender_claims_of_the_address_is_believed_behind_a_proxy_only(
    rf: RequestFactory, settings: Any
) -> None:
    forged = "203.0.113.5, 198.51.100.7"
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forged)
    settings.BEHIND_PROXY = False
    assert client_address(request) == "192.0.2.1"
    settings.BEHIND_PROXY = True
    assert client_address(request) == "198.51.100.7"
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"


def test_an_odd_forwarded_address_does_not_break_the_sign_in(client: Client, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    answer = client.post(
        reverse("admin:login"),
        {"username": "x", "password": "y"},
        HTTP_X_FORWARDED_FOR="no address' --",
    )
    assert answer.status_code == 200


def test_prune_removes_addresses_that_no_longer_count_and_old_lines(
    client: Client, settings: Any
) -> None:
    make_staff()
    fail(client, 1, "192.0.2.1")
    fail(client, 1, "192.0.2.2")
    old = timezone.now() - settings.AXES_COOLOFF_TIME - timedelta(minutes=1)
    AccessAttempt.objects.filter(ip_address="192.0.2.1").update(attempt_time=old)
    kept = AuditEntry.objects.latest("pk")
    AuditEntry.objects.exclude(pk=kept.pk).update(
        moment=timezone.now() - timedelta(days=settings.AUDIT_DAYS + 1)
    )
    call_command("prune", verbosity=0)
    assert [row.ip_address for row in AccessAttempt.objects.all()] == ["192.0.2.2"]
    assert list(AuditEntry.objects.all()) == [kept]


def test_sign_ins_failures_lock_outs_and_sign_outs_are_written_down(
    client: Client, settings: Any, rf: RequestFactory
) -> None:
    user = make_staff()
    AuditEntry.objects.all().delete()
    fail(client, settings.AXES_FAILURE_LIMIT + 1)
    sign_in(client=client)
    client.post(reverse("admin:logout"))
    entries = list(AuditEntry.objects.order_by("pk"))
    failed = [entry for entry in entries if entry.action == AuditAction.SIGN_IN_FAILED]
    assert len(failed) == settings.AXES_FAILURE_LIMIT + 1
    assert {entry.subject for entry in failed} == {"editor"}
    actions = [entry.action for entry in entries if entry not in failed]
    assert actions == [AuditAction.LOCKED_OUT, AuditAction.SIGNED_IN, AuditAction.SIGNED_OUT]
    assert [entry.actor for entry in entries[-2:]] == [user, user]
    assert failed[0].address_print == address_print(rf.get("/", REMOTE_ADDR="192.0.2.1"))
    assert "192.0.2.1" not in str(list(AuditEntry.objects.values()))


def test_a_password_typed_as_a_name_is_not_written_down(client: Client) -> None:
    fail(client, 1, name="my secret password")
    assert "secret" not in str(list(AuditEntry.objects.values()))


def test_a_session_ends_after_its_hours_and_when_it_is_idle(settings: Any) -> None:
    make_staff()
    for key, age in (
        ("signed_in_at", settings.SESSION_COOKIE_AGE),
        ("seen_at", settings.SESSION_IDLE),
    ):
        browser = sign_in()
        assert browser.get(reverse("admin:index")).status_code == 200
        session = browser.session
        session[key] = time.time() - age - 1
        session.save()
        assert browser.get(reverse("admin:index")).status_code == 302
        assert not Session.objects.filter(session_key=session.session_key).exists()
    assert AuditEntry.objects.filter(action=AuditAction.SESSION_EXPIRED).count() == 2


def test_working_keeps_a_session_alive_and_most_requests_write_nothing(
    settings: Any,
) -> None:
    make_staff()
    browser = sign_in()
    session = browser.session
    almost = int(time.time() - settings.SESSION_IDLE + 60)
    session["seen_at"] = almost
    session.save()
    browser.get(reverse("admin:index"))
    seen = browser.session["seen_at"]
    assert seen > almost
    session = browser.session
    session["seen_at"] = seen - 5
    session.save()
    browser.get(reverse("admin:index"))
    assert browser.session["seen_at"] == seen - 5


def test_a_session_without_a_beginning_is_over(settings: Any) -> None:
    make_staff()
    browser = sign_in()
    session = browser.session
    del session["signed_in_at"]
    session.save()
    assert browser.get(reverse("admin:index")).status_code == 302


def test_the_admin_lies_where_the_environment_puts_it_and_robots_do_not_learn(
    tmp_path: Path,
) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.core.checks import run_checks\n"
        "from django.template.loader import render_to_string\n"
        "from django.conf import settings\n"
        "from django.urls import reverse\n"
        "print(reverse('admin:index'), reverse('second_factor:overview'))\n"
        "print([c.id for c in run_checks() if c.id == 'portal.E003'])\n"
    )
    for path, told in (
        ("desk/room", "/desk/room/ /desk/room/second-factor/\n[]"),
        ("cases", "/cases/ /cases/second-factor/\n['portal.E003']"),
    ):
        environment = {
            "PATH": "/usr/bin:/bin",
            "ADMIN_PATH": path,
            "STATE_FOLDER": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }
        command = [sys.executable, "-c", script]
        run = subprocess.run(command, check=False, cwd=BASE, env=environment, capture_output=True)
        assert run.stdout.decode().strip() == told, run.stderr.decode()


def test_robots_learn_only_the_path_that_everybody_knows(client: Client, settings: Any) -> None:
    assert "Disallow: /admin/" in client.get(reverse("robots")).content.decode()
    settings.ADMIN_PATH = "desk/"
    page = Client().get(reverse("robots"), {"x": "1"}).content.decode()
    assert "desk" not in page
    assert "admin" not in page


def test_no_code_and_no_template_spells_the_path_of_the_admin_out() -> None:
    files = [
        path
        for folder in ("portal", "casestudies", "lessons", "contributions", "templates", "static")
        for path in (BASE / folder).rglob("*")
        if path.suffix in (".py", ".html", ".js", ".txt")
    ]
    spelt = [
        f"{path.relative_to(BASE)}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if '"/admin' in line or "'/admin" in line or " /admin/" in line
    ]
    assert spelt == ["templates/robots.txt: {% if default_admin %}Disallow: /admin/"]


def test_a_curators_public_pages_ask_nothing_about_the_person() -> None:
    make_staff()
    browser = sign_in()
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse("about"))
    asked = [query["sql"] for query in queries if "auth_user" in query["sql"]]
    assert asked == []


def test_a_form_that_is_left_open_does_not_keep_a_session_alive(settings: Any) -> None:
    browser = Client()
    browser.force_login(make_curator())
    draft = make_case(state="draft")
    session = browser.session
    session["seen_at"] = almost = int(time.time() - settings.SESSION_IDLE + 60)
    session.save()
    presence = reverse("admin:casestudies_casestudy_presence", args=[draft.pk])
    assert browser.post(presence, {"seen_edition": 0}).status_code == 200
    assert browser.session["seen_at"] == almost
    browser.get(reverse("admin:index"))
    assert browser.session["seen_at"] > almost
