"""What case studies are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from casestudies.models import (
    Approach,
    CaseApproach,
    CaseCompany,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Collection,
    Company,
    Country,
    PartnershipType,
    Party,
    Source,
    Theme,
)
from casestudies.models.case import latest_year
from casestudies.vocabulary import AsgmStatus, CompanyRole, MineStage, OutcomeStatus, PartyKind
from portal.facets import Catalogue, Facet, Sort
from portal.facets.declaration import FacetValue
from portal.facets.vocabularies import of_choices, of_column, of_links, of_terms
from portal.text import fold


def countries_by_region() -> Iterable[FacetValue]:
    """Give countries by sub-region, in the order of their names."""
    rows = Country.objects.order_by("sub_region", "name").values_list("code", "name", "sub_region")
    return (FacetValue(code, name, group=region) for code, name, region in rows)


def _country_pairs() -> Iterable[tuple[int, str]]:
    return CaseStudy.countries.through.objects.values_list("casestudy_id", "country_id").iterator()


def _companies() -> Iterable[FacetValue]:
    names = Company.objects.values_list("slug", "name")
    return (FacetValue(slug, name) for slug, name in sorted(names, key=lambda row: fold(row[1])))


def _company_pairs() -> Iterable[tuple[int, str]]:
    """Give companies in any role; the card says which."""
    return CaseCompany.objects.order_by().values_list("case_id", "company__slug").iterator()


def _main_operator_pairs() -> Iterator[tuple[int, str]]:
    """Give each case's main operator: the first company that has the role."""
    rows = CaseCompany.objects.filter(role=CompanyRole.OPERATOR).order_by("case_id", "position")
    last = None
    for case, company in rows.values_list("case_id", "company__slug"):
        if case != last:
            yield case, company
        last = case


def _collections() -> Iterable[FacetValue]:
    rows = Collection.objects.values_list("slug", "name", "description")
    return (FacetValue(slug, name, definition=description) for slug, name, description in rows)


def _documents() -> Iterator[tuple[int, Sequence[str]]]:
    """Give the searchable text of every published case, the weightiest part first."""
    named: dict[int, list[str]] = {}
    roles = CaseCompany.objects.order_by().values_list(
        "case_id", "company__name", "company__aliases"
    )
    for case, name, aliases in roles:
        named.setdefault(case, []).extend([name, *aliases])
    sources: dict[int, list[str]] = {}
    for case, title in Source.objects.order_by().values_list("case_id", "title"):
        sources.setdefault(case, []).append(title)
    columns = ("pk", "title", "summary", "mine", "place", "context", "what_was_done")
    rows = CaseStudy.objects.published().annotate(country=Min("countries__name"))
    for key, title, summary, mine, place, context, done, country in rows.order_by().values_list(
        *columns, "country"
    ):
        where = " ".join([mine, place, country or "", *named.get(key, [])])
        yield key, (title, summary, where, f"{context} {done}", " ".join(sources.get(key, [])))


def _by_year(row: Mapping[str, Any]) -> tuple[int, bool, str]:
    """Sort by the latest year covered, newest first; going on before ended; then by title."""
    year = latest_year(row["year_from"], row["year_to"], row["outcome_as_of"])
    return -(year or 0), row["year_to"] is not None, fold(row["title"])


def _by_title(row: Mapping[str, Any]) -> str:
    return fold(row["title"])


def _by_country(row: Mapping[str, Any]) -> tuple[str, tuple[int, bool, str]]:
    return fold(row["country_name"] or ""), _by_year(row)


def _published() -> QuerySet[CaseStudy]:
    """Give the public cases with the country that comes first by name, for sorting."""
    cases: QuerySet[CaseStudy] = CaseStudy.objects.published()
    return cases.annotate(country_name=Min("countries__name"))


CASES = Catalogue(
    name="cases",
    published=_published,
    cards=lambda: CaseStudy.objects.published().for_cards(),
    columns=("title", "year_from", "year_to", "outcome_as_of", "country_name"),
    facets=(
        Facet("country", _("Country"), countries_by_region, _country_pairs, is_open=True),
        Facet("company", _("Company"), _companies, _company_pairs, is_open=True),
        Facet("theme", _("Theme"), of_terms(Theme), of_links(CaseTheme)),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(CasePartnershipType),
        ),
        Facet("approach", _("Approach"), of_terms(Approach), of_links(CaseApproach)),
        Facet("stage", _("Mine stage"), of_choices(MineStage), of_column(CaseStudy, "mine_stage")),
        Facet(
            "asgm_status",
            _("Status of the small-scale miners"),
            of_choices(AsgmStatus),
            of_column(CaseStudy, "asgm_status"),
        ),
        Facet(
            "outcome",
            _("What became of it"),
            of_choices(OutcomeStatus),
            of_column(CaseStudy, "outcome_status"),
        ),
        Facet(
            "party", _("Other parties"), of_choices(PartyKind), of_column(Party, "kind", "case_id")
        ),
        Facet(
            "collection", _("Collection"), _collections, of_column(CaseStudy, "collection__slug")
        ),
    ),
    sorts=(
        Sort("newest", _("Most recent"), _by_year),
        Sort("title", _("Title"), _by_title),
        Sort("country", _("Country"), _by_country),
    ),
    documents=_documents,
    measures=(Facet("operator", _("Main operator"), _companies, _main_operator_pairs, True),),
)

# What makes two cases alike: they happened in one country, or share what they are about.
LIKENESS = ("country", "theme", "sdg17", "approach")
