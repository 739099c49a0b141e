"""What moderators decided, in numbers for everybody."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from django.db.models import QuerySet

from contributions.models import Contribution, Flag
from contributions.vocabulary import ContributionState, DeclineReason, StakeholderKind

FEW = 5  # below it a share of a group would tell of single people
State = ContributionState


@dataclass(frozen=True)
class Share:
    """How many of a group were decided, and how many of those declined; None where too few."""

    label: str
    decided: int | None
    declined: int | None

    @property
    def percent(self) -> int | None:
        """The share that was declined."""
        if not self.decided or self.declined is None:
            return None
        return round(100 * self.declined / self.decided)


@dataclass(frozen=True)
class Numbers:
    """What the page of moderation shows. Times are whole hours."""

    received: int
    waiting: int
    published: int
    declined: int
    withdrawn: int
    appeals: int
    flags: int
    open_flags: int
    hours_to_decision: int | None
    reasons: list[tuple[str, int]]
    kinds: list[Share]


def numbers_of_moderation() -> Numbers:
    """Count. Five queries."""
    sent = Contribution.objects.exclude(sent_at=None)
    states = Counter(sent.values_list("state", flat=True))
    decided = sent.exclude(decided_at=None).values_list("sent_at", "decided_at")
    hours = [(end - begun).total_seconds() / 3600 for begun, end in decided if begun and end]
    reasons = Counter(_last_reasons(sent))
    return Numbers(
        received=sum(states.values()),
        waiting=states[State.WAITING] + states[State.ASKED] + states[State.APPEALED],
        published=states[State.PUBLISHED],
        declined=states[State.DECLINED],
        withdrawn=states[State.WITHDRAWN],
        appeals=sent.filter(steps__action="appealed").distinct().count(),
        flags=Flag.objects.count(),
        open_flags=Flag.objects.filter(closed_at=None).count(),
        hours_to_decision=round(median(hours)) if hours else None,
        reasons=[(str(DeclineReason(code).label), n) for code, n in reasons.most_common()],
        kinds=_by_kind(sent),
    )


def _last_reasons(sent: QuerySet[Contribution]) -> list[str]:
    """Give the reason of each contribution that stands declined."""
    declined = sent.filter(state=State.DECLINED, steps__action__in=["declined", "taken-down"])
    last = dict(declined.order_by("steps__pk").values_list("pk", "steps__reason"))
    return [reason for reason in last.values() if reason]


def _by_kind(sent: QuerySet[Contribution]) -> list[Share]:
    """Give the share that was declined by kind of stakeholder; small groups are not told."""
    rows = sent.filter(state__in=[State.PUBLISHED, State.DECLINED])
    pairs = Counter(rows.values_list("stakeholder_kind", "state"))
    shares = []
    for kind in StakeholderKind:
        published, declined = pairs[kind.value, State.PUBLISHED], pairs[kind.value, State.DECLINED]
        total = published + declined
        if total:
            told = total >= FEW
            label = str(kind.label)
            shares.append(Share(label, total if told else None, declined if told else None))
    return shares
