"""People, groups and the audit log: who reaches them, and what is written down."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.models import AuditEntry
from portal.safety.audit import record
from portal.safety.models import AuditAction
from tests.safety.staff import PASSWORD, make_staff, sign_in

pytestmark = pytest.mark.django_db
EVERY_RIGHT = ("add_user", "change_user", "delete_user", "view_user", "add_group", "change_group")


def person_form(user: User, **values: object) -> dict[str, object]:
    """Give what the form of a person sends."""
    return {
        "username": user.username,
        "is_active": "on",
        "is_staff": "on",
        "date_joined_0": "2026-01-01",
        "date_joined_1": "00:00:00",
        **values,
    }


@pytest.mark.parametrize("kind", ["user", "group"])
def test_nobody_but_a_superuser_reaches_people_and_groups_whatever_rights_they_hold(
    kind: str,
) -> None:
    make_staff("editor", *EVERY_RIGHT)
    group = Group.objects.create(name="Editor")
    key = group.pk if kind == "group" else User.objects.get().pk
    browser = sign_in()
    for page, args in (("changelist", []), ("add", []), ("change", [key]), ("delete", [key])):
        address = reverse(f"admin:auth_{kind}_{page}", args=args)
        assert browser.get(address).status_code == 403
        assert browser.post(address, {"is_superuser": "on"}).status_code == 403
    assert not User.objects.filter(is_superuser=True).exists()


def test_rights_given_and_taken_are_written_down() -> None:
    user, boss = make_staff(), make_staff("boss", superuser=True)
    kept, lost = Group.objects.create(name="Editor"), Group.objects.create(name="Publisher")
    user.groups.add(lost)
    sign_in("boss").post(
        reverse("admin:auth_user_change", args=[user.pk]),
        person_form(user, groups=[kept.pk], is_superuser="on"),
    )
    entry = AuditEntry.objects.get(action=AuditAction.RIGHTS_CHANGED)
    assert (entry.actor, entry.subject) == (boss, "editor")
    assert "+ is_superuser" in entry.detail
    assert "+ Editor" in entry.detail
    assert "− Publisher" in entry.detail


def test_rights_of_a_group_and_deletions_are_written_down() -> None:
    make_staff("boss", superuser=True)
    group = Group.objects.create(name="Editor")
    right = Permission.objects.get(codename="change_casestudy")
    browser = sign_in("boss")
    data = {"name": "Editor", "permissions": [right.pk]}
    browser.post(reverse("admin:auth_group_change", args=[group.pk]), data)
    browser.post(reverse("admin:auth_group_delete", args=[group.pk]), {"post": "yes"})
    browser.post(
        reverse("admin:auth_user_add"),
        {"username": "new", "usable_password": "false", "password1": "", "password2": ""},
    )
    details = AuditEntry.objects.filter(action=AuditAction.RIGHTS_CHANGED).order_by("pk")
    told = [(entry.subject, entry.detail) for entry in details]
    assert told[0] == ("Editor", "permissions + change_casestudy")
    assert told[1] == ("Editor", "deleted")
    assert told[2][0] == "new"
    assert told[2][1].startswith("added")


def test_changed_passwords_are_written_down_without_the_password() -> None:
    make_staff()
    AuditEntry.objects.all().delete()
    new = "another long password"
    sign_in().post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    entry = AuditEntry.objects.get(action=AuditAction.PASSWORD_CHANGED)
    assert (entry.actor_name, entry.subject) == ("editor", "editor")
    assert entry.address_print
    assert new not in str(list(AuditEntry.objects.values()))


def test_a_password_set_by_a_superuser_names_both() -> None:
    user = make_staff()
    make_staff("boss", superuser=True)
    new = "another long password"
    sign_in("boss").post(
        reverse("admin:auth_user_password_change", args=[user.pk]),
        {"password1": new, "password2": new, "usable_password": "true"},
    )
    entry = AuditEntry.objects.filter(action=AuditAction.PASSWORD_CHANGED).first()
    assert entry is not None
    assert (entry.actor_name, entry.subject) == ("boss", "editor")


def test_the_log_can_be_neither_changed_nor_thinned_out() -> None:
    boss = make_staff("boss", superuser=True)
    entry = record(boss, AuditAction.EXPORTED, "cases", "3 cases as csv")
    browser = sign_in("boss")
    listed = browser.get(reverse("admin:portal_auditentry_changelist")).content.decode()
    assert "3 cases as csv" in listed
    assert 'name="action"' not in listed
    for page in ("change", "delete"):
        address = reverse(f"admin:portal_auditentry_{page}", args=[entry.pk])
        assert browser.post(address, {"detail": "nothing", "post": "yes"}).status_code == 403
    assert browser.get(reverse("admin:portal_auditentry_add")).status_code == 403
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    assert AuditEntry.objects.get(pk=entry.pk).detail == "3 cases as csv"


def test_the_log_outlives_the_people_in_it() -> None:
    user = make_staff()
    entry = record(user, AuditAction.EXPORTED, "cases")
    user.delete()
    entry = AuditEntry.objects.get(pk=entry.pk)
    assert (entry.actor, entry.actor_name) == (None, "editor")


def test_an_editor_does_not_see_the_log(client: Client) -> None:
    make_staff()
    address = reverse("admin:portal_auditentry_changelist")
    assert sign_in().get(address).status_code == 403
    assert client.get(address).status_code == 302
    make_staff("auditor", "view_auditentry")
    assert sign_in("auditor").get(address).status_code == 200


def test_secrets_of_phones_are_nowhere_in_the_admin() -> None:
    assert not admin.site.is_registered(TOTPDevice)
    assert not admin.site.is_registered(StaticDevice)
