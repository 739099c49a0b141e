"""What curators have in hand: records that loading library files leaves alone.

The files say how a record began. Once somebody has worked on it at the desk, its text was reviewed
and its history knows every step: a file that wrote over it would put unreviewed text before the
public, and no one would be told.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from reversion.models import Version

from portal.curation.history import deleted_records, record_step
from portal.models import PublicationState, Publishable, Step
from portal.sync import Tally


class Care:
    """Lets a load write what no curator has touched; on demand the rest, as a step of its own."""

    def __init__(self, overwrite: bool = False) -> None:
        self.overwrite = overwrite
        self.kept: list[str] = []  # names of records that were left alone
        self._gone: dict[Any, set[str]] = {}
        self._known: dict[Any, set[str]] = {}

    def is_kept(self, model: type[Publishable], slug: str) -> bool:
        """Say whether a record is left alone."""
        return not self.overwrite and self.is_touched(model, slug)

    def is_touched(self, model: type[Publishable], slug: str) -> bool:
        """Say whether curators have changed or deleted the record. Three queries a kind."""
        if model not in self._known:
            self._gone[model] = _deleted(model)
            self._known[model] = _changed(model) | self._gone[model]
        return slug in self._known[model]

    def first_state(self, model: type[Publishable], slug: str) -> PublicationState:
        """Give the state in which a record is made: what was deleted comes back as a draft."""
        is_gone = self.is_touched(model, slug) and slug in self._gone[model]
        return PublicationState.DRAFT if is_gone else PublicationState.PUBLISHED

    def write(
        self, model: type[Publishable], slug: str, tally: Tally, store: Callable[[], Publishable]
    ) -> None:
        """Have a record stored, or leave it alone and note its name."""
        if self.is_kept(model, slug):
            self.kept.append(f"{model._meta.verbose_name} “{slug}”")
            return
        before = tally.touched
        record = store()
        if self.is_touched(model, slug) and tally.touched > before:
            record_step(record, Step.Action.IMPORTED, None, "load_library --overwrite")


def _changed(model: Any) -> set[str]:
    """Give the slugs of the records that have a history beyond how they were stored."""
    kind = ContentType.objects.get_for_model(model)
    steps = Step.objects.filter(record_type=kind).exclude(action=Step.Action.STORED)
    rows = model._default_manager.records().filter(pk__in=steps.values("record_key"))
    return set(rows.values_list("slug", flat=True))


def _deleted(model: type[Publishable]) -> set[str]:
    """Give the slugs of records that were deleted and have not come back."""
    kind = ContentType.objects.get_for_model(model)
    revisions = [step.revision_id for step in deleted_records(model)]
    found = Version.objects.filter(revision__in=revisions, content_type=kind)
    texts = found.values_list("serialized_data", flat=True)
    return {json.loads(text)[0]["fields"]["slug"] for text in texts}
