"""What a dialogue is made of, and what must hold before it is published."""

from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from contributions.dialogues.closing import has_responses
from contributions.dialogues.models import Dialogue, DialogueTheme, Statement
from contributions.dialogues.views import dialogue_page
from lessons.models import Lesson
from portal.curation import previews
from portal.curation.anatomy import Anatomy, Part, Problem, extend, register
from portal.curation.checks import required
from portal.curation.history import origin_of

REPORT = ("we_asked", "you_said", "we_did")


def check(dialogue: Dialogue) -> Iterator[Problem]:
    """Give what keeps a dialogue from being published."""
    yield from required(
        dialogue, ["title", "question", "background", "asked", "convenors", "rules"]
    )
    if dialogue.closes_on < dialogue.opens_on:
        yield Problem("closes_on", _("It cannot close before it opens."))
    origin = origin_of(dialogue)
    assert isinstance(origin, Dialogue)
    told = [name for name in REPORT if getattr(dialogue, name).strip()]
    if told and not (origin.closed_at or timezone.localdate() > dialogue.closes_on):
        yield Problem("we_asked", _("The report comes after the end: it is still open."))
    if told and len(told) < len(REPORT):
        yield from required(dialogue, REPORT)
    is_changed = origin.pk != dialogue.pk and _statements(origin) != _statements(dialogue)
    if is_changed and has_responses(origin):
        reason = _("Somebody has responded: the statements can no longer be changed.")
        yield Problem("statements", reason)


def _statements(dialogue: Dialogue) -> list[str]:
    return list(dialogue.statements.values_list("text", flat=True))


DIALOGUE = register(
    Anatomy(
        Dialogue,
        parts=[
            Part("themes", DialogueTheme, "content_object"),
            Part("statements", Statement, "dialogue"),
        ],
        check=check,
        derived=frozenset({"closed_at", "reported_at"}),
    )
)
# A lesson that is deleted and comes back is asked about again.
asked = Q(dialogue__working_copy_of=None)
extend(Lesson, Part("dialogues", Dialogue.lessons.through, "lesson", only=asked, borrowed=True))
previews.register(
    Dialogue,
    lambda request, dialogue: dialogue_page(request, dialogue, is_preview=True),
)
