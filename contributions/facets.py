"""What perspectives are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.facets import PARTNERSHIP_TYPES, THEMES, countries_by_region
from casestudies.models import PartnershipType, Theme
from casestudies.vocabulary import PartyKind
from contributions.models import Perspective, PerspectivePartnershipType, PerspectiveTheme
from contributions.search import PERSPECTIVE_INDEX
from portal.facets import Catalogue, Facet, Sort
from portal.facets.vocabularies import of_choices, of_column, of_links, of_terms, pairs_of
from portal.search.declaration import Keys
from portal.text import fold


def _country_pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
    """Give the country of each perspective's organisation; international bodies have none."""
    rows = Perspective.objects.exclude(organisation__country=None)
    return pairs_of(rows, "pk", "organisation__country_id", keys)


def _by_organisation(row: Mapping[str, Any]) -> str:
    return fold(row["organisation__name"])


def _by_title(row: Mapping[str, Any]) -> str:
    return fold(row["title"])


PERSPECTIVES = Catalogue(
    name="perspectives",
    published=Perspective.objects.published,
    cards=lambda: Perspective.objects.published().for_cards(),
    columns=("title", "organisation__name"),
    facets=(
        Facet(
            "kind",
            _("Kind of organisation"),
            of_choices(PartyKind),
            of_column(Perspective, "organisation__kind"),
        ),
        Facet("country", _("Country"), countries_by_region, _country_pairs, is_open=True),
        Facet("theme", _("Theme"), of_terms(Theme), of_links(PerspectiveTheme), words=THEMES),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(PerspectivePartnershipType),
            words=PARTNERSHIP_TYPES,
        ),
    ),
    sorts=(
        Sort("organisation", _("Organisation"), _by_organisation),
        Sort("title", _("Title"), _by_title),
    ),
    index=PERSPECTIVE_INDEX,
)
