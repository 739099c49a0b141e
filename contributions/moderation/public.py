"""What the public sees of moderation: numbers, and how to flag. Parse, ask, render."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contributions.dialogues.models import Dialogue, Response, ResponseStep
from contributions.dialogues.numbers import numbers_of_texts
from contributions.dialogues.vocabulary import StepKind
from contributions.models import ContributionStep, Flag, Perspective
from contributions.moderation.numbers import FEW, numbers_of_moderation
from contributions.sending import letters
from contributions.sending.models import note
from portal.curation.public import get_public
from portal.linked_data import Head, absolute_for, small_print
from portal.pagecache import not_kept, public_page
from portal.sending.guard import HONEYPOT, judge, load_now, note_sent
from portal.sending.pages import open_form
from portal.sending.tickets import BadTicketError, Ticket, print_of_key

LONGEST = 2_000


@require_safe
@public_page
def numbers(request: HttpRequest) -> HttpResponse:
    """Show what moderators decided, in numbers. Made anew each time: they follow no corpus."""
    absolute = absolute_for(request)
    says = _("What was sent in, and what moderators decided, in numbers.")
    node = small_print(_("Moderation in numbers"), says, request.path, absolute)
    context = {
        "numbers": numbers_of_moderation(),
        "texts": numbers_of_texts(),
        "few": FEW,
        "head": Head(node, absolute),
    }
    return not_kept(render(request, "contributions/moderation/numbers.html", context), when=True)


@require_http_methods(["GET", "HEAD", "POST"])
@open_form
def flag(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what a reader says of a contribution."""
    return _flag(request, get_object_or_404(Perspective.objects.published(), slug=slug))


@require_http_methods(["GET", "HEAD", "POST"])
@open_form
def flag_response(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Take what a reader says of the words of a response to a dialogue."""
    dialogue = get_public(Dialogue.objects.all(), slug)
    shown = dialogue.responses.with_text().select_related("dialogue")
    return _flag(request, get_object_or_404(shown, code=code))


def _flag(request: HttpRequest, subject: Perspective | Response) -> HttpResponse:
    """Take what a reader says should not stand there so. It always lands in the queue."""
    context: dict[str, Any] = {
        "subject": subject,
        "honeypot": HONEYPOT,
        "ticket": str(Ticket.new()),
    }
    template = "contributions/moderation/flag.html"
    if request.method != "POST":
        return render(request, template, context)
    text = request.POST.get("text", "").replace("\x00", "").strip()
    context["text"] = text
    try:
        ticket = Ticket.read(request.POST.get("ticket", ""))
    except BadTicketError:
        context["fault"] = _("This form was damaged on its way. Please press the button again.")
        return render(request, template, context, status=400)
    context["ticket"] = str(ticket)
    if not text or len(text) > LONGEST:
        context["fault"] = _("Please say what is wrong, in 2,000 characters at most.")
        return render(request, template, context, status=422)
    load = load_now(request)
    known = Flag.objects.filter(key_print=print_of_key(ticket.key))
    if load.is_flood_of_flags and not known.exists():
        context["fault"] = _(
            "Very much has come from your network in the last hour. Your words are kept in this "
            "form: please press the button again in an hour."
        )
        return render(request, template, context, status=429)
    is_odd = judge(request, ticket, [text], load).is_slow or load.is_flood
    with transaction.atomic():
        found, is_new = Flag.objects.get_or_create(
            key_print=print_of_key(ticket.key),
            defaults={"text": text, "is_odd": is_odd, _column(subject): subject},
        )
        if is_new:
            note_sent(request)
            _note(subject)
            letters.moderators(
                _("A reader flags: %s") % found,
                letters.flag_address(found),
                f"flags-{timezone.now():%Y-%m-%d-%H}",  # one mail an hour, however many flags
            )
    return render(request, template, {**context, "is_done": True})


def _column(subject: Perspective | Response) -> str:
    return "response" if isinstance(subject, Response) else "perspective"


def _note(subject: Perspective | Response) -> None:
    """Write down, beside what was done to it so far, that a reader flags it."""
    if isinstance(subject, Response):
        ResponseStep.objects.create(response=subject, kind=StepKind.READER_FLAGGED)
    elif sent := getattr(subject, "contribution", None):
        note(sent, ContributionStep.Action.FLAGGED)
