"""What the contributions show on pages of the case studies and the lessons."""

from typing import Any

from django.utils.translation import gettext_lazy as _

import contributions.dialogues.panels  # noqa: F401
from casestudies.models import CaseStudy, Country, PartnershipType, Theme
from contributions.models import Perspective
from lessons.models import Lesson
from portal.panels import Panel, register


def _panel(**looked_up: Any) -> Panel | None:
    """Give the published perspectives that a look-up finds."""
    perspectives = (
        Perspective.objects.published().select_related("organisation").filter(**looked_up)
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
    return _panel(organisation__country=country)


def on_theme(theme: Theme) -> Panel | None:
    """Give the perspectives that carry a theme."""
    return _panel(themes=theme)


def on_partnership_type(partnership_type: PartnershipType) -> Panel | None:
    """Give the perspectives that carry a partnership type."""
    return _panel(partnership_types=partnership_type)


register("case", on_case, order=20)
register("lesson", on_lesson, order=10)
register("country", from_country, order=20)
register("theme", on_theme, order=20)
register("partnership-type", on_partnership_type, order=20)
