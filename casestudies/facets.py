"""What case studies are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import Level, level_of
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
    Theme,
)
from casestudies.models.case import latest_year
from casestudies.search import CASE_INDEX
from casestudies.vocabulary import AsgmStatus, CompanyRole, MineStage, OutcomeStatus, PartyKind
from portal.facets import Catalogue, Facet, Sort, View
from portal.facets.declaration import FacetValue
from portal.facets.vocabularies import of_choices, of_column, of_links, of_terms, pairs_of
from portal.search.declaration import Keys
from portal.text import fold


def countries_by_region() -> Iterable[FacetValue]:
    """Give countries by sub-region, in the order of their names."""
    rows = Country.objects.order_by("sub_region", "name").values_list("code", "name", "sub_region")
    return (FacetValue(code, name, group=region) for code, name, region in rows)


def _country_pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
    rows = CaseStudy.countries.through.objects.all()
    return pairs_of(rows, "casestudy_id", "country_id", keys)


def _companies() -> Iterable[FacetValue]:
    names = Company.objects.values_list("slug", "name")
    return (FacetValue(slug, name) for slug, name in sorted(names, key=lambda row: fold(row[1])))


def _company_pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
    """Give companies in any role; the card says which."""
    return pairs_of(CaseCompany.objects.all(), "case_id", "company__slug", keys)


def _main_operator_pairs(keys: Keys | None) -> Iterator[tuple[int, str]]:
    """Give each case's main operator: the first company that has the role."""
    rows = CaseCompany.objects.filter(role=CompanyRole.OPERATOR).order_by("case_id", "position")
    if keys is not None:
        rows = rows.filter(case_id__in=keys)
    last = None
    for case, company in rows.values_list("case_id", "company__slug").iterator():
        if case != last:
            yield case, company
        last = case


def _levels() -> Iterable[FacetValue]:
    # Without their definitions: every list would carry them, and /about/ has them.
    return (FacetValue(level.value, level.label) for level in Level)


def _level_pairs(keys: Keys | None) -> Iterator[tuple[int, str]]:
    """Give the level of each case's score."""
    scores = pairs_of(CaseStudy.objects.all(), "pk", "completeness", keys)
    return ((case, level_of(score).value) for case, score in scores)


def _collections() -> Iterable[FacetValue]:
    rows = Collection.objects.values_list("slug", "name", "description")
    return (FacetValue(slug, name, definition=description) for slug, name, description in rows)


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


# Vocabularies whose slugs may change, as remembered (portal/words.py).
THEMES, PARTNERSHIP_TYPES = Theme._meta.label_lower, PartnershipType._meta.label_lower
APPROACHES, COMPANIES = Approach._meta.label_lower, Company._meta.label_lower
COLLECTIONS = Collection._meta.label_lower

CASES = Catalogue(
    name="cases",
    published=_published,
    cards=lambda: CaseStudy.objects.published().for_cards(),
    columns=("title", "year_from", "year_to", "outcome_as_of", "country_name"),
    facets=(
        Facet("country", _("Country"), countries_by_region, _country_pairs, is_open=True),
        Facet("company", _("Company"), _companies, _company_pairs, is_open=True, words=COMPANIES),
        Facet("theme", _("Theme"), of_terms(Theme), of_links(CaseTheme), words=THEMES),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(CasePartnershipType),
            words=PARTNERSHIP_TYPES,
        ),
        Facet(
            "approach",
            _("Approach"),
            of_terms(Approach),
            of_links(CaseApproach),
            words=APPROACHES,
        ),
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
            "collection",
            _("Collection"),
            _collections,
            of_column(CaseStudy, "collection__slug"),
            words=COLLECTIONS,
        ),
        Facet(
            "completeness",
            _("Completeness of the record"),
            _levels,
            _level_pairs,
        ),
    ),
    sorts=(
        Sort("newest", _("Most recent"), _by_year),
        Sort("title", _("Title"), _by_title),
        Sort("country", _("Country"), _by_country),
    ),
    index=CASE_INDEX,
    views=(
        View("map", _("Map")),
        View("matrix", _("Themes and approaches")),
        View("countries", _("Countries and themes")),
        View("timeline", _("Timeline")),
    ),
    measures=(Facet("operator", _("Main operator"), _companies, _main_operator_pairs, True),),
)

# What makes two cases alike: they happened in one country, or share what they are about.
LIKENESS = ("country", "theme", "sdg17", "approach")
