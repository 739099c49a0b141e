"""What perspectives are browsed by. Declarations only: portal.facets counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from casestudies.facets import PARTNERSHIP_TYPES, THEMES, countries_by_region
from casestudies.models import PartnershipType, Theme
from contributions.models import Perspective, PerspectivePartnershipType, PerspectiveTheme
from contributions.search import PERSPECTIVE_INDEX
from contributions.vocabulary import ContributionKind, Identity, StakeholderKind
from portal.facets import Catalogue, Facet, Sort
from portal.facets.vocabularies import of_choices, of_column, of_links, of_terms, pairs_of
from portal.search.declaration import Keys
from portal.text import fold


def _country_pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
    """Give the country of each perspective's speaker; international bodies have none."""
    country = Coalesce("organisation__country_id", "speaker_country_id")
    rows = Perspective.objects.annotate(said_in=country).exclude(said_in=None)
    return pairs_of(rows, "pk", "said_in", keys)


def _kind_pairs(keys: Keys | None) -> Iterable[tuple[int, str]]:
    """Give the kind of each perspective's speaker."""
    rows = Perspective.objects.annotate(said_by=Coalesce("organisation__kind", "speaker_kind"))
    return pairs_of(rows, "pk", "said_by", keys)


def _by_speaker(row: Mapping[str, Any]) -> str:
    return fold(row["organisation__name"] or row["speaker_name"])


def _newest_first(row: Mapping[str, Any]) -> float:
    return -row["published_at"].timestamp() if row["published_at"] else 0.0


def _by_title(row: Mapping[str, Any]) -> str:
    return fold(row["title"])


PERSPECTIVES = Catalogue(
    name="perspectives",
    published=Perspective.objects.published,
    cards=lambda: Perspective.objects.published().for_cards(),
    columns=("title", "organisation__name", "speaker_name", "published_at"),
    facets=(
        Facet("kind", _("Who speaks"), of_choices(StakeholderKind), _kind_pairs),
        Facet("country", _("Country"), countries_by_region, _country_pairs, is_open=True),
        Facet("theme", _("Theme"), of_terms(Theme), of_links(PerspectiveTheme), words=THEMES),
        Facet(
            "sdg17",
            _("SDG 17 partnership type"),
            of_terms(PartnershipType),
            of_links(PerspectivePartnershipType),
            words=PARTNERSHIP_TYPES,
        ),
        Facet(
            "contribution",
            _("Kind of contribution"),
            of_choices(ContributionKind),
            of_column(Perspective, "kind_of_contribution"),
        ),
        Facet(
            "identity",
            _("How far the speaker is known"),
            of_choices(Identity),
            of_column(Perspective, "identity"),
        ),
    ),
    sorts=(
        Sort("organisation", _("Speaker"), _by_speaker),
        Sort("newest", _("Newest first"), _newest_first),
        Sort("title", _("Title"), _by_title),
    ),
    index=PERSPECTIVE_INDEX,
)
