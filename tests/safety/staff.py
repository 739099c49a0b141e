"""Staff for tests: people with rights of different size, and their phones."""

from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "a long password"


def make_staff(name: str = "editor", *rights: str, superuser: bool = False) -> User:
    """Give somebody who may sign in to the desk, with the permissions named."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, is_superuser=superuser)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    return user


def sign_in(name: str = "editor", password: str = PASSWORD, client: Client | None = None) -> Client:
    """Give a browser in which somebody has sent the sign-in form."""
    client = client or Client()
    client.post(reverse("admin:login"), {"username": name, "password": password})
    return client


def make_phone(user: User) -> TOTPDevice:
    """Give the app of somebody whose second factor is on."""
    phone: TOTPDevice = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    return phone


def code_of(phone: TOTPDevice, ahead: int = 0) -> str:
    """Give the code that an app shows, now or some steps of 30 seconds ahead."""
    return f"{totp(phone.bin_key, drift=ahead):06}"


def wrong_code_of(phone: TOTPDevice) -> str:
    """Give six digits that the app does not show now, nor just before or after."""
    shown = {code_of(phone, ahead) for ahead in range(-3, 4)}
    return next(code for number in range(10) if (code := f"{number:06}") not in shown)
