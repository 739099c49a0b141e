"""Pages of the lessons: parse, ask, render."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from lessons.evidence import by_stance
from lessons.facets import LESSONS
from lessons.models import BaselineChecklist, Evidence, GlossaryTerm, Lesson
from lessons.weight import as_strip
from portal.annotations import annotated
from portal.browse import browse
from portal.pagecache import not_kept, public_page
from portal.panels import panels_for


@require_safe
@public_page
def lesson_list(request: HttpRequest) -> HttpResponse:
    """Browse the lessons."""
    page = browse(LESSONS, request.GET, request.path)
    return not_kept(
        render(request, "lessons/lesson_list.html", {"browse": page}), when=page.ignored
    )


@require_safe
@public_page
def lesson_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one lesson with its evidence."""
    lessons = Lesson.objects.published().with_stances().for_reading()
    lesson: Lesson = get_object_or_404(lessons, slug=slug)
    links = Evidence.objects.published().filter(lesson=lesson).select_related("case")
    (discussion_html,) = annotated(lesson.discussion_html)
    context = {
        "lesson": lesson,
        "discussion_html": discussion_html,
        "strip": as_strip(lesson.stance_counts),
        "groups": by_stance(links),
        "panels": panels_for("lesson", lesson),
    }
    return render(request, "lessons/lesson_detail.html", context)


@require_safe
@public_page
def baseline(request: HttpRequest) -> HttpResponse:
    """Show the baseline checklist, to read or to print."""
    checklists = BaselineChecklist.objects.prefetch_related(
        "sources", "sections__questions", "sections__based_on"
    )
    return render(request, "lessons/baseline.html", {"checklist": checklists.first()})


@require_safe
@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the glossary."""
    terms = GlossaryTerm.objects.prefetch_related("other_names")
    in_order = sorted(terms, key=lambda term: term.term.casefold())
    return render(request, "lessons/glossary.html", {"terms": in_order})
