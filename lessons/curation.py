"""What a lesson is made of, and what must hold before it is published; evidence on a case."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from casestudies.models import CaseStudy
from casestudies.models.case import SUMMARY_LENGTH
from lessons.models import (
    Evidence,
    Lesson,
    LessonPartnershipType,
    LessonSource,
    LessonTheme,
    PracticePointer,
)
from lessons.views import lesson_page
from portal.curation import previews
from portal.curation.anatomy import Anatomy, Part, Problem, extend, register
from portal.curation.checks import at_least_one, fits_card, required
from portal.curation.history import origin_key


def check(lesson: Lesson) -> Iterator[Problem]:
    """Give what keeps a lesson from being published."""
    yield from required(lesson, ["title", "summary", "discussion", "audiences"])
    yield from fits_card(lesson, SUMMARY_LENGTH)
    others = Lesson.objects.records().exclude(pk=origin_key(lesson))
    if taken := others.filter(number=lesson.number).first():
        reason = _("The number %(number)s is that of “%(lesson)s”: give another one.")
        yield Problem("number", reason % {"number": lesson.number, "lesson": taken})
    yield from at_least_one(lesson, ["themes", "partnership_types", "pointers", "sources"])


LESSON = register(
    Anatomy(
        Lesson,
        parts=[
            Part("themes", LessonTheme, "content_object"),
            Part("partnership_types", LessonPartnershipType, "content_object"),
            Part("pointers", PracticePointer, "lesson"),
            Part("evidence", Evidence, "lesson", key=("case_id",)),
            Part("sources", LessonSource, "lesson"),
        ],
        check=check,
    )
)
# What a lesson's working copy says of a case is not said yet.
said = Q(lesson__working_copy_of=None)
extend(CaseStudy, Part("evidence", Evidence, "case", key=("lesson_id",), only=said, borrowed=True))
previews.register(
    Lesson,
    lambda request, lesson: lesson_page(
        request, Lesson.objects.with_stances().get(pk=lesson.pk), is_preview=True
    ),
)
