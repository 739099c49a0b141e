"""The lessons on the curation desk."""

from lessons.models import Lesson
from portal.desk.states import watch

watch(Lesson)
