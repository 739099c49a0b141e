"""Case studies as PDF, and the page that says whether a document still holds."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from casestudies import verification
from casestudies.documents import MOST, Detail, Setting, booklet, single
from casestudies.export_views import obstacle
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.question import in_words
from portal.browse import BrowsePage, browse
from portal.linked_data import absolute_for
from portal.pagecache import not_kept, public_page
from portal.pdf.answer import as_of, paper_of, pdf_answer
from portal.tabular import file_name

DETAILS = {detail.value: detail for detail in Detail}


@require_safe
@public_page
def booklet_pdf(request: HttpRequest) -> HttpResponse:
    """Give a selection as a booklet; a page with choices where it is empty or too large for one."""
    page = browse(CASES, _selection(request.GET), reverse("cases"))
    detail = DETAILS.get(request.GET.get("detail", ""), Detail.SUMMARY)
    if not page.total or page.total > MOST[detail]:
        return _no_booklet(request, page, detail)
    setting = _setting(request)
    subject = f"{page.selection.url('cases')} {detail} {setting.paper} {page.ignored}"
    name = file_name("common-ground-cases", [chip.label for chip in page.chips], "pdf")
    return pdf_answer(request, subject, name, lambda: booklet(page, detail, setting))


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
        f"{slug}.pdf",
        lambda: single(cases.for_reading().get(slug=slug), setting, as_of()),
    )


@require_safe
@public_page
def verify(request: HttpRequest) -> HttpResponse:
    """Say what has changed since a document was made."""
    page = browse(CASES, verification.selection_of(request.GET), reverse("cases"))
    context = {
        "browse": page,
        "question": in_words(page),
        "version": request.GET.get("version", "")[:20],
        "most": MOST[Detail.BRIEF],
    }
    if page.total <= MOST[Detail.BRIEF]:
        keys = page.every_key()
        rows = CaseStudy.objects.published().for_reading().in_bulk(keys)
        cases = [rows[key] for key in keys if key in rows]
        seen = verification.unpacked(request.GET.get("seen", ""))
        checksum = request.GET.get("checksum", "")
        context["comparison"] = verification.compare(cases, checksum, seen)
    return not_kept(render(request, "casestudies/verify.html", context), when=True)


def _selection(query: QueryDict) -> QueryDict:
    """Give a query string without what is said of the document, and without the page."""
    rest = query.copy()
    for name in ("detail", "paper", "page", "view"):
        rest.pop(name, None)
    return rest


def _setting(request: HttpRequest) -> Setting:
    return Setting(absolute_for(request), paper_of(request), timezone.localdate())


def _no_booklet(request: HttpRequest, page: BrowsePage, detail: Detail) -> HttpResponse:
    """Say why there is no booklet, and what can be had instead."""
    smaller = ""
    if MOST[detail] < page.total <= MOST[Detail.BRIEF]:
        address = page.selection.url(reverse("cases-export-pdf"))
        smaller = f"{address}{'&' if '?' in address else '?'}detail=brief"
    return obstacle(request, page, MOST[detail], smaller)
