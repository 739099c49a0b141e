"""Reads of perspectives."""

from typing import Self

from portal.models import PublishableQuerySet


class PerspectiveQuerySet(PublishableQuerySet):
    """Perspectives with what a page shows of them."""

    def for_cards(self) -> Self:
        """Add organisation, country and themes. One more query."""
        return self.select_related("organisation__country", "speaker_country").prefetch_related(
            "themes"
        )

    def for_reading(self) -> Self:
        """Add all that the perspective's own page shows, but for links. Three more queries."""
        return self.select_related("organisation__country", "speaker_country").prefetch_related(
            "themes", "partnership_types", "sources"
        )
