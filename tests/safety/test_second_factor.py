"""The second factor: set up, asked for, not to be guessed or used twice, and lost."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.models import AuditEntry
from portal.safety.models import AuditAction
from tests.safety.staff import code_of, make_phone, make_staff, sign_in, wrong_code_of

pytestmark = pytest.mark.django_db

OVERVIEW = "/admin/second-factor/"
SET_UP = f"{OVERVIEW}set-up/"
CASES = "/admin/casestudies/casestudy/"


def set_up(browser: Client) -> list[str]:
    """Go through the set-up as a person does; gives the recovery codes shown."""
    browser.post(SET_UP, {"begin": "1"})
    phone = TOTPDevice.objects.get(confirmed=False)
    page = browser.post(SET_UP, {"code": code_of(phone)}).content.decode()
    return re.findall(r"<code>([a-z2-7-]+)</code>", page)


def forget_failures() -> None:
    """Let the time pass that wrong codes cost."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def passed(browser: Client) -> bool:
    """Say whether the desk lets this browser in."""
    return browser.get(reverse("admin:index")).status_code == 200


def test_without_the_setting_a_password_is_enough() -> None:
    make_staff()
    assert passed(sign_in())


def test_setting_it_up_shows_a_code_to_scan_and_asks_for_proof() -> None:
    user = make_staff()
    browser = sign_in()
    assert "Set it up" in browser.get(OVERVIEW).content.decode()
    assert browser.post(SET_UP, {"begin": "1"}).status_code == 302
    page = browser.get(SET_UP).content.decode()
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ' in page
    phone = TOTPDevice.objects.get(user=user)
    wrong = browser.post(SET_UP, {"code": wrong_code_of(phone)})
    assert "This code is not right" in wrong.content.decode()
    phone.refresh_from_db()
    assert not phone.confirmed
    forget_failures()
    right = browser.post(SET_UP, {"code": code_of(phone)}).content.decode()
    assert len(set(re.findall(r"<code>([a-z2-7-]+)</code>", right))) == 10
    phone.refresh_from_db()
    assert phone.confirmed
    assert passed(browser)


def test_looking_at_the_pages_writes_nothing() -> None:
    make_staff()
    browser = sign_in()
    browser.get(OVERVIEW)
    assert browser.get(SET_UP).status_code == 302
    assert not TOTPDevice.objects.exists()


def test_the_secret_begun_is_kept_when_the_page_is_opened_twice() -> None:
    make_staff()
    browser = sign_in()
    browser.post(SET_UP, {"begin": "1"})
    key = TOTPDevice.objects.get().key
    browser.post(SET_UP, {"begin": "1"})
    assert TOTPDevice.objects.get().key == key


@pytest.mark.parametrize("address", ["/admin/", CASES, "/admin/password_change/", "/styleguide/"])
def test_who_has_one_gets_nowhere_with_the_password_alone(address: str) -> None:
    make_phone(make_staff(superuser=True))
    browser = sign_in()
    answer = browser.get(address, follow=True)
    assert "Second step" in answer.content.decode()
    assert browser.post(address, {"action": "x"}).status_code in (302, 405)


def test_a_code_lets_through_to_where_the_person_was_going() -> None:
    phone = make_phone(make_staff(superuser=True))
    browser = sign_in()
    asked = browser.get(CASES)
    assert asked.status_code == 302
    key = browser.session.session_key
    page = browser.get(asked["Location"]).content.decode()
    assert f'name="next" value="{CASES}"' in page
    answer = browser.post(OVERVIEW, {"code": code_of(phone), "next": CASES})
    assert answer["Location"] == CASES
    assert browser.get(CASES).status_code == 200
    assert browser.session.session_key != key


def test_a_code_leads_to_no_other_site() -> None:
    phone = make_phone(make_staff())
    answer = sign_in().post(OVERVIEW, {"code": code_of(phone), "next": "https://evil.example/"})
    assert answer["Location"] == reverse("admin:index")


def test_a_code_works_once() -> None:
    phone = make_phone(make_staff())
    code = code_of(phone)
    first, second = sign_in(), sign_in()
    first.post(OVERVIEW, {"code": code})
    again = second.post(OVERVIEW, {"code": code})
    assert passed(first)
    assert "used before" in again.content.decode()
    assert not passed(second)


def test_who_guesses_waits_even_with_the_right_code() -> None:
    phone = make_phone(make_staff())
    browser = sign_in()
    browser.post(OVERVIEW, {"code": wrong_code_of(phone)})
    TOTPDevice.objects.update(throttling_failure_count=8)  # two minutes by now
    answer = browser.post(OVERVIEW, {"code": code_of(phone)})
    assert "Wait a little" in answer.content.decode()
    assert not passed(browser)
    assert AuditEntry.objects.filter(action=AuditAction.SECOND_FACTOR_FAILED).count() == 2
    forget_failures()
    browser.post(OVERVIEW, {"code": code_of(phone)})
    assert passed(browser)


