"""Who may reach what in the admin: every address and action, by role, with the codes as data."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.urls import URLPattern
from django.urls.resolvers import URLResolver

from casestudies.models import (
    Approach,
    CaseStudy,
    Collection,
    Company,
    Country,
    Goal,
    GoalGroup,
    Outcome,
    PartnershipType,
    Target,
    Theme,
)
from contributions.models import Organisation, Perspective
from lessons.models import (
    BaselineChecklist,
    BaselineQuestion,
    BaselineSection,
    Evidence,
    GlossaryTerm,
    Lesson,
)
from portal.curation import workflow
from portal.curation.history import steps_of
from tests.builders import (
    make_approach,
    make_case,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_term,
)

pytestmark = pytest.mark.django_db
WHO = ("anonymous", "Editor", "Reviewer", "Publisher", "superuser")
TABLE = Path(__file__).with_name("permissions.txt")


def addresses(patterns: list[Any] | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Give every named address of the admin."""
    for pattern in admin.site.urls[0] if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name, pattern


def world() -> dict[str, Any]:
    """Make one row of each kind, and a record in each state."""
    case = make_case("draft", state="draft", parties=("ngo",))
    Outcome.objects.create(case=case, text="It held.")
    make_figure(case)
    public = make_case("public")
    make_case("in-review", state="in-review")
    make_case("archived", state="archived")
    lesson = make_lesson(state="draft")
    make_evidence(lesson, case)
    make_perspective(state="draft")
    make_approach()
    make_term("galamsey")
    goal = Goal.objects.create(number=17, name="g", statement="s", why_here="w", notes="n")
    type_ = PartnershipType.objects.first()
    Target.objects.create(number="17.1", partnership_type=type_, paraphrase="p", relevance="r")
    checklist = BaselineChecklist.objects.create(title="t", purpose="p")
    section = BaselineSection.objects.create(
        checklist=checklist, slug="s", name="n", introduction="i"
    )
    BaselineQuestion.objects.create(
        section=section, slug="q", question="q", why="w", how="h", answer_type="text"
    )
    workflow.store_once(case)
    assert goal
    return {"draft": case, "public": public, "step": steps_of(case)[0]}


MODELS: tuple[Any, ...] = (
    Approach, CaseStudy, Collection, Company, Country, Goal, GoalGroup, PartnershipType, Target,
    Theme, Organisation, Perspective, BaselineChecklist, BaselineQuestion, BaselineSection,
    Evidence, GlossaryTerm, Lesson,
)  # fmt: skip
