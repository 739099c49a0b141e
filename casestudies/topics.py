"""The cases of one country, company, theme or partnership type, and cases that are alike."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from casestudies.facets import CASES, LIKENESS
from casestudies.models import CaseStudy
from portal.facets import FacetValue, Selection, Snapshot, current_snapshot

# Facets whose values have a page of their own, and the name of its address.
TOPIC_PAGES = {
    "country": "country",
    "company": "company",
    "theme": "theme",
    "sdg17": "partnership-type",
}
TOPIC_CASES = 20
RELATED_CASES = 5


@dataclass(frozen=True)
class TopicCases:
    """The cases that have one facet value: how many, the first of them, and where all are."""

    total: int
    records: list[Any]
    browse_url: str

    @property
    def has_more(self) -> bool:
        """Say whether some cases are not shown."""
        return self.total > len(self.records)


@dataclass(frozen=True)
class Tile:
    """A facet value as an entrance: its own page and the number of its cases."""

    label: str
    url: str
    count: int
    definition: str
    group: str


@dataclass(frozen=True)
class RelatedCase:
    """A case like another, with what they share in words."""

    case: CaseStudy
    shared: list[str]


def cases_with(facet: str, value: str) -> TopicCases:
    """Give the published cases that have a value of a facet."""
    snapshot = current_snapshot(CASES)
    selection = Selection({facet: (value,)})
    if value not in snapshot.values[facet]:
        return TopicCases(0, [], selection.url(reverse("cases")))
    found = snapshot.matching(selection.chosen)
    records = _in_order(snapshot.slice(found, "", 0, TOPIC_CASES))
    return TopicCases(len(found), records, selection.url(reverse("cases")))


def _in_order(keys: list[int]) -> list[CaseStudy]:
    cards = CASES.cards().in_bulk(keys)
    return [cards[key] for key in keys if key in cards]


def newest_cases(count: int) -> list[CaseStudy]:
    """Give the first cases in the default order."""
    snapshot = current_snapshot(CASES)
    return _in_order(snapshot.slice(snapshot.everything, "", 0, count))


def tiles(snapshot: Snapshot, facet: str) -> list[Tile]:
    """Give every value of a facet in TOPIC_PAGES as an entrance with its number of cases."""
    counts = snapshot.counts({})[facet]
    return [
        Tile(
            label=str(known.label),
            url=reverse(TOPIC_PAGES[facet], args=[value]),
            count=counts[value],
            definition=str(known.definition),
            group=known.group,
        )
        for value, known in snapshot.values[facet].items()
    ]


def related_to(case: CaseStudy) -> list[RelatedCase]:
    """Give the published cases that share most with this one, and what they share. Two queries."""
    snapshot = current_snapshot(CASES)
    keys = snapshot.most_alike(case.pk, LIKENESS, RELATED_CASES)
    cases: dict[int, CaseStudy] = CaseStudy.objects.published().in_bulk(keys)
    own = _values(snapshot, case.pk)
    return [
        RelatedCase(cases[key], [str(v.label) for v in _values(snapshot, key) if v in own])
        for key in keys
        if key in cases
    ]


def _values(snapshot: Snapshot, key: int) -> list[FacetValue]:
    return [value for facet in LIKENESS for value in snapshot.values_of(key, facet)]
