"""Reads of dialogues and of responses."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch

from contributions.dialogues.vocabulary import Standing, TextState
from portal.models import PublishableQuerySet


class DialogueQuerySet(PublishableQuerySet):
    """Dialogues with what a page shows of them."""

    def in_order(self) -> Self:
        """Put those that end last first."""
        return self.order_by("-closes_on", "-pk")

    def for_reading(self) -> Self:
        """Add all that the dialogue's own page shows, but for links and responses. Two queries."""
        return self.prefetch_related("themes", "statements")


class ResponseQuerySet(models.QuerySet["Response"]):  # type: ignore[name-defined]
    """Responses by what is done with them."""

    def voices(self) -> Self:
        """Keep what counts in numbers: one response a person; replies are talk, not votes."""
        return self.filter(standing=Standing.COUNTED, reply_to=None)

    def with_text(self) -> Self:
        """Keep those whose words the public may read."""
        return self.filter(standing=Standing.COUNTED, text_state=TextState.PUBLISHED)

    def threads(self) -> Self:
        """Keep what opens a thread on the public page, newest first, with its replies.

        A response that was withdrawn stays as an empty place while published replies stand under
        it. Two queries.
        """
        rows = self.model._default_manager.get_queryset()
        shown = rows.with_text()
        answered = Exists(shown.filter(reply_to=OuterRef("pk")))
        opening = self.filter(reply_to=None).filter(
            models.Q(standing=Standing.COUNTED, text_state=TextState.PUBLISHED) | answered
        )
        replies = shown.select_related("country").order_by("sent_at", "pk")
        return (
            opening.select_related("country")
            .order_by("-sent_at", "-pk")
            .prefetch_related(Prefetch("replies", queryset=replies, to_attr="shown_replies"))
        )

    def waiting(self) -> Self:
        """Keep what a moderator has to look at, what looks odd last, oldest first."""
        waits = (
            models.Q(
                text_state__in=[TextState.WAITING, TextState.APPEALED], standing=Standing.COUNTED
            )
            | models.Q(standing=Standing.HELD)
            | models.Q(is_flagged=True)
        )
        return self.filter(waits).order_by("standing", "sent_at", "pk")
