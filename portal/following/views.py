"""Pages for those who follow something by e-mail: parse, ask, render.

None of them needs a cookie or a token against forgery: nobody is signed in here, so there is
nothing of the visitor that another site could borrow. What may be done stands in the private link.
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from portal.following import subscribing
from portal.following.forms import FollowForm
from portal.following.kinds import Subject, everything, find
from portal.following.links import BadLinkError, OldLinkError, own, read_confirming, read_own
from portal.following.models import Follower, Subscription
from portal.following.mydata import everything_about
from portal.sending.guard import HONEYPOT, Load, Oddity, judge, load_now, note_sent
from portal.sending.pages import open_form
from portal.sending.proof import new_challenge
from portal.sending.tickets import BadTicketError, Ticket

both = require_http_methods(["GET", "HEAD", "POST"])
# What nobody does by accident: the answer is the usual one, and nothing is sent.
REFUSED = {Oddity.HONEYPOT, Oddity.BLOCKED}


@both
@open_form
def follow(request: HttpRequest) -> HttpResponse:
    """Show the form by which something is followed, and take it."""
    what = request.GET.get("what", "")
    subject = find(what)
    if subject is None:
        context = {"subjects": everything(), "is_unknown": bool(what)}
        return render(request, "following/choose.html", context, status=404 if what else 200)
    form = FollowForm(request.POST if request.method == "POST" else None)
    ticket, load = Ticket.new(), load_now(request)
    if request.method != "POST":
        return _form_page(request, subject, form, ticket, load)
    try:
        ticket = Ticket.read(request.POST.get("ticket", ""))
    except BadTicketError:
        form.add_error(None, _("This form was not complete. Please send it once more."))
    if load.is_flood:
        form.add_error(None, _("Too much was sent from your network. Please try again in an hour."))
        return _form_page(request, subject, form, ticket, load, status=429)
    if not form.is_valid():
        return _form_page(request, subject, form, ticket, load, status=422)
    verdict = judge(request, ticket, [form.cleaned_data["email"]], load)
    if not REFUSED & set(verdict.oddities):
        with transaction.atomic():
            # What looks odd waits for the next run of `send_mails`; a person hardly notices.
            is_new = subscribing.ask(
                subject,
                form.cleaned_data["email"],
                form.cleaned_data["frequency"],
                key=ticket.key,
                at_once=not verdict.is_slow,
            )
            if is_new:
                note_sent(request)
    return redirect("follow-asked")


@require_safe
@open_form
def asked(request: HttpRequest) -> HttpResponse:
    """Say what happens next. The same for everybody: it must not tell which addresses are known."""
    return render(request, "following/asked.html")


@both
@open_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button that confirms, and take it: mail programs follow links, and press nothing."""
    try:
        key, frequency = read_confirming(token)
    except OldLinkError:
        return _over(request)
    except BadLinkError as error:
        raise Http404 from error
    if request.method == "POST":
        found = subscribing.confirm(key, frequency)
    else:
        found = Subscription.objects.filter(pk=key).first()
    if found is None:
        return _over(request)
    context = {
        "followed": _followed(found),
        "frequency": frequency.label,
        "is_done": request.method == "POST",
        "own": own(found.follower),
    }
    return render(request, "following/confirm.html", context)


@both
@open_form
def following(request: HttpRequest, token: str) -> HttpResponse:
    """Show what somebody follows, and end one of it or all.

    A mail program that offers to end sends `List-Unsubscribe=One-Click` (RFC 8058): all ends.
    """
    key = _whose(token)
    if request.method == "POST":
        subscribing.end(key, _one_of(request.POST.get("subscription", "")))
    follower = Follower.objects.filter(pk=key).first()
    found = follower.subscriptions.order_by("asked_at", "pk") if follower else ()
    context = {
        "followed": [_followed(subscription) for subscription in found],
        "is_done": request.method == "POST",
        "token": token,
        "days": subscribing.DELIVERIES_KEPT.days,
    }
    return render(request, "following/own.html", context)


@require_GET
@open_form
def my_data(request: HttpRequest, token: str) -> HttpResponse:
    """Give everything that is stored about a follower, as a file."""
    follower = get_object_or_404(Follower, pk=_whose(token))
    response = JsonResponse(
        everything_about(follower), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    response["Content-Disposition"] = 'attachment; filename="following.json"'
    return response


def _form_page(
    request: HttpRequest,
    subject: Subject,
    form: FollowForm,
    ticket: Ticket,
    load: Load,
    status: int = 200,
) -> HttpResponse:
    """Show the form, with work for the browser where much comes in."""
    context = {
        "subject": subject,
        "form": form,
        "honeypot": HONEYPOT,
        "ticket": str(ticket),
        "challenge": new_challenge(ticket) if load.asks_for_work else "",
    }
    return render(request, "following/follow.html", context, status=status)


def _whose(token: str) -> UUID:
    """Read whose private link it is."""
    try:
        return read_own(token)
    except BadLinkError as error:
        raise Http404 from error


def _one_of(text: str) -> UUID | None:
    """Read which subscription is meant; nothing means all. What makes no sense is refused."""
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _followed(subscription: Subscription) -> dict[str, Any]:
    """Give a subscription with what it is of, as far as that is still public."""
    return {"subscription": subscription, "subject": find(subscription.what)}


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "following/over.html", status=410)
