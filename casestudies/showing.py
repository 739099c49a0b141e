"""How a selection of cases is shown: words on its size, and the views besides the list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casestudies.exports.formats import menu
from casestudies.models import CaseStudy
from casestudies.timeline import timeline
from casestudies.worldmap import sites_of, world_map
from portal.browse import BrowsePage
from portal.facets.matrix import matrix

MOST_SITES = 300  # beyond this, dots hide each other
# Views that cross two facets: rows, columns and the question that the table answers.
CROSSED = {
    "matrix": (("theme", "approach"), _("Which approaches were tried on which theme?")),
    "countries": (("country", "theme"), _("Which themes do the cases of a country speak of?")),
}


def shown(page: BrowsePage) -> dict[str, Any]:
    """Give what the browse page of the cases needs besides the page itself."""
    operators, countries = page.distinct("operator"), page.distinct("country")
    counted = [
        (str(page.total), ngettext("case study", "case studies", page.total)),
        (str(operators), ngettext("operating company", "operating companies", operators)),
        (str(countries), ngettext("country", "countries", countries)),
    ]
    addresses = {
        "data_url": page.selection.url(reverse("cases-json")),
        "offline_url": page.selection.in_view("").url(reverse("offline")),
    }
    return {"counted": counted, **addresses, "exports": menu(page), **_view(page)}


def _map(page: BrowsePage) -> dict[str, Any]:
    """Give the map of a selection: its countries with their counts, and its sites."""
    values = page.snapshot.values["country"]
    panel = next(panel for panel in page.facets if panel.name == "country")
    counts = {
        option.value: option.count
        for option in panel.options
        if option.count and (option.selected or not panel.chosen)
    }
    names = {code: str(values[code].label) for code in counts}
    elsewhere = page.selection.without("country").in_view("")
    return {
        "view_template": "casestudies/_view_map.html",
        "map": world_map(
            counts,
            names,
            lambda code: elsewhere.toggled("country", code).url(page.clear_url),
            sites_of(CaseStudy.objects.published().in_bulk(page.every_key()[:MOST_SITES]).values()),
        ),
    }


def _view(page: BrowsePage) -> dict[str, Any]:
    """Give the template of the chosen view with what it shows; nothing for the list."""
    view = page.selection.view
    if view in CROSSED and page.total:
        facets, question = CROSSED[view]
        crossed = matrix(page.snapshot, page.selection, page.within, facets, page.clear_url)
        return {
            "view_template": "partials/_matrix.html",
            "matrix": crossed,
            "caption": question,
        }
    if view == "map" and page.total:
        return _map(page)
    if view == "timeline":
        return {
            "view_template": "casestudies/_view_timeline.html",
            "view_is_paged": True,
            "timeline": timeline(page.records),
        }
    return {}
