"""Pages of the contributions: parse, ask, render."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casestudies.models import CaseStudy
from contributions import linked_data
from contributions.facets import PERSPECTIVES
from contributions.models import Perspective
from lessons.models import Lesson
from portal.browse import browse
from portal.curation.public import changes_page, get_public
from portal.linked_data import Head, absolute_for
from portal.pagecache import not_kept, public_page


@require_safe
@public_page
def perspective_list(request: HttpRequest) -> HttpResponse:
    """Browse the perspectives."""
    page, absolute = browse(PERSPECTIVES, request.GET, request.path), absolute_for(request)
    head = Head(linked_data.perspective_list(page, absolute), absolute)
    context = {"browse": page, "head": head}
    return not_kept(
        render(request, "contributions/perspective_list.html", context), when=page.ignored
    )


@require_safe
@public_page
def perspective_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one perspective with the lessons and cases that it speaks to."""
    return perspective_page(request, get_public(Perspective.objects.for_reading(), slug))


def perspective_page(
    request: HttpRequest, perspective: Perspective, is_preview: bool = False
) -> HttpResponse:
    """Give the page of a perspective, or of a draft as it would be."""
    absolute = absolute_for(request)
    context = {
        "perspective": perspective,
        "head": Head(linked_data.perspective_article(perspective, absolute), absolute),
        "lessons": Lesson.objects.published().filter(perspectives=perspective),
        "cases": CaseStudy.objects.published().filter(perspectives=perspective),
        "invitations": (
            perspective.invitations.select_related("reply") if perspective.is_sent_in else ()
        ),
        "is_preview": is_preview,
    }
    return render(request, "contributions/perspective_detail.html", context)


@require_safe
@public_page
def perspective_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a perspective changed."""
    return changes_page(request, get_public(Perspective.objects.all(), slug))
