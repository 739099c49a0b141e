"""Reads of case studies."""

from collections.abc import Sequence
from typing import Any, Self

from django.apps import apps
from django.db.models import Prefetch

from portal.models import PublishableQuerySet


class CaseStudyQuerySet(PublishableQuerySet):
    """Case studies with what a page shows of them."""

    def in_order(self, keys: Sequence[int]) -> list[Any]:
        """Give the rows of some primary keys in their order, without those that are not here."""
        rows = self.in_bulk(keys)
        return [rows[key] for key in keys if key in rows]

    def for_cards(self) -> Self:
        """Add what a card shows, and leave the long texts out. Three more queries."""
        texts = ("context", "context_html", "what_was_done", "what_was_done_html")
        return self.defer(*texts).prefetch_related("countries", _company_roles(), "themes")

    def for_reading(self) -> Self:
        """Add all that the case's own page shows. Eleven more queries."""
        return self.select_related("collection").prefetch_related(
            "countries",
            _company_roles(),
            "themes",
            "partnership_types",
            "approaches",
            "outcomes",
            "challenges",
            "case_lessons",
            "sources",
            Prefetch(
                "figures", apps.get_model("casestudies", "Figure").objects.select_related("source")
            ),
            "parties",
        )


def _company_roles() -> Prefetch[str]:
    """Give the companies with their roles, in one query."""
    roles = apps.get_model("casestudies", "CaseCompany").objects.select_related("company")
    return Prefetch("company_roles", roles)
