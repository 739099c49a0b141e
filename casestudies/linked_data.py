"""The case studies, countries, companies and themes in the words of schema.org."""

from django.urls import reverse
from django.utils.translation import gettext as _

from casestudies.exports.files import CONTENT_TYPES
from casestudies.facets import CASES
from casestudies.images import card_alternative
from casestudies.models import CaseStudy, Company, Country, PartnershipType, Theme
from casestudies.topics import Tile, TopicCases
from portal.browse import BrowsePage
from portal.facets import current_snapshot
from portal.linked_data import (
    Absolute,
    Node,
    article,
    browse_page,
    card,
    citation,
    collection_page,
    item_list,
    publisher,
    register_dataset,
)
from portal.tagging import Term


def case_report(case: CaseStudy, absolute: Absolute) -> Node:
    """Give one case, as `for_reading()` reads it."""
    sources = case.sources.all()
    return {
        **article("Report", case, case.title, absolute),
        "description": case.summary,
        "image": card(absolute(reverse("case-card", args=[case.slug])), card_alternative(case)),
        "about": [
            *(theme_term(theme, absolute) for theme in case.themes.all()),
            {"@type": "Place", "name": case.mine},
        ],
        "spatialCoverage": _place(case, absolute),
        "temporalCoverage": _years(case),
        "citation": [citation(source) for source in sources],
        "isBasedOn": [source.url for source in sources],
    }


def _place(case: CaseStudy, absolute: Absolute) -> Node:
    """Give the place; its coordinates are as coarse as the record has them."""
    geo = None
    if case.latitude is not None and case.longitude is not None:
        geo = {
            "@type": "GeoCoordinates",
            "latitude": float(case.latitude),
            "longitude": float(case.longitude),
        }
    countries = [country_node(country, absolute) for country in case.countries.all()]
    return {"@type": "Place", "name": case.place, "containedInPlace": countries, "geo": geo}


def _years(case: CaseStudy) -> str | None:
    """Give the years as an ISO 8601 interval; “..” where an end is open or not known."""
    start, end = case.year_from, case.year_to
    if start is None and end is None:
        return None
    return str(start) if start == end else f"{start or '..'}/{end or '..'}"


def country_node(country: Country, absolute: Absolute) -> Node:
    """Give a country."""
    return {
        "@type": "Country",
        "name": country.name,
        "identifier": country.code,
        "url": absolute(country.get_absolute_url()),
    }


def theme_term(theme: Theme, absolute: Absolute) -> Node:
    """Give a theme as a word of the vocabulary of themes."""
    return _term(theme, theme.get_absolute_url(), "themes", absolute)


def _term(term: Term, path: str, vocabulary: str, absolute: Absolute) -> Node:
    return {
        "@type": "DefinedTerm",
        "name": term.name,
        "url": absolute(path),
        "inDefinedTermSet": absolute(reverse(vocabulary)),
    }


def case_list(page: BrowsePage, absolute: Absolute) -> Node:
    """Give a list of cases."""
    description = _("Case studies of what was tried where large- and small-scale gold mining meet.")
    return browse_page(page, _("Case studies"), description, absolute)


def country_page(country: Country, cases: TopicCases, absolute: Absolute) -> Node:
    """Give the page of a country."""
    description = _(
        "Case studies from %(country)s where large-scale and artisanal gold mining meet."
    ) % {"country": country.name}
    return _topic(country.name, description, country_node(country, absolute), cases, absolute)


def company_page(company: Company, cases: TopicCases, absolute: Absolute) -> Node:
    """Give the page of a company."""
    description = _("Case studies that name %(company)s, in any role.") % {"company": company.name}
    organisation = {
        "@type": "Organization",
        "name": company.name,
        "alternateName": list(company.aliases),
        "url": absolute(company.get_absolute_url()),
    }
    return _topic(company.name, description, organisation, cases, absolute)


def theme_page(theme: Theme, cases: TopicCases, absolute: Absolute) -> Node:
    """Give the page of a theme."""
    term = theme_term(theme, absolute)
    return _topic(theme.name, theme.definition, term, cases, absolute)


def partnership_type_page(kind: PartnershipType, cases: TopicCases, absolute: Absolute) -> Node:
    """Give the page of a type of partnership."""
    term = _term(kind, kind.get_absolute_url(), "sdg17", absolute)
    return _topic(kind.name, kind.definition, term, cases, absolute)


def _topic(
    name: str, description: str, subject: Node, cases: TopicCases, absolute: Absolute
) -> Node:
    addresses = [absolute(case.get_absolute_url()) for case in cases.records]
    return {
        **collection_page(name, description, subject["url"], absolute),
        "about": subject,
        "mainEntity": item_list(addresses, cases.total),
    }


def term_index(name: str, lead: str, path: str, tiles: list[Tile], absolute: Absolute) -> Node:
    """Give a page of entrances: countries, companies, themes or types of partnership."""
    addresses = [absolute(tile.url) for tile in tiles]
    return {
        **collection_page(name, lead, absolute(path), absolute),
        "mainEntity": item_list(addresses, len(addresses)),
    }


def case_dataset(absolute: Absolute) -> Node:
    """Give all case studies as a data set."""
    snapshot = current_snapshot(CASES)
    return {
        "@type": "Dataset",
        "name": _("Case studies of Common Ground"),
        "description": _(
            "What was tried where large-scale gold mines meet artisanal and small-scale gold "
            "miners, what came of it, and on what evidence: %(cases)d case studies from "
            "%(countries)d countries, compiled from public sources."
        )
        % {
            "cases": len(snapshot.keys),
            "countries": snapshot.distinct("country", snapshot.everything),
        },
        "url": absolute(reverse("cases")),
        "version": str(snapshot.state.number),
        "isAccessibleForFree": True,
        "creator": publisher(absolute),
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": CONTENT_TYPES[extension].partition(";")[0],
                "contentUrl": absolute(reverse(f"cases-export-{extension}")),
            }
            for extension in ("json", "csv", "xlsx")
        ],
    }


register_dataset(case_dataset)
