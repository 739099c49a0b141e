"""Pages of the dialogues: parse, ask, render.

What is the same for everybody is kept like any public page. Forms carry a ticket of their own and
are never kept; they stand at addresses of their own. Because a ticket grants nothing but what its
holder sends, forms need neither cookie nor CSRF token (portal/sending/tickets.py).
"""

from typing import Any

from django.core.paginator import InvalidPage, Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from contributions.dialogues import board, linked_data, services
from contributions.dialogues.files import as_csv, as_json
from contributions.dialogues.forms import ResponseForm
from contributions.dialogues.models import LONGEST_TEXT, Dialogue, Response
from contributions.dialogues.report import SHARED_FROM, SMALLEST, report_of
from contributions.vocabulary import StakeholderKind
from lessons.models import Lesson
from portal.curation.public import changes_page, get_public
from portal.linked_data import Head, absolute_for
from portal.pagecache import not_kept, public_page
from portal.sending import guard, proof
from portal.sending.pages import open_form
from portal.sending.tickets import BadTicketError, Ticket, is_key
from portal.text import without_controls

DIALOGUES_A_PAGE = 20
THREADS_A_PAGE = 20


@require_safe
@public_page
def dialogue_list(request: HttpRequest) -> HttpResponse:
    """List all dialogues, those that are open first."""
    page, is_known = _page_of(board.by_status(), DIALOGUES_A_PAGE, request)
    absolute = absolute_for(request)
    context = {"page": page, "head": Head(linked_data.dialogue_list(absolute), absolute)}
    answer = render(request, "contributions/dialogues/dialogue_list.html", context)
    return not_kept(answer, when=not is_known)


@require_safe
@public_page
def dialogue_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a dialogue: what is asked and the words so far; after its end, its numbers."""
    return dialogue_page(request, get_public(Dialogue.objects.for_reading(), slug))


def dialogue_page(
    request: HttpRequest, dialogue: Dialogue, is_preview: bool = False
) -> HttpResponse:
    """Give the page of a dialogue, or of a draft as it would be."""
    absolute = absolute_for(request)
    threads, is_known = _page_of(dialogue.responses.threads(), THREADS_A_PAGE, request)
    context = {
        "dialogue": dialogue,
        "lessons": Lesson.objects.published().filter(dialogues=dialogue),
        "spoken": services.kinds_spoken(dialogue) if dialogue.has_begun else 0,
        "kinds": len(StakeholderKind),
        "report": report_of(dialogue) if dialogue.is_over else None,
        "smallest": SMALLEST,
        "shared_from": SHARED_FROM,
        "threads": threads,
        "is_preview": is_preview,
        "head": Head(linked_data.dialogue_page(dialogue, absolute), absolute),
    }
    answer = render(request, "contributions/dialogues/dialogue_detail.html", context)
    return not_kept(answer, when=not is_known)


@require_safe
@public_page
def dialogue_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a dialogue changed."""
    return changes_page(request, get_public(Dialogue.objects.all(), slug))


@require_safe
@public_page
def dialogue_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the numbers of a dialogue that is over."""
    dialogue = _over(slug)
    content = as_json(dialogue, report_of(dialogue), absolute_for(request))
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})


@require_safe
@public_page
def dialogue_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the numbers of a dialogue that is over as a table."""
    dialogue = _over(slug)
    text = "".join(as_csv(report_of(dialogue)))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="common-ground-{dialogue.slug}.csv"'
    return answer


def _over(slug: str) -> Dialogue:
    """Give a public dialogue that is over; while it is open nobody reads numbers."""
    dialogue: Dialogue = get_public(Dialogue.objects.for_reading(), slug)
    if not dialogue.is_over:
        raise Http404
    return dialogue


