"""What can be followed of the case studies: a case, and any selection."""

from django.utils.translation import gettext_lazy as _

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from portal.following.kinds import register
from portal.following.records import record_kind, selection_kind


def _summary_of(case: CaseStudy) -> str:
    return case.summary


register(selection_kind(CASES, "cases", _("Case studies"), _summary_of))
register(record_kind("case", CaseStudy, _summary_of))
