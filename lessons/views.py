"""Pages of the lessons: parse, ask, render."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lessons import linked_data
from lessons.evidence import by_stance
from lessons.facets import LESSONS
from lessons.images import lesson_card
from lessons.models import BaselineChecklist, Evidence, GlossaryTerm, Lesson
from lessons.weight import as_strip
from portal.annotations import annotated
from portal.browse import browse
from portal.curation.history import origin_of
from portal.curation.public import changes_page, get_public
from portal.images import as_png
from portal.linked_data import Head, absolute_for
from portal.pagecache import not_kept, public_page
from portal.panels import panels_for


@require_safe
@public_page
def lesson_list(request: HttpRequest) -> HttpResponse:
    """Browse the lessons."""
    page, absolute = browse(LESSONS, request.GET, request.path), absolute_for(request)
    context = {"browse": page, "head": Head(linked_data.lesson_list(page, absolute), absolute)}
    return not_kept(render(request, "lessons/lesson_list.html", context), when=page.ignored)


@require_safe
@public_page
def lesson_card_png(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the image of a lesson that goes with a shared link."""
    lessons = Lesson.objects.published().with_stances()
    return as_png(lesson_card(get_object_or_404(lessons, slug=slug)))


@require_safe
@public_page
def lesson_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one lesson with its evidence."""
    return lesson_page(request, get_public(Lesson.objects.with_stances().for_reading(), slug))


def lesson_page(request: HttpRequest, lesson: Lesson, is_preview: bool = False) -> HttpResponse:
    """Give the page of a lesson, or of a draft as it would be. Needs `with_stances()`."""
    links = Evidence.objects.published().filter(lesson=lesson).select_related("case")
    absolute = absolute_for(request)
    (discussion_html,) = annotated(lesson.discussion_html)
    context = {
        "lesson": lesson,
        "discussion_html": discussion_html,
        "strip": as_strip(lesson.stance_counts),
        "head": Head(linked_data.lesson_article(lesson, absolute), absolute),
        "groups": by_stance(links),
        "panels": panels_for("lesson", origin_of(lesson)),
        "is_preview": is_preview,
    }
    return render(request, "lessons/lesson_detail.html", context)


@require_safe
@public_page
def lesson_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a lesson changed."""
    return changes_page(request, get_public(Lesson.objects.all(), slug))


@require_safe
@public_page
def baseline(request: HttpRequest) -> HttpResponse:
    """Show the baseline checklist, to read or to print."""
    checklists = BaselineChecklist.objects.prefetch_related(
        "sections__questions", "sections__based_on"
    )
    checklist, absolute = checklists.first(), absolute_for(request)
    context = {
        "checklist": checklist,
        "head": Head(linked_data.baseline_page(checklist, absolute), absolute),
    }
    return render(request, "lessons/baseline.html", context)


@require_safe
@public_page
def baseline_sources(request: HttpRequest) -> HttpResponse:
    """Show what the checklist is based on, apart from it: it is printed, and read on slow lines."""
    checklist = BaselineChecklist.objects.prefetch_related("sources").first()
    head = _sources_head(request, _("Sources of the baseline checklist"))
    context = {"checklist": checklist, "head": head}
    return render(request, "lessons/baseline_sources.html", context)


@require_safe
@public_page
def glossary(request: HttpRequest) -> HttpResponse:
    """Show the glossary."""
    terms = _in_order(GlossaryTerm.objects.prefetch_related("other_names"))
    absolute = absolute_for(request)
    head = Head(linked_data.glossary_terms(absolute), absolute)
    return render(request, "lessons/glossary.html", {"terms": terms, "head": head})


@require_safe
@public_page
def glossary_sources(request: HttpRequest) -> HttpResponse:
    """Show where the terms of the glossary were met: many addresses, which few want to read."""
    terms = [term for term in _in_order(GlossaryTerm.objects.all()) if term.seen_in]
    head = _sources_head(request, _("Sources of the glossary"))
    return render(request, "lessons/glossary_sources.html", {"terms": terms, "head": head})


def _sources_head(request: HttpRequest, title: str) -> Head:
    absolute = absolute_for(request)
    return Head(linked_data.sources_page(title, request.path, absolute), absolute)


def _in_order(terms: Iterable[GlossaryTerm]) -> list[GlossaryTerm]:
    """Give terms as a dictionary orders them, on every database."""
    return sorted(terms, key=lambda term: term.term.casefold())
