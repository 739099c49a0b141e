"""What the case studies show on pages of the frame."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import CHECKS, Level
from casestudies.facets import CASES
from casestudies.models import CaseStudy, Source
from casestudies.topics import newest_cases, tiles
from casestudies.worldmap import world_map
from portal.facets import current_snapshot
from portal.models import is_public
from portal.panels import Panel, register

NEWEST_ON_HOME = 4
UPDATED_ON_HOME = 5


def home_figures(subject: None) -> Panel:
    """Give the size of the library, live."""
    snapshot = current_snapshot(CASES)
    found = snapshot.everything
    context = {
        "cases": len(found),
        "countries": snapshot.distinct("country", found),
        "companies": snapshot.distinct("company", found),
    }
    return Panel("library", _("The library today"), "casestudies/_home_figures.html", context)


def home_map(subject: None) -> Panel | None:
    """Give the countries that have cases, on a map."""
    snapshot = current_snapshot(CASES)
    counts = snapshot.counts({})["country"]
    if not any(counts.values()):
        return None
    names = {code: str(country.label) for code, country in snapshot.values["country"].items()}
    drawn = world_map(counts, names, lambda code: reverse("country", args=[code]))
    return Panel("where", _("Where"), "casestudies/_home_map.html", {"map": drawn})


def home_entrances(subject: None) -> Panel:
    """Give themes and partnership types as ways in."""
    snapshot = current_snapshot(CASES)
    context = {
        "themes": tiles(snapshot, "theme"),
        "partnership_types": tiles(snapshot, "sdg17"),
    }
    return Panel("browse", _("Find case studies"), "casestudies/_home_entrances.html", context)


def home_newest(subject: None) -> Panel | None:
    """Give the cases that reach furthest into the present."""
    cases = newest_cases(NEWEST_ON_HOME)
    if not cases:
        return None
    return Panel(
        "recent", _("Most recent case studies"), "casestudies/_home_newest.html", {"cases": cases}
    )


def home_updated(subject: None) -> Panel | None:
    """Give the cases that were changed last."""
    cases = CaseStudy.objects.published().order_by("-updated_at", "title")[:UPDATED_ON_HOME]
    if not cases:
        return None
    template = "casestudies/_home_updated.html"
    return Panel("updated", _("Last updated"), template, {"cases": cases})


def about_collections(subject: None) -> Panel:
    """Give the live figures of each collection, and of the sources behind them."""
    snapshot = current_snapshot(CASES)
    collections = []
    for value in snapshot.values["collection"].values():
        found = snapshot.bitmaps["collection"][value.value]
        collections.append(
            {
                "name": value.label,
                "definition": value.definition,
                "cases": len(found),
                "operators": snapshot.distinct("operator", found),
                "countries": snapshot.distinct("country", found),
            }
        )
    sources = Source.objects.filter(is_public("case")).count()
    context = {"collections": collections, "sources": sources}
    return Panel("collections", _("Collections"), "casestudies/_about_collections.html", context)


def about_completeness(subject: None) -> Panel:
    """Give what the score of a record is made of."""
    context = {"checks": CHECKS, "levels": list(Level)}
    template = "casestudies/_about_completeness.html"
    return Panel("completeness", _("How complete a record is"), template, context)


register("hero", home_figures, order=10)
register("hero", home_map, order=20)
register("home", home_entrances, order=20)
register("home", home_newest, order=40)
register("home", home_updated, order=50)
register("about", about_collections, order=10)
register("about", about_completeness, order=20)
