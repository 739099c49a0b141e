"""The browse page as JSON, page by page: what scripts that follow it rely on."""

from collections.abc import Callable
from typing import Any

from casestudies.models import CaseStudy
from portal.browse import BrowsePage


def as_json(page: BrowsePage, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Give a browse page as the JSON that scripts rely on.

    `absolute` turns a path into a full address. Counts and results are those of the page itself.
    """
    return {
        "total": page.total,
        "page": page.page,
        "pages": page.pages,
        "corpus_version": page.corpus_version,
        "facets": {
            panel.name: [
                {
                    "value": option.value,
                    "label": option.label,
                    "count": option.count,
                    "selected": option.selected,
                }
                for option in panel.options
            ]
            for panel in page.facets
        },
        "results": [listed(case, absolute) for case in page.records],
        "ignored": [{"parameter": item.parameter, "reason": item.reason} for item in page.ignored],
    }


def listed(case: CaseStudy, absolute: Callable[[str], str]) -> dict[str, Any]:
    """Give one case as a list shows it."""
    return {
        "slug": case.slug,
        "title": case.title,
        "summary": case.summary,
        "url": absolute(case.get_absolute_url()),
        "mine": case.mine,
        "countries": [country.code for country in case.countries.all()],
        "companies": [
            {"slug": entry.company.slug, "name": entry.company.name, "role": entry.role}
            for entry in case.company_roles.all()
        ],
        "year_from": case.year_from,
        "year_to": case.year_to,
        "themes": [theme.slug for theme in case.themes.all()],
        "mine_stage": case.mine_stage,
        "asgm_status": case.asgm_status,
        "outcome_status": case.outcome_status,
    }
