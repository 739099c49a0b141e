"""What perspectives are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.facets import countries_by_region
from casestudies.models import PartnershipType, Theme
from casestudies.vocabulary import PartyKind
from contributions.models import Perspective, PerspectivePartnershipType, PerspectiveTheme
from portal.facets import Catalogue, Facet, Sort
from portal.facets.vocabularies import of_choices, of_column, of_links, of_terms
from portal.text import fold


def _country_pairs() -> Iterator[tuple[int, str]]:
    """Give the country of each perspective's organisation; international bodies have none."""
    rows = Perspective.objects.exclude(organisation__country=None).order_by()
    return rows.values_list("pk", "organisation__country_id").iterator()


def _documents() -> Iterator[tuple[int, Sequence[str]]]:
    """Give the searchable text of every published perspective, the weightiest part first."""
    rows = Perspective.objects.published().order_by()
    for key, *texts in rows.values_list("pk", "title", "organisation__name", "body"):
        yield key, texts


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
        Facet("theme", _("Theme"), of_terms(Theme), of_links(PerspectiveTheme)),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(PerspectivePartnershipType),
        ),
    ),
    sorts=(
        Sort("organisation", _("Organisation"), _by_organisation),
        Sort("title", _("Title"), _by_title),
    ),
    documents=_documents,
)
