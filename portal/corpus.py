"""The corpus version: which state of the published corpus a page, count or file speaks of.

One row in the database, so that every process and machine on that database agrees. Whoever reads
content for keeping (a snapshot, a cache) reads the version first: then a change in between can
only label newer content with the older version, and the next request builds anew.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone

from portal.models import CorpusVersion


class CorpusState(NamedTuple):
    """A version and the moment it was reached.

    The moment belongs to the identity: after a database is restored from a backup the numbers run
    again, over other content.
    """

    number: int
    changed_at: datetime | None


def current_state() -> CorpusState:
    """Give the state of the corpus now. One query."""
    row = CorpusVersion.objects.filter(pk=1).values_list("number", "changed_at").first()
    return CorpusState(*row) if row else CorpusState(0, None)


def raise_version() -> tuple[int, datetime]:
    """Say that published content may have changed, and give the new version and its moment.

    Call inside the transaction of the change: until it ends, other writers wait here.
    """
    now = timezone.now()
    if not CorpusVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        CorpusVersion.objects.create(pk=1, number=1, changed_at=now)
    row = CorpusVersion.objects.get(pk=1)
    return row.number, row.changed_at
