"""The pages of the second factor. Only staff who gave a password reach them."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.qr import qr_svg
from portal.safety import second_factor
from portal.safety.forms import CodeForm
from portal.safety.second_factor import CodeError, Standing

View = Callable[[HttpRequest, User, Standing], HttpResponseBase]


def _for_staff(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Hand a view the person and what is still asked of the person; others are to sign in."""

    @wraps(view)
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    def guarded(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not (isinstance(user, User) and user.is_active and user.is_staff):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        return view(request, user, second_factor.standing_of(user))

    return guarded


@_for_staff
def overview(request: HttpRequest, user: User, standing: Standing) -> HttpResponseBase:
    """Ask for a code where one is due; say how things stand where none is."""
    wanted = _wanted(request)
    if standing is Standing.CODE:
        if not (form := _tried(request, second_factor.verify)):
            return redirect(wanted)
        return _page(request, "verify", _("Second step"), form=form, wanted=wanted)
    context = {
        "has_factor": second_factor.device_of(user) is not None,
        "codes_left": second_factor.codes_left(user),
        "must": standing is Standing.SET_UP,
        "wanted": wanted,
    }
    return _page(request, "overview", _("Second factor"), **context)


@_for_staff
def set_up(request: HttpRequest, user: User, standing: Standing) -> HttpResponseBase:
    """Show the QR code, and turn the second factor on with a code of the app.

    The secret is made by the button that leads here: looking writes nothing.
    """
    if second_factor.device_of(user):
        return redirect("second_factor:overview")
    wanted = _wanted(request)
    if request.method == "POST" and "begin" in request.POST:
        second_factor.begin_set_up(user)
        return redirect(f"{reverse('second_factor:set-up')}?{urlencode({'next': wanted})}")
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None:
        return redirect("second_factor:overview")
    codes: list[str] = []
    form = _tried(
        request,
        lambda request, code: codes.extend(second_factor.finish_set_up(request, device, code)),
    )
    if not form:
        return _show_codes(request, codes, wanted)
    context = {"form": form, "wanted": wanted, "qr": qr_svg(device.config_url, fills=True)}
    context["secret"] = _in_fours(device.config_url.partition("secret=")[2].partition("&")[0])
    return _page(request, "set_up", _("Set up the second factor"), **context)


@_for_staff
def recovery_codes(request: HttpRequest, user: User, standing: Standing) -> HttpResponseBase:
    """Make new recovery codes, for a code."""
    if standing is not Standing.NOTHING or not second_factor.device_of(user):
        return redirect("second_factor:overview")
    codes: list[str] = []
    form = _tried(
        request, lambda request, code: codes.extend(second_factor.renew_codes(request, code))
    )
    if not form:
        return _show_codes(request, codes, reverse("admin:index"))
    context = {"form": form, "codes_left": second_factor.codes_left(user)}
    return _page(request, "renew", _("New recovery codes"), **context)


@_for_staff
def off(request: HttpRequest, user: User, standing: Standing) -> HttpResponseBase:
    """Turn the second factor off, for a code."""
    if standing is not Standing.NOTHING or not second_factor.device_of(user):
        return redirect("second_factor:overview")
    if not (form := _tried(request, second_factor.turn_off)):
        messages.success(request, _("Your second factor is turned off."))
        return redirect("second_factor:overview")
    return _page(request, "off", _("Turn the second factor off"), form=form)


def _tried(request: HttpRequest, action: Callable[[HttpRequest, str], Any]) -> CodeForm | None:
    """Do something with the code that was sent. Gives the form to show, or nothing when done."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return form
    try:
        action(request, form.cleaned_data["code"])
    except CodeError as error:
        form.add_error("code", _reason(error))
        return form
    return None


def _reason(error: CodeError) -> str:
    """Say why a code was not accepted."""
    if error.is_too_soon:
        return _("There were wrong codes just now. Wait a little, then enter a new code.")
    return _(
        "This code is not right, or was used before. Wait for the next code of the app. If it is "
        "refused again, check that the clock of your phone is right."
    )


def _wanted(request: HttpRequest) -> str:
    """Give where the person was going, if that is on this site."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else reverse("admin:index")


def _in_fours(secret: str) -> str:
    """Give a secret in groups of four, as one types it."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def _show_codes(request: HttpRequest, codes: list[str], wanted: str) -> HttpResponse:
    """Show recovery codes, this once."""
    return _page(request, "codes", _("Your recovery codes"), codes=codes, wanted=wanted)


def _page(request: HttpRequest, name: str, title: str, **context: Any) -> HttpResponse:
    """Give a page in the admin's look; without its menus for who is not through yet."""
    shared = admin.site.each_context(request)
    if second_factor.standing_of(request.user) is not Standing.NOTHING:
        shared |= {"has_permission": False, "is_nav_sidebar_enabled": False, "is_pending": True}
    return render(
        request, f"admin/second_factor/{name}.html", {**shared, "title": title, **context}
    )
