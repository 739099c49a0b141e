"""Lessons and the baseline checklist as PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from lessons.documents import baseline_document, lesson_document
from lessons.evidence import by_stance
from lessons.models import BaselineChecklist, Evidence, Lesson
from portal.linked_data import absolute_for
from portal.pagecache import public_page
from portal.pdf.answer import as_of, paper_of, pdf_answer
from portal.pdf.document import Document
from portal.tabular import file_name


@require_safe
@public_page
def lesson_pdf(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a lesson with its evidence."""
    get_object_or_404(Lesson.objects.published().only("pk"), slug=slug)
    paper = paper_of(request)

    def make() -> Document:
        lesson = Lesson.objects.published().with_stances().for_reading().get(slug=slug)
        links = Evidence.objects.published().filter(lesson=lesson).select_related("case")
        return lesson_document(lesson, by_stance(links), absolute_for(request), paper, as_of())

    return pdf_answer(
        request, f"lesson {slug} {paper}", file_name("common-ground", [slug], "pdf"), make
    )


@require_safe
@public_page
def baseline_pdf(request: HttpRequest) -> HttpResponse:
    """Give the checklist as a form to fill in by hand."""
    checklists = BaselineChecklist.objects.prefetch_related(
        "sources", "sections__questions", "sections__based_on"
    )
    if not checklists.exists():
        raise Http404
    paper = paper_of(request)
    return pdf_answer(
        request,
        f"baseline {paper}",
        "common-ground-baseline-checklist.pdf",
        lambda: baseline_document(checklists[0], paper, as_of()),
    )
