"""django-filter with a count for every value: a filter set a facet, without that facet's choice."""

import django_filters
from django.db.models import Count, QuerySet
from django.http import QueryDict

from bench.peers.base import PAGE, Answer, Asked, Counts
from bench.peers.orm import found_by_text
from casestudies.facets import CASES
from casestudies.models import CaseStudy

PATHS = {
    "country": "countries",
    "company": "companies__slug",
    "theme": "themes__slug",
    "sdg17": "partnership_types__slug",
    "approach": "approaches__slug",
    "party": "parties__kind",
    "stage": "mine_stage",
    "asgm_status": "asgm_status",
    "outcome": "outcome_status",
    "collection": "collection__slug",
}


class FilterEngine:
    """django-filter's multiple choices. Its lists of choices are read once."""

    name = "django-filter with counts"
    disjunctive = True

    def __init__(self) -> None:
        filters: dict[str, django_filters.Filter] = {
            facet.name: django_filters.MultipleChoiceFilter(
                field_name=PATHS[facet.name],
                choices=[(value.value, value.label) for value in facet.vocabulary()],
            )
            for facet in CASES.facets
        }
        filters["match"] = django_filters.CharFilter(
            method=lambda cases, _name, match: found_by_text(cases, match)
        )
        self.filter_set = type("CaseFilterSet", (django_filters.FilterSet,), filters)

    def _cases(self, data: QueryDict) -> QuerySet[CaseStudy]:
        found: QuerySet[CaseStudy] = self.filter_set(
            data, queryset=CaseStudy.objects.published().order_by()
        ).qs
        # A filter over a relation may have joined it: counting on would count twice.
        return CaseStudy.objects.order_by().filter(pk__in=found.values("pk"))

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        data = QueryDict(asked.address, mutable=True)
        data["match"] = asked.match
        found = self._cases(data)
        counts: Counts = {}
        for facet, path in PATHS.items():
            others = data
            if facet in asked.chosen:
                others = data.copy()
                del others[facet]
            rows = self._cases(others).values_list(path).annotate(Count("pk", distinct=True))
            counts[facet] = {value: number for value, number in rows if value is not None}
        keys = found.order_by("in_order__place").values_list("pk", flat=True)[:PAGE]
        return Answer(found.count(), counts, list(keys))
