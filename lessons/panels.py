"""What the lessons show on pages of the frame and of the case studies."""

from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudy, PartnershipType, Theme
from lessons.evidence import by_stance
from lessons.models import Evidence, Lesson
from portal.panels import Panel, register


def home_lessons(subject: None) -> Panel | None:
    """Give all lessons as a sequence to read."""
    lessons = Lesson.objects.published().with_stances()
    if not lessons:
        return None
    return Panel(
        "lessons", _("What was learnt"), "lessons/_home_lessons.html", {"lessons": lessons}
    )


def case_evidence(case: CaseStudy) -> Panel | None:
    """Give the lessons that a case speaks to, by stance."""
    links = Evidence.objects.published().filter(case=case).select_related("lesson")
    groups = by_stance(links)
    if not groups:
        return None
    title = _("Lessons that this case speaks to")
    return Panel("lessons", title, "lessons/_case_evidence.html", {"groups": groups})


def tagged_lessons(tag: Theme | PartnershipType) -> Panel | None:
    """Give the lessons that carry a theme or a partnership type."""
    field = "themes" if isinstance(tag, Theme) else "partnership_types"
    lessons = Lesson.objects.published().with_stances().filter(**{field: tag})
    if not lessons:
        return None
    return Panel("lessons", _("Lessons"), "lessons/_topic_lessons.html", {"lessons": lessons})


register("home", home_lessons, order=30)
register("case", case_evidence, order=10)
register("theme", tagged_lessons, order=10)
register("partnership-type", tagged_lessons, order=10)
