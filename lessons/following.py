"""What can be followed of the lessons: a lesson, and any selection."""

from django.utils.translation import gettext_lazy as _

from lessons.facets import LESSONS
from lessons.models import Lesson
from portal.following.kinds import register
from portal.following.records import record_kind, selection_kind


def _summary_of(lesson: Lesson) -> str:
    return lesson.summary


register(selection_kind(LESSONS, "lessons", _("Lessons"), _summary_of))
register(record_kind("lesson", Lesson, _summary_of))
