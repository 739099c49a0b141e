"""Files of the case studies: a selection, or one case, to take away."""

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from casestudies.exports.export import SelectionExport
from casestudies.exports.files import (
    CONTENT_TYPES,
    citation_file,
    csv_file,
    json_file,
    json_text,
)
from casestudies.exports.formats import MOST_IN_WORKBOOK
from casestudies.exports.record import records
from casestudies.exports.workbook import workbook
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.question import question_of
from portal.browse import BrowsePage, browse
from portal.linked_data import absolute_for
from portal.pagecache import not_kept, public_page
from portal.tabular import file_name, in_pieces


def _export(request: HttpRequest) -> SelectionExport:
    """Read which selection is asked for: the same as on the browse page of that query string."""
    return SelectionExport(browse(CASES, request.GET, reverse("cases")), absolute_for(request))


def _streamed(texts: Iterable[str], name: str) -> StreamingHttpResponse:
    """Send texts as a file while they are made."""
    answer = StreamingHttpResponse(
        in_pieces(texts), content_type=CONTENT_TYPES[name.rpartition(".")[2]]
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _attached(texts: Iterable[str], name: str) -> HttpResponse:
    """Send a small file."""
    kind = CONTENT_TYPES[name.rpartition(".")[2]]
    answer = HttpResponse("".join(texts), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def obstacle(
    request: HttpRequest, page: BrowsePage, most: int | None = None, smaller_url: str = ""
) -> HttpResponse:
    """Say on a page why there is no file, and lead to what there is instead.

    `most` is how many cases the format holds, `smaller_url` leads to one that holds them all.
    """
    context = {
        "browse": page,
        "question": question_of(page),
        "most": most,
        "smaller_url": smaller_url,
    }
    status = 400 if page.total else 404
    return render(request, "casestudies/export_obstacle.html", context, status=status)


@require_safe
@public_page
def export_csv(request: HttpRequest) -> HttpResponseBase:
    """Give a selection as a table, for any spreadsheet or statistics program."""
    export = _export(request)
    answer = _streamed(csv_file(export), export.file_name("csv"))
    return not_kept(answer, when=export.page.ignored)


@require_safe
@public_page
def export_json(request: HttpRequest) -> HttpResponseBase:
    """Give a selection in full, for programs."""
    export = _export(request)
    answer = _streamed(json_file(export), export.file_name("json"))
    return not_kept(answer, when=export.page.ignored)


@require_safe
@public_page
def export_citations(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Give the citations of a selection, for reference managers."""
    export = _export(request)
    if not export.page.total:
        return obstacle(request, export.page)
    texts = citation_file(export.cases(), extension, export.absolute)
    answer = _streamed(texts, export.file_name(extension))
    return not_kept(answer, when=export.page.ignored)


@require_safe
@public_page
def export_xlsx(request: HttpRequest) -> HttpResponseBase:
    """Give a selection as a workbook."""
    export = _export(request)
    if not 0 < export.page.total <= MOST_IN_WORKBOOK:
        return obstacle(request, export.page, MOST_IN_WORKBOOK)
    answer = HttpResponse(workbook(export), content_type=CONTENT_TYPES["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name("xlsx")}"'
    return not_kept(answer, when=export.page.ignored)


@require_safe
@public_page
def case_json(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Give one case in full, as it stands in the JSON of a selection."""
    key = CaseStudy.objects.published().filter(slug=slug).values_list("pk", flat=True).first()
    found = list(records([key], absolute_for(request))) if key else []
    if not found:
        raise Http404
    return _attached([json_text(found[0]), "\n"], file_name("common-ground", [slug], "json"))


@require_safe
@public_page
def case_citation(request: HttpRequest, slug: str, extension: str) -> HttpResponseBase:
    """Give the citation of one case, for reference managers."""
    case: CaseStudy = get_object_or_404(CaseStudy.objects.published(), slug=slug)
    texts = citation_file([case], extension, absolute_for(request))
    return _attached(texts, file_name("common-ground", [slug], extension))
