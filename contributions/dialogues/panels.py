"""What the dialogues show on pages of lessons and themes."""

from django.utils.translation import gettext_lazy as _

from casestudies.models import Theme
from contributions.dialogues import board
from contributions.dialogues.models import Dialogue
from lessons.models import Lesson
from portal.panels import Panel, register

TEMPLATE = "contributions/dialogues/_panel.html"


def _panel(dialogues: list[Dialogue]) -> Panel | None:
    if not dialogues:
        return None
    return Panel("dialogues", _("Dialogues"), TEMPLATE, {"dialogues": dialogues})


def on_lesson(lesson: Lesson) -> Panel | None:
    """Give the dialogues on a lesson."""
    return _panel(board.on_lesson(lesson.pk))


def on_theme(theme: Theme) -> Panel | None:
    """Give the dialogues on a theme."""
    return _panel(board.on_theme(theme.pk))


register("lesson", on_lesson, order=20)
register("theme", on_theme, order=30)
