"""The cases of one country, company, theme or partnership type, and cases that are alike."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
class Share:
    """A facet value among the cases of a topic: how many, which share, and where they are."""

    label: str
    count: int
    percent: int
    url: str


@dataclass(frozen=True)
class Aspect:
    """One question that a portrait answers, with the commonest answers first."""

    question: str | Promise
    shares: list[Share]


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


# What a portrait of a topic asks, by facet; the topic's own facet is left out.
ASPECTS: dict[str, str | Promise] = {
    "outcome": _("What became of the cases?"),
    "stage": _("At which stage of the mine?"),
    "theme": _("What are they about?"),
    "approach": _("What was tried?"),
    "party": _("Who else took part?"),
    "country": _("Where?"),
}
ANSWERS = 5


def portrait(facet: str, value: str) -> list[Aspect]:
    """Give a short portrait of the cases that have a value of a facet. No query but the snapshot's.

    Empty where fewer than two cases have it: one case needs no statistics.
    """
    snapshot = current_snapshot(CASES)
    found = snapshot.bitmaps[facet].get(value)
    if found is None or len(found) < 2:
        return []
    path = reverse("cases")
    aspects = []
    for asked, question in ASPECTS.items():
        if asked == facet:
            continue
        counts = {
            answer: bitmap.intersection_cardinality(found)
            for answer, bitmap in snapshot.bitmaps[asked].items()
        }
        most = sorted(filter(None, counts), key=lambda answer: -counts[answer])[:ANSWERS]
        shares = [
            Share(
                label=str(snapshot.values[asked][answer].label),
                count=counts[answer],
                percent=round(100 * counts[answer] / len(found)),
                url=Selection({facet: (value,), asked: (answer,)}).url(path),
            )
            for answer in most
            if counts[answer]
        ]
        if shares:
            aspects.append(Aspect(question, shares))
    return aspects


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
