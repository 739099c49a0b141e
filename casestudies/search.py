"""How case studies are found by text."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casestudies.models import (
    Approach,
    CaseApproach,
    CaseCompany,
    CaseLesson,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Challenge,
    Company,
    Country,
    Figure,
    Outcome,
    PartnershipType,
    Party,
    Source,
    Theme,
)
from portal.search import Document, SearchIndex, register
from portal.search.declaration import Keys, KeysOf
from portal.text import in_chunks, joined

Texts = defaultdict[int, list[str]]
CHUNK = 1_000
POINTS = (Outcome, Challenge, CaseLesson)
LINKS = (CaseTheme, CasePartnershipType, CaseApproach)


def _documents(keys: Keys | None) -> Iterator[Document]:
    """Give the documents of the published cases among some, or of all."""
    published = CaseStudy.objects.published().order_by("pk")
    if keys is None:
        keys = list(published.values_list("pk", flat=True))
    for chunk in in_chunks(keys, CHUNK):
        yield from _chunk(published.filter(pk__in=chunk), chunk)


def _chunk(cases: QuerySet[CaseStudy], keys: Keys) -> Iterator[Document]:
    """Give the documents of a moderate number of cases. Thirteen queries."""
    names: Texts = defaultdict(list)
    narrative: Texts = defaultdict(list)
    sources: Texts = defaultdict(list)
    countries = Country.objects.filter(cases__in=keys).values_list(
        "cases", "name", "name_fr", "name_es", "name_pt", "aliases"
    )
    for case, *own, aliases in countries:
        names[case] += [*own, *aliases]
    companies = CaseCompany.objects.filter(case__in=keys).order_by("case", "position").values_list(
        "case", "company__name", "note", "company__aliases"
    )  # fmt: skip
    for case, name, note, aliases in companies:
        names[case] += [name, *aliases, note]
    parties = Party.objects.filter(case__in=keys).order_by("case", "position")
    for case, name in parties.values_list("case", "name"):
        names[case].append(name)
    for link in LINKS:
        tags = link.objects.filter(content_object__in=keys).order_by("tag__position")
        for case, name in tags.values_list("content_object", "tag__name"):
            names[case].append(name)
    for part in POINTS:
        points = part.objects.filter(case__in=keys).order_by("case", "position")
        for case, text in points.values_list("case", "text"):
            narrative[case].append(text)
    figures = Figure.objects.filter(case__in=keys).order_by("case", "position")
    for case, label in figures.values_list("case", "label"):
        narrative[case].append(label)
    cited = Source.objects.filter(case__in=keys).order_by("case", "position")
    for case, title, publisher in cited.values_list("case", "title", "publisher"):
        sources[case] += [title, publisher]
    columns = ("title", "summary", "mine", "place", "context", "what_was_done", "outcome_note")
    for key, title, summary, mine, place, *texts in cases.values_list("pk", *columns):
        yield Document(
            key,
            title,
            summary,
            joined([mine, place, *names[key]]),
            joined([*texts, *narrative[key]]),
            joined(sources[key]),
        )


def _case_of(row: Any) -> Iterable[int]:
    return [row.case_id]


def _tagged(row: Any) -> Iterable[int]:
    return [row.content_object_id]


def _all_cases_of(row: Any) -> Iterable[int]:
    """Give the cases of a country or a company."""
    return set(row.cases.values_list("pk", flat=True))


def _all_tagged(row: Any) -> Iterable[int]:
    """Give the cases that carry a term."""
    return set(row.case_items.values_list("content_object", flat=True))


_parts: dict[type[Any], KeysOf] = {CaseStudy: lambda case: [case.pk]}
_parts |= dict.fromkeys([*POINTS, CaseCompany, Figure, Party, Source], _case_of)
_parts |= dict.fromkeys(LINKS, _tagged)


def _rows(keys: Keys) -> Mapping[int, CaseStudy]:
    rows: Mapping[int, CaseStudy] = CaseStudy.objects.published().for_cards().in_bulk(keys)
    return rows


CASE_INDEX = register(
    SearchIndex(
        name="cases",
        label=_("Case studies"),
        documents=_documents,
        parts=_parts,
        labels={
            Country: _all_cases_of,
            Company: _all_cases_of,
            Theme: _all_tagged,
            PartnershipType: _all_tagged,
            Approach: _all_tagged,
        },
        list_url="cases",
        rows=_rows,
        template="casestudies/_card.html",
    ),
    order=10,
)
