"""Pages on which a contribution is sent, followed, corrected and withdrawn: parse, ask, render."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from casestudies.models import CaseStudy
from contributions.models import Contribution
from contributions.sending import letters, services
from contributions.sending.forms import ABOUT, CONTACT, KINDS, Kind, SendingForm
from contributions.sending.mydata import everything_about
from contributions.sending.services import Told, TooLateError
from contributions.vocabulary import ContributionState
from lessons.models import Lesson
from portal.linked_data import Head, absolute_for, small_print
from portal.pagecache import public_page
from portal.sending.guard import HONEYPOT, Load, judge, load_now
from portal.sending.pages import open_form
from portal.sending.proof import new_challenge
from portal.sending.tickets import BadTicketError, Ticket, is_key
from portal.text import without_controls

TOO_MUCH = gettext_lazy(
    "Very much comes in from your network just now. Your text is still here: please wait an hour, "
    "or send it from elsewhere."
)
both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@public_page
def start(request: HttpRequest) -> HttpResponse:
    """Show what can be sent in, and what happens with it."""
    absolute = absolute_for(request)
    says = _("How to send in what you know, without an account, and what happens with it.")
    node = small_print(_("Contribute"), says, request.path, absolute)
    context = {"kinds": KINDS.values(), "head": Head(node, absolute)}
    return render(request, "contributions/sending/start.html", context)


@both
@open_form
def write(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the first form of a kind; take it."""
    chosen = _kind(kind)
    subject = _subject(chosen, request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        ticket = Ticket.new()
        form = chosen.steps[0](initial={"passage": subject.get("passage", "")})
        return _page(request, chosen, 0, form, ticket, subject)
    try:
        ticket = Ticket.read(request.POST.get("ticket", ""))
    except BadTicketError:
        ticket = Ticket.new()  # a form from elsewhere, or damaged: its text stays, to be sent again
        form = chosen.steps[0](request.POST)
        form.add_error(None, _("This form was damaged on its way. Please press the button again."))
        return _page(request, chosen, 0, form, ticket, subject, status=400)
    return _take(request, chosen, 0, ticket, subject)


@both
@open_form
def continue_(request: HttpRequest, key: str) -> HttpResponse:
    """Show a step of what is being written, or what is sent and waits; take it."""
    contribution = _mine(key)
    if not contribution.is_open:
        return redirect("contribution-mine", key)
    kind = KINDS[contribution.kind]
    number = _step(kind, request)
    subject = {"case": contribution.case, "lesson": contribution.lesson}
    if request.method == "POST":
        # The key in the address is the ticket; the time in the form's own still counts.
        shown = _ticket(request)
        return _take(request, kind, number, Ticket(key, shown.shown_at), subject)
    form = kind.steps[number](initial=_filled_in(contribution))
    return _page(request, kind, number, form, Ticket(key, Ticket.new().shown_at), subject, key=key)


@require_safe
@open_form
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a contribution stands, to whoever has its private link."""
    contribution = _mine(key)
    context = {
        "contribution": contribution,
        "key": key,
        "private": services.private_address(key, absolute_for(request)),
        "steps": contribution.steps.exclude(text="").filter(is_told=True),
        "has_contact": hasattr(contribution, "contact"),
        "may_appeal": services.may_appeal(contribution),
    }
    return render(request, "contributions/sending/mine.html", context)


@both
@open_form
def withdraw(request: HttpRequest, key: str) -> HttpResponse:
    """Ask whether it shall be taken back; take it back."""
    contribution = _mine(key)
    if request.method == "POST":
        services.withdraw(contribution)
        return redirect("contribution-mine", key)
    context = {"contribution": contribution, "key": key}
    return render(request, "contributions/sending/withdraw.html", context)


@both
@open_form
def say(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """Take an answer to a question, or an appeal; show what was typed where it is too late."""
    contribution = _mine(key)
    if request.method != "POST":
        return redirect("contribution-mine", key)
    text = request.POST.get("text", "").replace("\x00", "").strip()[:4_000]
    do = services.answer if what == "answer" else services.appeal
    try:
        if not text:
            raise TooLateError(_("Please write something first."))
        do(contribution, text)
    except TooLateError as error:
        context = {"reason": str(error), "text": text, "key": key}
        return render(request, "contributions/sending/too_late.html", context, status=409)
    return redirect("contribution-mine", key)


@require_GET
@open_form
def my_data(request: HttpRequest, key: str) -> HttpResponse:
    """Give everything that is stored about a contribution, as a file."""
    contribution = _mine(key)
    response = JsonResponse(
        everything_about(contribution), json_dumps_params={"ensure_ascii": False, "indent": 1}
    )
    name = f"contribution-{contribution.reference}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@both
@open_form
def forget(request: HttpRequest, key: str) -> HttpResponse:
    """Erase how its contributor is reached."""
    contribution = _mine(key)
    if request.method == "POST":
        services.erase_contact(contribution)
    return redirect("contribution-mine", key)


@both
@open_form
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether an e-mail address is theirs; note that it is. Opening the link does nothing."""
    found = services.named_in(token, letters.CONFIRM, "email")
    is_done = (
        request.method == "POST" and services.confirm(token, absolute_for(request)) is not None
    )
    context = {"contribution": found, "is_done": is_done}
    status = 200 if found else 404
    return render(request, "contributions/sending/confirm.html", context, status=status)


@both
@open_form
def vouch(request: HttpRequest, token: str) -> HttpResponse:
    """Show an organisation what somebody says, and ask whether it vouches for them."""
    found = services.named_in(token, letters.VOUCH, "voucher_email")
    is_done = request.method == "POST" and services.vouch(token) is not None
    context = {
        "contribution": found,
        "is_done": is_done,
        "text": services.text_to_vouch_for(found) if found else "",
    }
    status = 200 if found else 404
    return render(request, "contributions/sending/vouch.html", context, status=status)


# --- Pieces -------------------------------------------------------------------------------------


def _kind(value: str) -> Kind:
    if value not in KINDS:
        raise Http404
    return KINDS[value]


def _mine(key: str) -> Contribution:
    found = services.find(key) if is_key(key) else None
    if found is None:
        raise Http404
    return found


def _subject(kind: Kind, query: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a contribution is about: a published case or lesson, and a part of its page."""
    found: dict[str, Any] = {}
    if "case" in kind.on and query.get("case"):
        found["case"] = get_object_or_404(
            CaseStudy.objects.published(), slug=without_controls(query["case"])
        )
        found["passage"] = query.get("passage", "")
    elif "lesson" in kind.on and query.get("lesson"):
        found["lesson"] = get_object_or_404(
            Lesson.objects.published(), slug=without_controls(query["lesson"])
        )
    return found


def _step(kind: Kind, request: HttpRequest) -> int:
    text = request.GET.get("step", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
    return min(max(number, 1), len(kind.steps)) - 1


def _ticket(request: HttpRequest) -> Ticket:
    try:
        return Ticket.read(request.POST.get("ticket", ""))
    except BadTicketError:
        return Ticket.new()


def _filled_in(contribution: Contribution) -> dict[str, Any]:
    """Give what was told so far, to stand in the form again."""
    about = {name: getattr(contribution, name) for name in ABOUT}
    contact = getattr(contribution, "contact", None)
    reached = {name: getattr(contact, name) for name in CONTACT} if contact else {}
    return {**contribution.answers, **about, **reached}


def _take(
    request: HttpRequest, kind: Kind, number: int, ticket: Ticket, subject: dict[str, Any]
) -> HttpResponse:
    """Take a step: keep it for later, go on to the next, or send the whole."""
    load = load_now(request)
    known = services.find(ticket.key)
    is_sent = known is not None and known.state != ContributionState.DRAFT
    is_draft = "later" in request.POST and not is_sent
    form = kind.steps[number](request.POST, request.FILES, is_draft=is_draft)
    page = (request, kind, number, form, ticket, subject)
    if load.is_flood and known is None:
        form.add_error(None, TOO_MUCH)
        return _page(*page, status=429, load=load)
    if not form.is_valid():
        return _page(*page, status=422, load=load)
    cautions = [] if is_draft or request.POST.get("checked") else form.cautions()
    if cautions:
        return _page(*page, cautions=cautions, load=load)
    on = {name: subject[name] for name in ("case", "lesson") if subject.get(name)}
    try:
        told = Told(form.answers(), form.about(), form.contact(), is_draft)
        contribution = services.save(ticket, kind.value, told, request, **on)
        for upload in request.FILES.getlist("file"):
            services.add_upload(contribution, upload)
    except (TooLateError, ValidationError) as error:
        form.add_error(
            None, error.messages[0] if isinstance(error, ValidationError) else str(error)
        )
        return _page(*page, status=409, load=load)
    if is_draft or is_sent:
        return redirect("contribution-mine", ticket.key)
    if number + 1 < len(kind.steps):
        answer = redirect("contribution-continue", ticket.key)
        answer["Location"] += f"?step={number + 2}"
        return answer
    gap = services.first_gap(contribution)
    if gap is not None:
        answer = redirect("contribution-continue", ticket.key)
        answer["Location"] += f"?step={gap + 1}"
        return answer
    said = [*form.own_words(), services.all_that_is_said(contribution)]
    verdict = judge(request, ticket, said, load)
    services.send(contribution, ticket.key, verdict, absolute_for(request))
    return redirect("contribution-mine", ticket.key)


def _page(
    request: HttpRequest,
    kind: Kind,
    number: int,
    form: SendingForm,
    ticket: Ticket,
    subject: dict[str, Any],
    *,
    key: str = "",
    cautions: list[str] | None = None,
    load: Load | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a form, with what was typed."""
    load = load or load_now(request)
    found = services.find(ticket.key)
    known = key or (ticket.key if found else "")
    context = {
        "kind": kind,
        "form": form,
        "ticket": str(ticket),
        "subject": subject.get("case") or subject.get("lesson"),
        "subject_case": subject.get("case"),
        "subject_lesson": subject.get("lesson"),
        "step": number + 1,
        "steps": len(kind.steps),
        "is_sent": found is not None and found.state != ContributionState.DRAFT,
        "is_last": number + 1 == len(kind.steps),
        "cautions": cautions or [],
        "honeypot": HONEYPOT,
        "challenge": new_challenge(ticket) if load.asks_for_work else "",
        "private": services.private_address(known, absolute_for(request)) if known else "",
        "key": known,
    }
    return render(request, "contributions/sending/form.html", context, status=status)
