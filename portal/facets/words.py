"""What the facets, views and orders of a catalogue are called, in the language of a request."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.facets.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Words:
    """Labels of facets by name; pairs of name and label of views (the list first) and orders."""

    language: str | None
    facets: Mapping[str, str]
    views: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]


def words_of(snapshot: Snapshot) -> Words:
    """Give the words of a catalogue: translated once, because a page needs dozens of them."""
    language = get_language()
    key = ("words", language)
    words: Words | None = snapshot.kept.get(key)
    if words is None:
        catalogue = snapshot.catalogue
        views = [("", _("List")), *((view.name, str(view.label)) for view in catalogue.views)]
        words = snapshot.kept[key] = Words(
            language,
            {facet.name: str(facet.label) for facet in catalogue.facets},
            tuple(views) if catalogue.views else (),
            tuple((sort.name, str(sort.label)) for sort in catalogue.sorts),
        )
    return words
