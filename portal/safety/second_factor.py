"""The second factor of staff: a code from an app on a phone, or one of ten recovery codes.

django-otp checks codes: it refuses one that was used and makes who guesses wait. Here stands who
needs a code and what may be done with it; pages are in views.py.
"""

from enum import Enum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.http import HttpRequest
from django_otp import login as otp_login
from django_otp import verify_token
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.safety.addresses import print_of
from portal.safety.audit import record
from portal.safety.models import AuditAction

RECOVERY_CODES = 10  # how many are made at once
APP_DIGITS = 6  # a recovery code has eight characters
DEVICE_NAME = "app"
CODES_NAME = "recovery codes"


class Standing(Enum):
    """What the second factor still asks of somebody who has given a password."""

    NOTHING = "nothing"
    CODE = "code"
    SET_UP = "set-up"


class CodeError(Exception):
    """A code was not accepted. `is_too_soon` says that it was not even looked at."""

    def __init__(self, is_too_soon: bool) -> None:
        super().__init__()
        self.is_too_soon = is_too_soon


def device_of(user: User) -> TOTPDevice | None:
    """Give the app that somebody has set up, if any."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk").first()


def standing_of(user: AbstractBaseUser | AnonymousUser) -> Standing:
    """Say what is still asked of a person; `user` is the one that django-otp's middleware gives."""
    if not isinstance(user, User) or not user.is_staff or getattr(user, "otp_device", None):
        return Standing.NOTHING
    if device_of(user):
        return Standing.CODE
    return Standing.SET_UP if settings.STAFF_SECOND_FACTOR else Standing.NOTHING


def codes_left(user: User) -> int:
    """Count the recovery codes that somebody has not used."""
    left: int = StaticToken.objects.filter(device__user=user, device__confirmed=True).count()
    return left


@transaction.atomic
def begin_set_up(user: User) -> TOTPDevice:
    """Give the app that is being set up, with its secret; made if there is none yet."""
    device, _made = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": DEVICE_NAME}
    )
    return device


def finish_set_up(request: HttpRequest, device: TOTPDevice, code: str) -> list[str]:
    """Turn the second factor on if the code fits; gives the recovery codes, to be shown once.

    Raises CodeError otherwise.
    """
    user = _user(request)
    checked = _verified(user, device, code)
    with transaction.atomic():
        TOTPDevice.objects.filter(pk=checked.pk).update(confirmed=True)
        checked.confirmed = True
        record(user, AuditAction.SECOND_FACTOR_ON, user)
        codes = _make_codes(user)
    _pass(request, checked)
    return codes


def verify(request: HttpRequest, code: str) -> None:
    """Let somebody pass who has given a code of the app, or a recovery code. Raises CodeError."""
    user = _user(request)
    device = _device_for(user, code)
    if device is None:
        raise CodeError(is_too_soon=False)
    recovery = isinstance(device, StaticDevice)
    checked = _verified(user, device, print_of(_bare(code), "recovery") if recovery else code)
    used = AuditAction.RECOVERY_CODE_USED if recovery else AuditAction.SECOND_FACTOR_PASSED
    record(user, used, user)
    _pass(request, checked)


def renew_codes(request: HttpRequest, code: str) -> list[str]:
    """Make new recovery codes, which replace the old ones. Raises CodeError."""
    verify(request, code)
    with transaction.atomic():
        return _make_codes(_user(request))


def turn_off(request: HttpRequest, code: str) -> None:
    """Turn the second factor off. Raises CodeError."""
    verify(request, code)
    user = _user(request)
    remove(user, by=user)


@transaction.atomic
def remove(user: User, by: User | None) -> bool:
    """Take somebody's second factor away, for one who has lost it; says whether there was any.

    `by` is who does it: nobody for a command.
    """
    count = TOTPDevice.objects.filter(user=user).delete()[0]
    count += StaticDevice.objects.filter(user=user).delete()[0]
    if count:
        record(by, AuditAction.SECOND_FACTOR_OFF, user)
    return bool(count)


def _user(request: HttpRequest) -> User:
    """Give the person who is signed in."""
    assert isinstance(request.user, User)
    return request.user


def _bare(code: str) -> str:
    """Give a code without the spaces and hyphens that people read it with."""
    return code.replace(" ", "").replace("-", "").lower()


def _device_for(user: User, code: str) -> Device | None:
    """Give what a code is for: six digits are the app's, anything else is a recovery code.

    Only one of both is tried, so that a wrong code makes the person wait at one of them only.
    """
    if _bare(code).isdigit() and len(_bare(code)) == APP_DIGITS:
        return device_of(user)
    codes: StaticDevice | None = StaticDevice.objects.filter(user=user, confirmed=True).first()
    return codes


def _verified(user: User, device: Device, code: str) -> Any:
    """Give the device as it is after accepting a code. Raises CodeError where it does not."""
    allowed, _why = device.verify_is_allowed()
    checked = verify_token(user, device.persistent_id, _bare(code)) if allowed else None
    if checked is None:
        record(user, AuditAction.SECOND_FACTOR_FAILED, user)
        raise CodeError(is_too_soon=not allowed)
    return checked


def _pass(request: HttpRequest, device: Device) -> None:
    """Let the session pass from now on, under a new key."""
    otp_login(request, device)
    request.session.cycle_key()


def _make_codes(user: User) -> list[str]:
    """Give new recovery codes and keep their prints only."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=CODES_NAME, confirmed=True)
    codes = [StaticToken.random_token() for _number in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=print_of(code, "recovery")) for code in codes
    )
    record(user, AuditAction.RECOVERY_CODES_MADE, user)
    return [f"{code[:4]}-{code[4:]}" for code in codes]