# --- Forms --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@open_form
def respond(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form of a response, or of a reply (?to=code), or take what it says."""
    dialogue = get_public(Dialogue.objects.for_reading(), slug)
    reply_to = _replied_to(request, dialogue)
    if request.method == "POST":
        return _take(request, dialogue, reply_to)
    if not dialogue.is_open:
        return redirect(dialogue)
    form = _form(dialogue, reply_to)
    return _form_page(request, dialogue, reply_to, form, Ticket.new())


def _take(request: HttpRequest, dialogue: Dialogue, reply_to: Response | None) -> HttpResponse:
    form = _form(dialogue, reply_to, request.POST)
    try:
        ticket = Ticket.read(request.POST.get("ticket", ""))
    except BadTicketError:
        return _stale(request, dialogue, reply_to, form)
    if not dialogue.is_open:
        return _too_late(request, dialogue, request.POST)
    if not form.is_valid():
        return _form_page(request, dialogue, reply_to, form, ticket, status=422)
    load = guard.load_now(request)
    if load.is_flood:
        return _form_page(request, dialogue, reply_to, form, ticket, 429, is_flood=True)
    answer = form.answer
    verdict = guard.judge(request, ticket, [answer.name, answer.text], load)
    try:
        with transaction.atomic():
            _response, is_new = services.respond(
                dialogue, ticket.key, answer, verdict.oddities, reply_to
            )
            if is_new:
                guard.note_sent(request)
    except services.ClosedError:
        return _too_late(request, dialogue, request.POST)
    except BadTicketError:
        return _stale(request, dialogue, reply_to, form)
    except services.WithdrawnError:
        pass  # its private page says so
    return _to_private_page(ticket.key, "sent")


def _stale(
    request: HttpRequest, dialogue: Dialogue, reply_to: Response | None, form: ResponseForm
) -> HttpResponse:
    """Give a form back whose ticket is no good, with a new one and all that was typed."""
    form.is_valid()
    return _form_page(request, dialogue, reply_to, form, Ticket.new(), 422, is_stale=True)


def _form_page(
    request: HttpRequest,
    dialogue: Dialogue,
    reply_to: Response | None,
    form: ResponseForm,
    ticket: Ticket,
    status: int = 200,
    **notes: bool,
) -> HttpResponse:
    context = {
        "dialogue": dialogue,
        "reply_to": reply_to,
        "form": form,
        "ticket": str(ticket),
        "challenge": proof.new_challenge(ticket) if guard.load_now(request).asks_for_work else "",
        "honeypot": guard.HONEYPOT,
        "longest": LONGEST_TEXT,
        **notes,
    }
    template = "contributions/dialogues/respond.html"
    return render(request, template, context, status=status)


def _too_late(
    request: HttpRequest, dialogue: Dialogue, typed: Any, status: int = 409
) -> HttpResponse:
    """Say that no response is taken any more, and show what was typed so that it can be kept."""
    context = {"dialogue": dialogue, "text": typed.get("text", "")[: 2 * LONGEST_TEXT]}
    template = "contributions/dialogues/too_late.html"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@open_form
def mine(request: HttpRequest, key: str) -> HttpResponse:
    """Show a response to whoever holds its key, and let them change or withdraw it.

    Faults are told with status 200: Django writes the address of any other answer into the log.
    """
    response = services.find_by_key(key) if is_key(key) else None
    if response is None:
        raise Http404
    if request.method != "POST":
        return _mine_page(request, key, response)
    if request.POST.get("do") == "withdraw":
        if request.POST.get("sure") != "yes":
            return _mine_page(request, key, response, is_unsure=True)
        services.withdraw(response)
        return _to_private_page(key)
    if request.POST.get("do") == "appeal":
        return _take_appeal(request, key, response)
    form = _form(response.dialogue, response.reply_to, request.POST)
    if not form.is_valid():
        return _mine_page(request, key, response, form)
    try:
        services.revise(response, form.answer)
    except services.ClosedError:
        return _too_late(request, response.dialogue, request.POST, status=200)
    except services.WithdrawnError:
        return _to_private_page(key)
    return _to_private_page(key, "changed")


def _take_appeal(request: HttpRequest, key: str, response: Response) -> HttpResponse:
    text = request.POST.get("appeal", "").replace("\x00", "").strip()[:LONGEST_TEXT]
    if not text:
        return _mine_page(request, key, response, is_wordless=True)
    try:
        services.appeal(response, text)
    except services.NoAppealError:
        return _mine_page(request, key, response, is_no_appeal=True, appeal=text)
    return _to_private_page(key)


def _mine_page(
    request: HttpRequest,
    key: str,
    response: Response,
    form: ResponseForm | None = None,
    **notes: bool | str,
) -> HttpResponse:
    can_change = response.dialogue.is_open and not response.is_withdrawn
    if form is None and can_change:
        initial = ResponseForm.initial_of(response)
        form = _form(response.dialogue, response.reply_to, initial=initial)
    context = {
        "response": response,
        "dialogue": response.dialogue,
        "form": form if can_change else None,
        "key": key,
        "is_sent": "sent" in request.GET,
        "is_changed": "changed" in request.GET,
        "may_appeal": response.may_appeal,
        "longest": LONGEST_TEXT,
        "votes": response.votes.select_related("statement").order_by("statement__position"),
        **notes,
    }
    return render(request, "contributions/dialogues/mine.html", context)


def _to_private_page(key: str, note: str = "") -> HttpResponse:
    address = reverse("dialogue-mine", args=[key])
    answer = redirect(f"{address}?{note}" if note else address)
    answer.status_code = 303
    return answer


# --- Pieces -------------------------------------------------------------------------------------


def _form(
    dialogue: Dialogue, reply_to: Response | None, data: Any = None, **kwargs: Any
) -> ResponseForm:
    statements = dialogue.statements.all()
    return ResponseForm(data, statements=statements, is_reply=reply_to is not None, **kwargs)


def _replied_to(request: HttpRequest, dialogue: Dialogue) -> Response | None:
    """Give the published response that is replied to. Raises Http404 for any other."""
    code = without_controls(request.GET.get("to") or request.POST.get("to") or "")
    if not code:
        return None
    found = dialogue.responses.with_text().filter(reply_to=None, code=code)
    response: Response | None = found.select_related("country").first()
    if response is None:
        raise Http404
    return response


def _page_of(rows: Any, size: int, request: HttpRequest) -> tuple[Any, bool]:
    """Give a page of rows, and whether the address is one that a page is kept under."""
    paginator = Paginator(rows, size)
    asked = request.GET.get("page", "1")
    try:
        page, is_known = paginator.page(asked), True
    except InvalidPage:
        page, is_known = paginator.page(1), False
    others = set(request.GET) - {"page"}
    return page, is_known and not others and asked == str(page.number)
