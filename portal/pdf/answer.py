"""A document as the answer to a request: kept, made anew, or a plain page that says why not."""

from collections.abc import Callable
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal.corpus import current_state
from portal.pagecache import build
from portal.pdf.document import Document
from portal.pdf.engine import BusyError, UnsettableError, typeset
from portal.pdf.kept import kept_or_made

PAPERS = {"a4": "a4", "letter": "us-letter"}
RETRY_AFTER = 10  # seconds


def pdf_answer(
    request: HttpRequest, subject: str, name: str, make: Callable[[], Document]
) -> HttpResponse:
    """Give the document that `make` makes, as a file of a name.

    `subject` says which document this is; the same at the same state of the corpus is made once.
    """
    state = current_state()
    origin = f"{request.scheme}://{request.get_host()}"
    key = f"{version('typst')} {build()} {state.number} {state.moment} {origin} {subject}"
    try:
        body = kept_or_made(key, lambda: typeset(make(), timezone.now()))
    except BusyError:
        answer = render(request, "portal/pdf_busy.html", status=503)
        answer["Retry-After"] = str(RETRY_AFTER)
        return answer
    except UnsettableError:
        contact = {"contact_email": settings.CONTACT_EMAIL}
        return render(request, "portal/pdf_failed.html", contact, status=500)
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    answer.is_public = True  # type: ignore[attr-defined]
    answer.is_on_disk = True  # type: ignore[attr-defined]  # see kept.py
    return answer


def as_of() -> str:
    """Give of which day and state of the corpus a document is, for the foot of its pages."""
    return _("Common Ground, %(day)s, corpus version %(version)d") % {
        "day": date_format(timezone.localdate(), "j F Y"),
        "version": current_state().number,
    }


def paper_of(request: HttpRequest) -> str:
    """Give the paper that a request asks for, as Typst calls it; A4 where it says nothing."""
    return PAPERS.get(request.GET.get("paper", ""), "a4")
