"""How a selection of cases is shown: words on its size, and the views besides the list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from casestudies.timeline import timeline
from portal.browse import BrowsePage
from portal.facets.matrix import matrix

# Views that cross two facets: rows, columns and the question that the table answers.
CROSSED = {
    "matrix": (("theme", "approach"), _("Which approaches were tried on which theme?")),
    "countries": (("country", "theme"), _("Which themes do the cases of a country speak of?")),
}


def shown(page: BrowsePage) -> dict[str, Any]:
    """Give what the browse page of the cases needs besides the page itself."""
    operators, countries = page.figures["operator"], page.figures["country"]
    counted = [
        (str(page.total), ngettext("case study", "case studies", page.total)),
        (str(operators), ngettext("operating company", "operating companies", operators)),
        (str(countries), ngettext("country", "countries", countries)),
    ]
    addresses = {
        "data_url": page.selection.url(reverse("cases-json")),
        "offline_url": page.selection.in_view("").url(reverse("offline")),
    }
    return {"counted": counted, **addresses, **_view(page)}


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
    if view == "timeline":
        return {
            "view_template": "casestudies/_view_timeline.html",
            "view_is_paged": True,
            "timeline": timeline(page.records),
        }
    return {}
