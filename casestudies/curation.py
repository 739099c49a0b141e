"""What a case is made of, and what must hold before one is published."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from casestudies.models import (
    CaseApproach,
    CaseCompany,
    CaseLesson,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Challenge,
    Figure,
    Outcome,
    Party,
    Source,
)
from casestudies.models.case import SUMMARY_LENGTH
from casestudies.views import case_page
from portal.curation import previews
from portal.curation.anatomy import Anatomy, Part, Problem, register
from portal.curation.checks import at_least_one, fits_card, required


def check(case: CaseStudy) -> Iterator[Problem]:
    """Give what keeps a case from being published."""
    yield from required(case, ["title", "summary", "mine", "place", "context", "what_was_done"])
    yield from required(case, ["mine_stage", "asgm_status"])
    yield from fits_card(case, SUMMARY_LENGTH)
    names = ["countries", "company_roles", "themes", "partnership_types", "approaches", "outcomes"]
    yield from at_least_one(case, [*names, "sources"])
    for figure in case.figures.exclude(source__case=case):
        reason = _("“%(figure)s” rests on a source of another case.")
        yield Problem("figures", reason % {"figure": figure.label})


CASE = register(
    Anatomy(
        CaseStudy,
        parts=[
            Part("themes", CaseTheme, "content_object"),
            Part("partnership_types", CasePartnershipType, "content_object"),
            Part("approaches", CaseApproach, "content_object"),
            Part("company_roles", CaseCompany, "case", key=("company_id", "role")),
            Part("outcomes", Outcome, "case"),
            Part("challenges", Challenge, "case"),
            Part("case_lessons", CaseLesson, "case"),
            Part("sources", Source, "case"),
            Part("figures", Figure, "case", refers={"source": "sources"}),
            Part("parties", Party, "case"),
        ],
        check=check,
        derived=frozenset({"completeness"}),
    )
)
previews.register(CaseStudy, lambda request, case: case_page(request, case, is_preview=True))
