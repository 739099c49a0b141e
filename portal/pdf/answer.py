"""A document as the answer to a request: kept, made anew, or a plain page that says why not."""

from collections.abc import Callable
from importlib.metadata import version

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.corpus import current_state
from portal.pagecache import build
from portal.pdf import kept
from portal.pdf.document import Document
from portal.pdf.engine import BusyError, UnsettableError, turn, typeset

PAPERS = {"a4": "a4", "letter": "us-letter"}
RETRY_AFTER = 10  # seconds


def pdf_answer(
    request: HttpRequest,
    subject: str,
    name: str,
    make: Callable[[], Document],
    is_kept: bool = True,
) -> HttpResponse:
    """Give the document that `make` makes, as a file of a name.

    `subject` says which document this is; the same at the same state of the corpus is made once,
    unless it is not worth keeping. Raises Http404 where what it is about was withdrawn meanwhile.
    """
    state = current_state()
    origin = f"{request.scheme}://{request.get_host()}"
    key = " ".join(
        [version("typst"), build(), str(state.number), state.moment, str(get_language()), origin]
    )
    try:
        body = _made(f"{key} {subject}" if is_kept else "", make)
    except ObjectDoesNotExist as error:
        raise Http404 from error
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
    answer.is_on_disk = True  # type: ignore[attr-defined]
    return answer


def pdf_bytes(make: Callable[[], Document]) -> bytes:
    """Set a document that nobody else may see: it is not kept, and the caller answers with it.

    Raises BusyError and UnsettableError.
    """
    return _made("", make)


def _made(key: str, make: Callable[[], Document]) -> bytes:
    """Give the document of a key as it is kept, or set it; without a key it is not kept."""
    if key and (found := kept.read(key)) is not None:
        return found
    with turn():
        # Somebody may have made it while this request waited.
        if key and (found := kept.read(key)) is not None:
            return found
        document = typeset(make(), timezone.now())
    if key:
        kept.keep(key, document)
    return document


def as_of() -> str:
    """Give of which day and state of the corpus a document is, for the foot of its pages."""
    return _("Common Ground, %(day)s, corpus version %(version)d") % {
        "day": date_format(timezone.localdate(), "j F Y"),
        "version": current_state().number,
    }


def paper_of(request: HttpRequest) -> str:
    """Give the paper that a request asks for, as Typst calls it; A4 where it says nothing."""
    return PAPERS.get(request.GET.get("paper", ""), "a4")
