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

    Two queries for a thousand cases, and one more where a score differs. Sends no signals: it is
    called at the end of a change that has already noted the cases.
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
        CaseStudy.objects.bulk_update(different, ["completeness"])
        changed += different
    return {case.pk for case in changed}


register(CASE_INDEX.name, refresh_completeness)
