"""Case studies as PDF, and the page that says whether a document still holds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies.documents import MOST, Detail, Setting, booklet, single
from casestudies.export_views import obstacle
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.question import question_of
from casestudies.verification import compare, selection_of, unpacked
from portal.addresses import with_more, without
from portal.browse import BrowsePage, browse
from portal.facets import Ignored
from portal.linked_data import absolute_for
from portal.pagecache import not_kept, public_page
from portal.pdf.answer import PAPERS, as_of, paper_of, pdf_answer
from portal.tabular import file_name

DETAILS = {detail.value: detail for detail in Detail}


@require_safe
@public_page
def booklet_pdf(request: HttpRequest) -> HttpResponse:
    """Give a selection as a booklet; a page with choices where it is empty or too large for one."""
    query = without(request.GET, ("detail", "paper", "page", "view"))
    page = browse(CASES, query, reverse("cases"))
    detail = DETAILS.get(request.GET.get("detail", ""), Detail.SUMMARY)
    if not page.total or page.total > MOST[detail]:
        return _no_booklet(request, page, detail)
    setting = _setting(request, (*page.ignored, *_not_understood(request)))
    subject = f"{page.selection.url('cases')} {detail} {setting.paper}"
    name = file_name("common-ground-cases", [chip.label for chip in page.chips], "pdf")
    answer = pdf_answer(
        request,
        subject,
        name,
        lambda: booklet(page, detail, setting, as_of()),
        # What stands in an address without meaning anything is endless.
        is_kept=not setting.ignored,
    )
    return not_kept(answer, when=setting.ignored)


@require_safe
@public_page
def case_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give one case in full."""
    cases = CaseStudy.objects.published()
    get_object_or_404(cases.only("pk"), slug=slug)
    setting = _setting(request)
    return pdf_answer(
        request,
        f"case {slug} {setting.paper}",
        file_name("common-ground", [slug], "pdf"),
        lambda: single(cases.for_reading().get(slug=slug), setting, as_of()),
    )


@require_safe
@public_page
def verify(request: HttpRequest) -> HttpResponse:
    """Say what has changed since a document was made."""
    page = browse(CASES, selection_of(request.GET), reverse("cases"))
    checksum = request.GET.get("checksum", "")
    seen = unpacked(request.GET.get("seen", ""))
    context = {
        "browse": page,
        "question": question_of(page),
        "version": request.GET.get("version", "")[:20],
        "names_document": bool(checksum),
        "most": MOST[Detail.BRIEF],
    }
    if checksum and page.total <= MOST[Detail.BRIEF]:
        context["comparison"] = compare(page.snapshot, page.every_key(), checksum, seen)
    return not_kept(render(request, "casestudies/verify.html", context), when=True)


def _not_understood(request: HttpRequest) -> list[Ignored]:
    """Give what is said of the document itself and makes no sense."""
    known = {"detail": DETAILS.keys(), "paper": PAPERS.keys()}
    return [
        Ignored(name, _("not one of: %s") % ", ".join(values))
        for name, values in known.items()
        if name in request.GET and request.GET[name] not in values
    ]


def _setting(request: HttpRequest, ignored: tuple[Ignored, ...] = ()) -> Setting:
    return Setting(absolute_for(request), paper_of(request), timezone.localdate(), ignored)


def _no_booklet(request: HttpRequest, page: BrowsePage, detail: Detail) -> HttpResponse:
    """Say why there is no booklet, and what can be had instead."""
    smaller = ""
    if MOST[detail] < page.total <= MOST[Detail.BRIEF]:
        address = page.selection.url(reverse("cases-export-pdf"))
        smaller = with_more(address, {"detail": Detail.BRIEF})
    return obstacle(request, page, MOST[detail], smaller)
