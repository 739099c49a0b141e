"""The overview of a selection: where, how it ended, what it is about, and every case in a line."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from casestudies.documents.case import names, place_of
from casestudies.documents.drawing import as_svg
from casestudies.models import CaseStudy, Country, Theme
from casestudies.vocabulary import OutcomeStatus
from casestudies.worldmap import sites_of, world_map
from portal.pdf.document import (
    Block,
    Chapter,
    Inline,
    bars,
    columns,
    heading,
    paragraph,
    picture,
    table,
    text,
    to,
    visible,
)

MOST_BARS = 14


def overview(cases: Sequence[CaseStudy]) -> Chapter:
    """Give a page with map, charts and a table of all cases. Needs `for_reading()`."""
    outcomes = _chart(_outcomes(cases), _("What became of them"))
    themes = _chart(_themes(cases), _("What they are about"))
    drawn = columns([*_map(cases), *outcomes], themes)
    title = heading(1, _("Overview"))
    return Chapter("overview", [*title, drawn, *_table(cases)])


def _outcomes(cases: Sequence[CaseStudy]) -> list[tuple[str, int]]:
    """Count what became of the cases, in the order of the list of outcomes."""
    counted = Counter(case.outcome_status for case in cases)
    return [(str(status.label), counted[status]) for status in OutcomeStatus if counted[status]]


def _themes(cases: Sequence[CaseStudy]) -> list[tuple[str, int]]:
    """Count what the cases are about, in the order of the vocabulary."""
    counted: Counter[Theme] = Counter(theme for case in cases for theme in case.themes.all())
    in_order = sorted(counted, key=lambda theme: (theme.position, theme.name))
    return [(theme.name, counted[theme]) for theme in in_order]


def _chart(counted: Iterable[tuple[str, int]], title: str) -> list[Block]:
    """Give how many cases have each value, the most first."""
    rows = sorted(counted, key=lambda row: -row[1])[:MOST_BARS]
    told = ", ".join(f"{label} {count}" for label, count in rows)
    return bars(title, rows, _("Bar chart, number of cases. %s") % told)


def _map(cases: Sequence[CaseStudy]) -> list[Block]:
    """Give a map with the countries shaded and the sites as dots."""
    counted: Counter[Country] = Counter(
        country for case in cases for country in case.countries.all()
    )
    in_order = sorted(counted, key=lambda country: (country.sub_region, country.name))
    counts = {country.code: counted[country] for country in in_order}
    labels = {country.code: country.name for country in in_order}
    drawn = world_map(counts, labels, lambda code: "", sites_of(cases))
    told = ", ".join(f"{labels[code]} {count}" for code, count in counts.items())
    return [picture(as_svg(drawn), _("Map of the countries with their number of cases. %s") % told)]


def _first(found: Sequence[str], most: int) -> str:
    """Give the first names; a sign says that there are more."""
    return ", ".join(found[:most]) + (" …" if len(found) > most else "")


def _table(cases: Sequence[CaseStudy]) -> list[Block]:
    heads = [
        "", _("Case"), _("Country"), _("Companies"), _("Themes"), _("Approach"), _("Outcome"),
    ]  # fmt: skip
    rows: list[list[list[Inline]]] = [
        [
            [text(number)],
            [to(place_of(case), visible(case.title))],
            [text(names(case.countries))],
            [text(_first([role.company.name for role in case.company_roles.all()], 1))],
            [text(_first([theme.name for theme in case.themes.all()], 2))],
            [text(_first([approach.name for approach in case.approaches.all()], 2))],
            [text(case.get_outcome_status_display())],
        ]
        for number, case in enumerate(cases, start=1)
    ]
    note = paragraph(text(_("Each line leads to its case.")), style="small")
    return [
        *heading(2, _("The cases")),
        note,
        *table(heads, rows, ["auto", "2.8", "1", "1.2", "2.4", "1.2", "auto"]),
    ]
