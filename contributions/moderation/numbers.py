"""What moderators decided, in numbers for everybody."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from django.db.models import QuerySet

from contributions.models import Contribution, Flag
from contributions.vocabulary import ContributionState, DeclineReason, StakeholderKind

FEW = 5  # below it a share of a group would tell of single people
State = ContributionState


def percent(part: int, whole: int) -> int | None:
    """Give a share in per cent; none where the whole is so small that it tells of single people."""
    return round(100 * part / whole) if whole >= FEW else None


@dataclass(frozen=True)
class Share:
    """How many of a group were decided, and how many of those declined; None where too few."""

    label: str
    decided: int | None
    declined: int | None

    @property
    def percent(self) -> int | None:
        """The share that was declined."""
        if self.decided is None or self.declined is None:
            return None
        return percent(self.declined, self.decided)


@dataclass(frozen=True)
class Reason:
    """How many stand declined for a reason, and their share of all that stand declined."""

    label: str
    number: int
    percent: int | None


@dataclass(frozen=True)
class Numbers:
    """What the page of moderation shows. Times are whole hours."""

    received: int
    waiting: int
    published: int
    declined: int
    declined_percent: int | None
    withdrawn: int
    appeals: int
    flags: int
    open_flags: int
    hours_to_decision: int | None
    reasons: list[Reason]
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
        declined_percent=percent(
            states[State.DECLINED], states[State.DECLINED] + states[State.PUBLISHED]
        ),
        withdrawn=states[State.WITHDRAWN],
        appeals=sent.filter(steps__action="appealed").distinct().count(),
        flags=Flag.objects.count(),
        open_flags=Flag.objects.filter(closed_at=None).count(),
        hours_to_decision=round(median(hours)) if hours else None,
        reasons=[
            Reason(str(DeclineReason(code).label), number, percent(number, reasons.total()))
            for code, number in reasons.most_common()
        ],
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
    declined = {kind: pairs[kind.value, State.DECLINED] for kind in StakeholderKind}
    decided = {kind: declined[kind] + pairs[kind.value, State.PUBLISHED] for kind in declined}
    told = _told({kind: number for kind, number in decided.items() if number})
    return [
        Share(str(kind.label), *((number, declined[kind]) if kind in told else (None, None)))
        for kind, number in decided.items()
        if number
    ]


def _told(sizes: dict[StakeholderKind, int]) -> set[StakeholderKind]:
    """Give the groups that are told: none that is small, and none from which one could be found.

    All groups together are told too: what is left of them when the told ones are taken away must
    not be a small group again, so the smallest of the told ones is kept back with it.
    """
    told = {kind for kind, size in sizes.items() if size >= FEW}
    hidden = sum(size for kind, size in sizes.items() if kind not in told)
    if told and 0 < hidden < FEW:
        told.remove(min(told, key=lambda kind: sizes[kind]))
    return told
