"""Pages of the case studies: parse, ask, render."""

from typing import Any

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casestudies import linked_data
from casestudies.citations import cite
from casestudies.completeness import amounts_read, assess
from casestudies.exports import as_json
from casestudies.facets import CASES
from casestudies.feeds import selection_feed, selection_path
from casestudies.images import case_card
from casestudies.models import CaseStudy, Company, Country, Goal, GoalGroup, PartnershipType, Theme
from casestudies.offline import INLINE_POLICY, as_file
from casestudies.showing import shown
from casestudies.timeline import timeline
from casestudies.topics import Tile, cases_with, portrait, related_to, tiles
from casestudies.worldmap import mini_map
from portal.annotations import annotated
from portal.browse import browse
from portal.curation.history import origin_of
from portal.curation.public import changes_page, get_public
from portal.facets import current_snapshot
from portal.images import as_png
from portal.linked_data import Head, absolute_for
from portal.margins import notes_for, placed
from portal.pagecache import not_kept, public_page
from portal.panels import panels_for
from portal.words import get_word


@require_safe
@public_page
def case_list(request: HttpRequest) -> HttpResponse:
    """Browse the case studies."""
    page = browse(CASES, request.GET, request.path)
    absolute = absolute_for(request)
    feed = selection_path(page, reverse("cases-feed"))
    context = {
        "browse": page,
        **shown(page),
        "address": absolute(page.address),
        "feed_url": feed,
        "head": Head(linked_data.case_list(page, absolute), absolute, feed),
    }
    return not_kept(render(request, "casestudies/case_list.html", context), when=page.ignored)


@require_safe
@public_page
def case_list_json(request: HttpRequest) -> HttpResponse:
    """Give the same page of the same selection as JSON."""
    page = browse(CASES, request.GET, request.path)
    answer = JsonResponse(
        as_json(page, request.build_absolute_uri), json_dumps_params={"ensure_ascii": False}
    )
    return not_kept(answer, when=page.ignored)


@require_safe
@public_page
def case_feed(request: HttpRequest) -> HttpResponse:
    """Give the same selection as an Atom feed."""
    page = browse(CASES, request.GET, reverse("cases"))
    return not_kept(selection_feed(request, page), when=page.ignored)


