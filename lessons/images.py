"""The image of a lesson that goes with a shared link."""

from django.utils.translation import gettext as _

from lessons.models import Lesson
from portal.typesetting import legible, png


def lesson_card(lesson: Lesson) -> bytes:
    """Give a PNG with number, statement and weight. Needs `with_stances()`."""
    data = {
        "eyebrow": legible(_eyebrow(lesson)),
        "title": legible(lesson.title, otherwise=lesson.slug.replace("-", " ").capitalize()),
        "weight": legible(_weight(lesson)),
    }
    return png("lessons/card.typ", data)


def card_alternative(lesson: Lesson) -> str:
    """Give what stands on the image, for those who do not see it."""
    return f"{_eyebrow(lesson)}: {lesson.title}. {_weight(lesson)}."


def _eyebrow(lesson: Lesson) -> str:
    return _("Lesson %(number)d") % {"number": lesson.number}


def _weight(lesson: Lesson) -> str:
    words = lesson.weight_in_words
    return words[:1].upper() + words[1:]