def test_a_recovery_code_works_once_and_is_kept_as_a_print_only() -> None:
    make_staff()
    codes = set_up(sign_in())
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}
    first, second = sign_in(), sign_in()
    first.post(OVERVIEW, {"code": f" {codes[0].upper()} "})
    assert passed(first)
    second.post(OVERVIEW, {"code": codes[0]})
    assert not passed(second)
    assert StaticToken.objects.count() == 9
    assert AuditEntry.objects.filter(action=AuditAction.RECOVERY_CODE_USED).count() == 1


def test_a_wrong_recovery_code_does_not_hold_up_the_app() -> None:
    user = make_staff()
    set_up(sign_in())
    browser = sign_in()
    browser.post(OVERVIEW, {"code": "abcd-efgh"})
    browser.post(OVERVIEW, {"code": code_of(TOTPDevice.objects.get(user=user), ahead=1)})
    assert passed(browser)


def test_new_recovery_codes_take_a_code_and_replace_the_old() -> None:
    user = make_staff()
    browser = sign_in()
    old = set_up(browser)
    renew = f"{OVERVIEW}recovery-codes/"
    assert "10 recovery codes" in browser.get(renew).content.decode()
    code = code_of(TOTPDevice.objects.get(user=user), ahead=1)
    page = browser.post(renew, {"code": code}).content.decode()
    new = re.findall(r"<code>([a-z2-7-]+)</code>", page)
    assert len(new) == 10
    assert not set(new) & set(old)
    assert StaticToken.objects.count() == 10
    again = browser.post(renew, {"code": code})
    assert "used before" in again.content.decode()


def test_turning_it_off_takes_a_code() -> None:
    user = make_staff()
    browser = sign_in()
    set_up(browser)
    phone = TOTPDevice.objects.get(user=user)
    browser.post(f"{OVERVIEW}off/", {"code": ""})
    browser.post(f"{OVERVIEW}off/", {"code": wrong_code_of(phone)})
    assert TOTPDevice.objects.exists()
    forget_failures()
    browser.post(f"{OVERVIEW}off/", {"code": code_of(phone, ahead=1)})
    assert not TOTPDevice.objects.exists()
    assert not StaticDevice.objects.exists()
    assert AuditEntry.objects.filter(action=AuditAction.SECOND_FACTOR_OFF).get().actor == user


def test_who_has_not_given_a_code_can_neither_renew_nor_turn_off_nor_set_up_anew() -> None:
    phone = make_phone(make_staff())
    browser = sign_in()
    for page in ("off/", "recovery-codes/", "set-up/"):
        browser.post(OVERVIEW + page, {"code": code_of(phone), "begin": "1"})
        assert not passed(browser)
    assert TOTPDevice.objects.filter(confirmed=True).count() == 1
    assert TOTPDevice.objects.count() == 1


def test_the_setting_leads_everybody_to_set_it_up_first(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    make_staff(superuser=True)
    browser = sign_in()
    answer = browser.get(CASES, follow=True)
    page = answer.content.decode()
    assert "everybody who works at the desk needs a second factor" in page
    assert "Change password" not in page
    browser.post(SET_UP, {"begin": "1"})
    assert not passed(browser)
    phone = TOTPDevice.objects.get()
    browser.post(SET_UP, {"code": code_of(phone)})
    assert browser.get(CASES).status_code == 200


def test_who_stands_before_the_second_step_may_sign_out_or_sign_in_as_another() -> None:
    make_phone(make_staff())
    make_staff("reviewer")
    browser = sign_in()
    sign_in("reviewer", client=browser)
    assert passed(browser)
    other = sign_in()
    other.post(reverse("admin:logout"))
    assert "Second step" not in other.get("/admin/", follow=True).content.decode()


def test_the_pages_are_for_staff_only(client: Client) -> None:
    User.objects.create_user("reader", password="a long password")
    reader = Client()
    reader.force_login(User.objects.get())
    for browser in (client, reader):
        for page in ("", "set-up/", "recovery-codes/", "off/"):
            answer = browser.get(OVERVIEW + page)
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("admin:login"))
    assert client.put(OVERVIEW).status_code == 405


def test_pages_with_secrets_are_kept_nowhere() -> None:
    make_staff()
    browser = sign_in()
    browser.post(SET_UP, {"begin": "1"})
    assert "no-store" in browser.get(SET_UP)["Cache-Control"]


def test_a_superuser_helps_who_has_lost_the_phone() -> None:
    user = make_staff()
    make_phone(user)
    boss = make_staff("boss", superuser=True)
    data = {"action": "remove_second_factor", "_selected_action": [user.pk]}
    sign_in("boss").post(reverse("admin:auth_user_changelist"), data)
    assert passed(sign_in())
    entry = AuditEntry.objects.get(action=AuditAction.SECOND_FACTOR_OFF)
    assert (entry.actor, entry.subject) == (boss, "editor")


def test_a_command_helps_who_has_lost_everything(capsys: pytest.CaptureFixture[str]) -> None:
    make_phone(make_staff())
    call_command("reset_second_factor", "editor")
    assert passed(sign_in())
    with pytest.raises(CommandError):
        call_command("reset_second_factor", "nobody")


def test_knowing_the_person_costs_the_desk_one_query_more() -> None:
    make_staff()
    browser = sign_in()
    for has_one in (False, True):
        if has_one:
            set_up(browser)
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("admin:password_change"))
        assert len([query for query in queries if "otp_" in query["sql"]]) == 1
