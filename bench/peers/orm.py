"""One GROUP BY a facet in Django's ORM, filters as semi-joins."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.expressions import RawSQL

from bench.peers.base import PAGE, Answer, Asked
from casestudies.models import (
    CaseApproach,
    CaseCompany,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Party,
)

# Facets kept in a table of their own: the model, the case's key in it, and the value.
LINKS: dict[str, tuple[Any, str, str]] = {
    "country": (CaseStudy.countries.through, "casestudy_id", "country_id"),
    "company": (CaseCompany, "case_id", "company__slug"),
    "theme": (CaseTheme, "content_object_id", "tag__slug"),
    "sdg17": (CasePartnershipType, "content_object_id", "tag__slug"),
    "approach": (CaseApproach, "content_object_id", "tag__slug"),
    "party": (Party, "case_id", "kind"),
}
# Facets kept in a column of the case.
COLUMNS = {
    "stage": "mine_stage",
    "asgm_status": "asgm_status",
    "outcome": "outcome_status",
    "collection": "collection__slug",
}
FACETS = [*LINKS, *COLUMNS]
# Facets of which a case can have one value twice (a company in two roles, two parties of a kind).
REPEATED = {"company", "party"}


def found_by_text(cases: QuerySet[CaseStudy], match: str) -> QuerySet[CaseStudy]:
    """Keep the cases that a text search finds."""
    sql = "SELECT rowid FROM search_cases WHERE search_cases MATCH %s"
    return cases.filter(pk__in=RawSQL(sql, [match])) if match else cases


def _selected(chosen: Mapping[str, Collection[str]], match: str) -> QuerySet[CaseStudy]:
    cases: QuerySet[CaseStudy] = CaseStudy.objects.published().order_by()
    for facet, values in chosen.items():
        if facet in COLUMNS:
            cases = cases.filter(**{f"{COLUMNS[facet]}__in": values})
        else:
            model, key, column = LINKS[facet]
            links = model.objects.filter(**{f"{column}__in": values})
            cases = cases.filter(pk__in=links.values(key))
    return found_by_text(cases, match)


def _counted(facet: str, cases: QuerySet[CaseStudy]) -> dict[str, int]:
    if facet in COLUMNS:
        return dict(cases.values_list(COLUMNS[facet]).annotate(Count("pk")))
    model, key, column = LINKS[facet]
    links = model.objects.order_by().filter(**{f"{key}__in": cases.values("pk")})
    count = Count(key, distinct=facet in REPEATED)
    return dict(links.values_list(column).annotate(count))


class OrmEngine:
    """Twelve queries a page."""

    name = "ORM: one GROUP BY a facet"
    disjunctive = True

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        found = _selected(asked.chosen, asked.match)
        counts = {}
        for facet in FACETS:
            others = {name: asked.chosen[name] for name in asked.chosen if name != facet}
            counts[facet] = _counted(facet, _selected(others, asked.match))
        keys = found.order_by("in_order__place").values_list("pk", flat=True)[:PAGE]
        return Answer(found.count(), counts, list(keys))
