"""The lessons in the feed of the site."""

from django.utils.translation import gettext as _

from lessons.models import Lesson
from portal.feeds import Entry, register


def newest_lessons(most: int) -> list[Entry]:
    """Give the published lessons that changed last."""
    lessons = Lesson.objects.published().order_by("-updated_at", "-pk")[:most]
    return [Entry.of(lesson, lesson.summary, _("Lesson")) for lesson in lessons]


register(newest_lessons)
