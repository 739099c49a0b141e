"""Reads of lessons and of the evidence that ties them to cases."""

from typing import Any, Self

from django.db.models import Count, Q, QuerySet

from lessons.vocabulary import Stance
from portal.models import PublishableQuerySet, is_public


class LessonQuerySet(PublishableQuerySet):
    """Lessons with what a page shows of them."""

    def for_cards(self) -> Self:
        """Add themes and, by stance, the number of published cases that speak to the lesson."""
        return self.with_stances().prefetch_related("themes")

    def for_reading(self) -> Self:
        """Add all that the lesson's own page shows, but for its evidence. Four more queries."""
        return self.prefetch_related("themes", "partnership_types", "pointers", "sources")

    def with_stances(self) -> Self:
        """Annotate how many published cases support, qualify and challenge each lesson."""
        counted = {
            stance.value: Count(
                "evidence", filter=is_public("evidence__case") & Q(evidence__stance=stance)
            )
            for stance in Stance
        }
        # Said again because a query that groups drops the order of the model.
        return self.annotate(**counted).order_by("number")


class EvidenceQuerySet(QuerySet[Any]):
    """Links between lessons and cases."""

    def published(self) -> Self:
        """Keep links whose lesson and case are both published."""
        return self.filter(is_public("lesson"), is_public("case"))
