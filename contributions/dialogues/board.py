"""All published dialogues as lists and panels show them, kept in each process.

They are few, and many pages ask which of them belong to a lesson or a theme: so they are read once
for each corpus version, with their links.
"""

from contributions.dialogues.models import Dialogue
from contributions.dialogues.vocabulary import Status
from portal.corpus import CorpusState, current_state

_known: dict[CorpusState, list[Dialogue]] = {}
_ORDER = (Status.OPEN, Status.PLANNED, Status.CLOSED, Status.REPORTED)


def published() -> list[Dialogue]:
    """Give all published dialogues, those that end last first. At most three queries."""
    state = current_state()
    found = _known.get(state)
    if found is None:
        rows = Dialogue.objects.published().in_order().prefetch_related("themes", "lessons")
        found = list(rows.defer("background", "background_html", "draft_text", "draft_text_html"))
        _known.clear()
        _known[state] = found
    return found


def by_status() -> list[Dialogue]:
    """Give all published dialogues as they stand today: open ones first."""
    return sorted(published(), key=lambda dialogue: _ORDER.index(dialogue.status))


def on_lesson(key: int) -> list[Dialogue]:
    """Give the dialogues on a lesson."""
    return [each for each in by_status() if key in {lesson.pk for lesson in each.lessons.all()}]


def on_theme(key: int) -> list[Dialogue]:
    """Give the dialogues on a theme."""
    return [each for each in by_status() if key in {theme.pk for theme in each.themes.all()}]
