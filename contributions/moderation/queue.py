"""Everything that waits for a moderator, of whatever kind, in one queue."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext as _

from contributions.dialogues.models import Response
from contributions.dialogues.vocabulary import TextState
from contributions.models import Contribution, Flag
from contributions.moderation.services import WAITING
from contributions.vocabulary import ContributionState
from portal.desk.dashboard import change_address

MOST = 100  # of each kind: the oldest come first, so the rest comes later


@dataclass(frozen=True)
class Waiting:
    """Something that waits: what it is, where it is decided, since when, and what stands out."""

    kind: str
    label: str
    address: str
    since: datetime
    marks: tuple[str, ...] = ()
    claimed_by: AbstractUser | None = None
    is_slow: bool = False
    is_urgent: bool = False


def everything() -> list[Waiting]:
    """Give all that waits: risks to persons first, then the oldest; what looks like spam last."""
    found = [*_contributions(), *_flags(), *_responses()]
    return sorted(found, key=lambda entry: (entry.is_slow, not entry.is_urgent, entry.since))


def _contributions() -> list[Waiting]:
    waiting = Contribution.objects.filter(state__in=WAITING).order_by("sent_at", "pk")
    waiting = waiting.select_related("case", "lesson", "claimed_by")
    # Each by itself: a heap of spam must not hide what is sound.
    rows = [*waiting.filter(oddities=[])[:MOST], *waiting.exclude(oddities=[])[:MOST]]
    return [
        Waiting(
            row.get_kind_display(),
            f"{row.reference}: {row.case or row.lesson or _('nothing that is in the library')}",
            change_address("contributions.contribution", row.pk),
            row.sent_at or row.created_at,
            _marks(row),
            row.claimed_by,
            bool(row.oddities) and row.state != ContributionState.APPEALED,
            row.is_risky,
        )
        for row in rows
    ]


def _marks(row: Contribution) -> tuple[str, ...]:
    marks = [
        (row.is_risky, _("risk to persons")),
        (row.state == ContributionState.APPEALED, _("appeal")),
        (row.is_escalated, _("second opinion asked for")),
        (bool(row.oddities), _("odd")),
    ]
    return tuple(word for holds, word in marks if holds)


def _flags() -> list[Waiting]:
    flags = Flag.objects.filter(closed_at=None).select_related("perspective", "response__dialogue")
    rows = [*flags.filter(is_odd=False)[:MOST], *flags.filter(is_odd=True)[:MOST]]
    return [
        Waiting(
            _("Flag of a reader"),
            str(row),
            change_address("contributions.flag", row.pk),
            row.made_at,
            (_("odd"),) if row.is_odd else (),
            is_slow=row.is_odd,
        )
        for row in rows
    ]


def _responses() -> list[Waiting]:
    rows = Response.objects.waiting().select_related("dialogue", "claimed_by")[:MOST]
    return [
        Waiting(
            _("Response to a dialogue"),
            row.dialogue.title,
            change_address("contributions.response", row.pk),
            row.sent_at,
            (_("appeal"),) if row.text_state == TextState.APPEALED else (),
            row.claimed_by,
        )
        for row in rows
    ]
