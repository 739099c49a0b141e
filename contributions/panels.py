"""What the contributions show on pages of the case studies and the lessons."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

import contributions.dialogues.panels  # noqa: F401
from casestudies.models import CaseStudy, Country, PartnershipType, Theme
from contributions.models import Perspective
from lessons.models import Lesson
from portal.panels import Panel, register


def _panel(*conditions: Q, **looked_up: Any) -> Panel | None:
    """Give the published perspectives that a look-up finds."""
    perspectives = (
        Perspective.objects.published()
        .select_related("organisation", "speaker_country")
        .filter(*conditions, **looked_up)
    )
    if not perspectives:
        return None
    context = {"perspectives": perspectives}
    return Panel("perspectives", _("Perspectives"), "contributions/_perspectives.html", context)


def on_case(case: CaseStudy) -> Panel | None:
    """Give the perspectives of organisations that took part in a case or speak of it."""
    return _panel(cases=case)


def on_lesson(lesson: Lesson) -> Panel | None:
    """Give the perspectives that speak to a lesson."""
    return _panel(lessons=lesson)


def from_country(country: Country) -> Panel | None:
    """Give the perspectives of a country's organisations."""
    return _panel(Q(organisation__country=country) | Q(speaker_country=country))


def on_theme(theme: Theme) -> Panel | None:
    """Give the perspectives that carry a theme."""
    return _panel(themes=theme)


def on_partnership_type(partnership_type: PartnershipType) -> Panel | None:
    """Give the perspectives that carry a partnership type."""
    return _panel(partnership_types=partnership_type)


def contribute_to_case(case: CaseStudy) -> Panel:
    """Offer the ways to contribute to a case."""
    context = {"name": "case", "slug": case.slug, "is_case": True}
    return Panel("contribute", _("Your turn"), "contributions/_contribute.html", context)


def contribute_to_lesson(lesson: Lesson) -> Panel:
    """Offer the ways to contribute to a lesson."""
    context = {"name": "lesson", "slug": lesson.slug, "is_case": False}
    return Panel("contribute", _("Your turn"), "contributions/_contribute.html", context)


register("case", contribute_to_case, order=90)
register("lesson", contribute_to_lesson, order=90)
register("case", on_case, order=20)
register("lesson", on_lesson, order=10)
register("country", from_country, order=20)
register("theme", on_theme, order=20)
register("partnership-type", on_partnership_type, order=20)