@require_safe
@public_page
def case_card_png(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the image of a case that goes with a shared link."""
    cases = CaseStudy.objects.published().prefetch_related("countries")
    return as_png(case_card(get_object_or_404(cases, slug=slug)))


@require_safe
@public_page
def case_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one case study."""
    return case_page(request, get_public(CaseStudy.objects.for_reading(), slug))


def case_page(request: HttpRequest, case: CaseStudy, is_preview: bool = False) -> HttpResponse:
    """Give the page of a case, or of a draft as it would be."""
    absolute = absolute_for(request)
    context_html, done_html = annotated(case.context_html, case.what_was_done_html)
    context = {
        "case": case,
        "context_html": context_html,
        "done_html": done_html,
        "timeline": timeline([case]),
        "mini_map": mini_map(case),
        "citation": cite(case, absolute(case.get_absolute_url())),
        "head": Head(linked_data.case_report(case, absolute), absolute),
        "panels": panels_for("case", origin_of(case)),
        "completeness": assess(case, timezone.localdate(), amounts_read(case)),
        "related": [] if is_preview else related_to(case),
        "notes": placed(notes_for("case", [case.pk]).get(case.pk, {}), _passages(case)),
        "is_preview": is_preview,
    }
    return render(request, "casestudies/case_detail.html", context)


def _passages(case: CaseStudy) -> set[str]:
    """Give the passages that the page of a case shows."""
    lists: dict[str, Any] = {
        "challenges": case.challenges,
        "learnt": case.case_lessons,
        "figures": case.figures,
    }
    return {"context", "done", "outcomes", *(name for name, rows in lists.items() if rows.all())}


@require_safe
@public_page
def case_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how a case changed."""
    return changes_page(request, get_public(CaseStudy.objects.all(), slug))


@csp_replace(INLINE_POLICY)
@require_safe
@public_page
def offline(request: HttpRequest) -> HttpResponse:
    """Give a selection, or the whole library, as one file to keep and forward."""
    page = browse(CASES, request.GET, reverse("cases"))
    answer = HttpResponse(as_file(page, request.build_absolute_uri(page.address)))
    return not_kept(answer, when=page.ignored)


@require_safe
@public_page
def country_list(request: HttpRequest) -> HttpResponse:
    """List the countries that have cases, by sub-region."""
    return _term_index(request, "country", _("Countries"), _("Where the case studies are set."))


@require_safe
@public_page
def country_detail(request: HttpRequest, code: str) -> HttpResponseRedirect | HttpResponse:
    """Show one country. Its code is upper case; another spelling leads there."""
    if code != code.upper():
        return redirect("country", code=code.upper(), permanent=True)
    country = get_object_or_404(Country, code=code)
    cases, absolute = cases_with("country", code), absolute_for(request)
    context = {
        "country": country,
        "portrait": portrait("country", code),
        "cases": cases,
        "head": Head(linked_data.country_page(country, cases, absolute), absolute),
        "panels": panels_for("country", country),
    }
    return render(request, "casestudies/country.html", context)


@require_safe
@public_page
def company_list(request: HttpRequest) -> HttpResponse:
    """List the companies that have cases."""
    lead = _("Companies in any role: operator, former operator, partner, owner or explorer.")
    return _term_index(request, "company", _("Companies"), lead)


@require_safe
@public_page
def company_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one company."""
    known = current_snapshot(CASES).values["company"]  # not what only drafts name
    company = get_word(Company.objects.select_related("home_country"), slug, known)
    cases, absolute = cases_with("company", slug), absolute_for(request)
    context = {
        "company": company,
        "portrait": portrait("company", slug),
        "cases": cases,
        "head": Head(linked_data.company_page(company, cases, absolute), absolute),
        "panels": panels_for("company", company),
    }
    return render(request, "casestudies/company.html", context)


@require_safe
@public_page
def theme_list(request: HttpRequest) -> HttpResponse:
    """List the themes."""
    lead = _("What the case studies, lessons and perspectives are about.")
    return _term_index(request, "theme", _("Themes"), lead)


@require_safe
@public_page
def theme_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one theme."""
    theme = get_word(Theme.objects.all(), slug)
    cases, absolute = cases_with("theme", slug), absolute_for(request)
    context = {
        "theme": theme,
        "portrait": portrait("theme", slug),
        "cases": cases,
        "head": Head(linked_data.theme_page(theme, cases, absolute), absolute),
        "panels": panels_for("theme", theme),
    }
    return render(request, "casestudies/theme.html", context)


@require_safe
@public_page
def sdg17(request: HttpRequest) -> HttpResponse:
    """Show Sustainable Development Goal 17: its groups, types of partnership and targets."""
    entrances = tiles(current_snapshot(CASES), "sdg17")
    title = _("Partnerships: Sustainable Development Goal 17")
    context = {
        "goal": Goal.objects.prefetch_related("sources").first(),
        "groups": GoalGroup.objects.prefetch_related("partnership_types__targets"),
        "tiles": entrances,
        "head": _index_head(request, title, _("Types of partnership under SDG 17."), entrances),
    }
    return render(request, "casestudies/sdg17.html", context)


@require_safe
@public_page
def partnership_type_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one type of partnership."""
    types = PartnershipType.objects.select_related("group").prefetch_related("targets")
    partnership_type = get_word(types, slug)
    cases, absolute = cases_with("sdg17", slug), absolute_for(request)
    node = linked_data.partnership_type_page(partnership_type, cases, absolute)
    context = {
        "partnership_type": partnership_type,
        "portrait": portrait("sdg17", slug),
        "cases": cases,
        "head": Head(node, absolute),
        "panels": panels_for("partnership-type", partnership_type),
    }
    return render(request, "casestudies/partnership_type.html", context)


def _term_index(request: HttpRequest, facet: str, title: str, lead: str) -> HttpResponse:
    """List the values of a facet as entrances, each with its number of cases."""
    entrances = tiles(current_snapshot(CASES), facet)
    context = {
        "title": title,
        "lead": lead,
        "tiles": entrances,
        "head": _index_head(request, title, lead, entrances),
    }
    return render(request, "casestudies/term_index.html", context)


def _index_head(request: HttpRequest, title: str, lead: str, entrances: list[Tile]) -> Head:
    """Give the head of a page of entrances."""
    absolute = absolute_for(request)
    return Head(linked_data.term_index(title, lead, request.path, entrances, absolute), absolute)
