"""Keeps the completeness of cases in step with what they hold."""

from collections.abc import Collection
from datetime import date

from django.utils import timezone

from casestudies.completeness import amounts_of, assess
from casestudies.models import CaseStudy
from casestudies.search import CASE_INDEX
from portal.derived import register
from portal.text import in_chunks

CHUNK = 1_000
# What the checks read of the case's own row.
COLUMNS = (
    "summary",
    "latitude",
    "longitude",
    "outcome_status",
    "outcome_as_of",
    "outcome_note",
    "last_checked",
    "completeness",
    *CaseStudy.FIELDS,
)


def refresh_completeness(keys: Collection[int], today: date | None = None) -> set[int]:
    """Score some cases anew, drafts too, and give the keys of those whose score differed.

    Two queries for a thousand cases, and two more where a score differs. Sends no signals: it is
    called at the end of a change that has already noted the cases. A case that another writer holds
    is left to that writer, whose own change ends with this: waiting here, while it may be waiting
    for us, would be a deadlock.
    """
    today = today or timezone.localdate()
    changed = []
    for chunk in in_chunks(keys, CHUNK):
        cases = CaseStudy.objects.filter(pk__in=chunk)
        amounts = amounts_of(cases)
        different = []
        for case in cases.order_by().only(*COLUMNS):
            score = assess(case, today, amounts[case.pk]).score
            if score != case.completeness:
                case.completeness = score
                different.append(case)
        free = _held(different)
        different = [case for case in different if case.pk in free]
        CaseStudy.objects.bulk_update(different, ["completeness"])
        changed += different
    return {case.pk for case in changed}


def _held(cases: Collection[CaseStudy]) -> set[int]:
    """Hold the rows of some cases until the transaction ends; give the keys of those it got."""
    if not cases:
        return set()
    rows = CaseStudy.objects.filter(pk__in=[case.pk for case in cases]).order_by()
    # Rows that only refer to a case (a new source) do not stand in the way: no key changes.
    free = rows.select_for_update(skip_locked=True, no_key=True)
    return set(free.values_list("pk", flat=True))


register(CASE_INDEX.name, refresh_completeness)
