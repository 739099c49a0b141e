"""Faceted browsing: what can be chosen, what was chosen, and how many records each choice gives.

`declaration` says what a facet is, `selection` reads a request, `snapshot` counts. An app declares
its own facets in its facets.py and never counts by itself.
"""

from portal.facets.declaration import Catalogue, Facet, FacetValue, Sort, View
from portal.facets.selection import Ignored, Selection
from portal.facets.snapshot import Snapshot, current_snapshot

__all__ = [
    "Catalogue",
    "Facet",
    "FacetValue",
    "Ignored",
    "Selection",
    "Snapshot",
    "Sort",
    "View",
    "current_snapshot",
]
