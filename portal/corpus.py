"""The corpus version: which state of the published corpus a page, count or file speaks of.

One row in the database, so that every process and machine on that database agrees. Whoever reads
content for keeping (a snapshot, a cache) reads the version first: then a change in between can
only label newer content with the older version, and the next request builds anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import local
from typing import NamedTuple

from django.db import connection
from django.db.models import F
from django.utils import timezone

from portal.models import CorpusVersion


class CorpusState(NamedTuple):
    """A version and the moment it was reached.

    The moment belongs to the identity: after a database is restored from a backup the numbers run
    again, over other content.
    """

    number: int
    moment: str


NO_STATE = CorpusState(0, "")
READ_STATE = "SELECT number, changed_at FROM portal_corpusversion WHERE id = 1"


class _Reading(local):
    """What a request that only reads has seen; nothing outside of one."""

    depth = 0
    state: CorpusState | None = None


_reading = _Reading()


@contextmanager
def one_reading() -> Iterator[None]:
    """Within, the state of the corpus is read once: a request that only reads asks it often.

    What such a request keeps can only be labelled with a version older than the content, which is
    the harmless way round (see above).
    """
    _reading.depth += 1
    try:
        yield
    finally:
        _reading.depth -= 1
        if not _reading.depth:
            _reading.state = None


def current_state() -> CorpusState:
    """Give the state of the corpus: now, or when this reading began. At most one query."""
    if not _reading.depth:
        return read_state()
    if _reading.state is None:
        _reading.state = read_state()
    return _reading.state


def read_state() -> CorpusState:
    """Give the state of the corpus now. One query, without the ORM: every request asks it."""
    with connection.cursor() as cursor:
        cursor.execute(READ_STATE)
        row = cursor.fetchone()
    return CorpusState(row[0], str(row[1])) if row else NO_STATE


def raise_version() -> CorpusState:
    """Say that published content may have changed, and give the new state.

    Call inside the transaction of the change: until it ends, other writers wait here.
    """
    now = timezone.now()
    if not CorpusVersion.objects.filter(pk=1).update(number=F("number") + 1, changed_at=now):
        CorpusVersion.objects.create(pk=1, number=1, changed_at=now)
    return read_state()
