"""The numbers of a dialogue that is over, so that nobody can be found in them.

Three rules, which hold for the page and for the files alike:

1. A number below SMALLEST is never given: it is "fewer than 5", nought included. A kind of
   stakeholder with fewer responses than that has no numbers at all, but for having spoken or not.
2. How many people of a kind responded is rounded down to a multiple of SMALLEST ("at least 20"),
   and how many answered a statement is not given. So no small number can be found by subtracting
   numbers from a whole: the whole may be anything within a range as wide as what is held back.
3. Whatever else is told (sums, what most said, what groups share and what divides them) is worked
   out from numbers that are given, and so gives nothing more away. Where a number is held back,
   the middle of what it may be is taken for it.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from contributions.dialogues.models import Dialogue, Vote
from contributions.dialogues.vocabulary import Choice, Standing
from contributions.vocabulary import StakeholderKind

SMALLEST = 5  # answers below which a number is not given
SHARED_FROM = 60  # per cent that agree in every kind, so that a statement is shared
APART_FROM = 40  # points between the shares of two kinds, so that a statement divides
FEWEST_KINDS = 2  # kinds with enough answers, so that something can be shared or divide


@dataclass(frozen=True)
class Number:
    """A number as it may be told."""

    exact: int

    @property
    def told(self) -> int | None:
        """The number, or nothing where it is too small to be given."""
        return self.exact if self.exact >= SMALLEST else None

    @property
    def in_words(self) -> str:
        """The number, or that it is small."""
        if self.told is None:
            return _("fewer than %(limit)s") % {"limit": SMALLEST}
        return str(self.told)


@dataclass(frozen=True)
class Group:
    """The people of one kind who responded."""

    kind: StakeholderKind
    respondents: int
    was_asked: bool

    @property
    def at_least(self) -> int:
        """How many responded, rounded down; 0 where they are too few to be told."""
        return self.respondents - self.respondents % SMALLEST

    @property
    def is_silent(self) -> bool:
        """Say whether nobody of this kind responded."""
        return self.respondents == 0

    @property
    def in_words(self) -> str:
        """How many responded, as it may be told."""
        if self.is_silent:
            return _("nobody")
        if self.at_least:
            return _("at least %(number)s") % {"number": self.at_least}
        return Number(self.respondents).in_words


@dataclass(frozen=True)
class Row:
    """What the people of one kind said to a statement."""

    group: Group
    agree: Number
    disagree: Number
    passed: Number

    @property
    def kind(self) -> StakeholderKind:
        """Whose numbers these are."""
        return self.group.kind

    @property
    def cells(self) -> list[tuple[Choice, Number]]:
        """The numbers with what they count."""
        return [
            (Choice.AGREE, self.agree),
            (Choice.DISAGREE, self.disagree),
            (Choice.PASS, self.passed),
        ]

    @property
    def is_comparable(self) -> bool:
        """Say whether there is a number to compare, so that at least SMALLEST people answered."""
        return any(number.told is not None for _choice, number in self.cells)

    def share(self, number: Number) -> float:
        """Give about how many per cent of those who answered this is; only where comparable."""
        told = [each.told for _choice, each in self.cells if each.told is not None]
        hidden = len(self.cells) - len(told)
        # As many as may stand behind all that is held back, by what is told of the kind.
        most = min(hidden * (SMALLEST - 1), self.group.at_least + SMALLEST - 1 - sum(told))
        mine = number.told if number.told is not None else most / 2 / hidden
        return 100 * mine / (sum(told) + most / 2)

    @property
    def tendency(self) -> str:
        """What most said, in words; nothing where too few answered."""
        if not self.is_comparable:
            return ""
        if self.share(self.agree) > 50:
            return _("most agree")
        if self.share(self.disagree) > 50:
            return _("most disagree")
        return _("no majority")


@dataclass(frozen=True)
class Result:
    """A statement with what each kind said to it."""

    text: str
    rows: tuple[Row, ...]

    @cached_property
    def _counted(self) -> list[Row]:
        return [row for row in self.rows if row.is_comparable]

    @property
    def kinds(self) -> int:
        """How many kinds gave enough answers to be compared."""
        return len(self._counted)

    @property
    def is_shared(self) -> bool:
        """Say whether in every kind that can be compared most agree, by SHARED_FROM."""
        return self.kinds >= FEWEST_KINDS and all(
            row.share(row.agree) >= SHARED_FROM for row in self._counted
        )

    @property
    def is_dividing(self) -> bool:
        """Say whether kinds have opposite majorities, or lie APART_FROM points apart."""
        if self.kinds < FEWEST_KINDS:
            return False
        agree = [row.share(row.agree) for row in self._counted]
        disagree = [row.share(row.disagree) for row in self._counted]
        return (max(agree) > 50 and max(disagree) > 50) or max(agree) - min(agree) >= APART_FROM

    @property
    def largest(self) -> int:
        """The largest number that is told: what bars are drawn against."""
        return max((n.told or 0 for row in self.rows for _choice, n in row.cells), default=0)


@dataclass(frozen=True)
class Report:
    """All numbers of a dialogue."""

    groups: tuple[Group, ...]
    results: tuple[Result, ...]

    @property
    def at_least(self) -> int:
        """How many people responded: the sum of what is told of the kinds."""
        return sum(group.at_least for group in self.groups)

    @property
    def spoken(self) -> list[Group]:
        """The kinds that responded."""
        return [group for group in self.groups if not group.is_silent]

    @property
    def unheard(self) -> list[Group]:
        """The kinds that were asked, and of which nobody or fewer than SMALLEST responded."""
        return [group for group in self.groups if group.was_asked and not group.at_least]

    @property
    def shared(self) -> list[Result]:
        """The statements that all groups share."""
        return [result for result in self.results if result.is_shared]

    @property
    def dividing(self) -> list[Result]:
        """The statements that divide groups."""
        return [result for result in self.results if result.is_dividing]


def report_of(dialogue: Dialogue) -> Report:
    """Count what was answered. Three queries, however many answered."""
    people = dict(dialogue.responses.voices().order_by().values_list("kind").annotate(Count("pk")))
    votes = (
        Vote.objects.filter(
            response__dialogue=dialogue,
            response__standing=Standing.COUNTED,
            response__reply_to=None,
        )
        .values_list("statement", "response__kind", "choice")
        .annotate(Count("pk"))
    )
    given: dict[tuple[int, str], dict[str, int]] = defaultdict(dict)
    for statement, kind, choice, number in votes:
        given[statement, kind][choice] = number
    groups = tuple(
        Group(kind, people.get(kind, 0), kind in dialogue.asked)
        for kind in StakeholderKind
        if kind in dialogue.asked or kind in people
    )
    return Report(groups, tuple(_results(dialogue.statements.all(), groups, given)))


def _results(
    statements: Iterable[Any],
    groups: Iterable[Group],
    given: dict[tuple[int, str], dict[str, int]],
) -> Iterable[Result]:
    """Give each statement with a row for every kind that can have numbers."""
    for statement in statements:
        rows = []
        for group in groups:
            if group.at_least:
                counts = given.get((statement.pk, group.kind), {})
                agree, disagree, passed = (
                    Number(counts.get(choice, 0))
                    for choice in (Choice.AGREE, Choice.DISAGREE, Choice.PASS)
                )
                rows.append(Row(group, agree, disagree, passed))
        yield Result(statement.text, tuple(rows))
