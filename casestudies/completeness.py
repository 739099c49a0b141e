"""How complete the record of a case is: a score that can be followed by hand.

It measures the record, never anybody's conduct, nor whether what the record says is true. A check
that is met gives its whole weight, one that is not gives nothing; the weights add up to 100.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseLesson, CaseStudy, Challenge, Figure, Party, Source
from casestudies.vocabulary import OutcomeStatus
from portal.choices import DefinedChoices

LEAST_SOURCES = 2
FRESH = timedelta(days=365)
TIME_ZONES = timedelta(days=1)  # a curator's today may be the server's tomorrow
# Whether women are mentioned is always known: it speaks of the record's own text.
UNCERTAIN = tuple(name for name in CaseStudy.FIELDS if name != "women_mentioned")


class Level(DefinedChoices):
    """The score in words, the most complete first."""

    FULL = (
        "full",
        _("90 to 100 points of 100."),
        _("Nearly complete"),
    )
    GOOD = (
        "good",
        _("75 to 89 points of 100."),
        _("Mostly complete"),
    )
    PARTIAL = (
        "partial",
        _("50 to 74 points of 100."),
        _("Partly complete"),
    )
    SPARSE = (
        "sparse",
        _("Fewer than 50 points of 100."),
        _("Sparse"),
    )


# The least score of each level, the highest first.
LEAST = {Level.FULL: 90, Level.GOOD: 75, Level.PARTIAL: 50, Level.SPARSE: 0}


def level_of(score: int) -> Level:
    """Give the level of a score."""
    return next(level for level, least in LEAST.items() if score >= least)


def range_of(level: Level) -> tuple[int, int]:
    """Give the least and the highest score of a level."""
    higher = [least for least in LEAST.values() if least > LEAST[level]]
    return LEAST[level], min(higher, default=101) - 1


@dataclass(frozen=True)
class Amounts:
    """How many rows of each kind belong to a case; `dated` ones give a year."""

    sources: int = 0
    dated_sources: int = 0
    figures: int = 0
    dated_figures: int = 0
    parties: int = 0
    challenges: int = 0
    lessons: int = 0


NUMBERS = tuple(field.name for field in fields(Amounts))


def _number(rows: QuerySet[Any], counted: str = "pk") -> Coalesce:
    """Give the number of a case's rows, or of those that have a value, as an expression."""
    own = rows.filter(case=OuterRef("pk")).order_by().values("case")
    number = own.annotate(number=Count(counted)).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def amounts_of(cases: QuerySet[CaseStudy]) -> dict[int, Amounts]:
    """Give the amounts of cases by primary key. One query."""
    rows = with_amounts(cases).order_by().values_list("pk", *(f"number_of_{n}" for n in NUMBERS))
    return {key: Amounts(*numbers) for key, *numbers in rows}


def with_amounts(cases: QuerySet[CaseStudy]) -> QuerySet[CaseStudy]:
    """Have cases bring their amounts along, in the same query."""
    return cases.annotate(
        number_of_sources=_number(Source.objects.all()),
        number_of_dated_sources=_number(Source.objects.all(), "year"),
        number_of_figures=_number(Figure.objects.all()),
        number_of_dated_figures=_number(Figure.objects.all(), "year"),
        number_of_parties=_number(Party.objects.all()),
        number_of_challenges=_number(Challenge.objects.all()),
        number_of_lessons=_number(CaseLesson.objects.all()),
    )


def amounts_brought(case: CaseStudy) -> Amounts | None:
    """Give the amounts that a case brought along, if it did. No query."""
    if not hasattr(case, "number_of_sources"):
        return None
    return Amounts(*(getattr(case, f"number_of_{name}") for name in NUMBERS))


def amounts_read(case: CaseStudy) -> Amounts:
    """Give the amounts of a case whose rows were prefetched for reading. No query."""
    sources, figures = case.sources.all(), case.figures.all()
    return Amounts(
        sources=len(sources),
        dated_sources=sum(source.year is not None for source in sources),
        figures=len(figures),
        dated_figures=sum(figure.year is not None for figure in figures),
        parties=len(case.parties.all()),
        challenges=len(case.challenges.all()),
        lessons=len(case.case_lessons.all()),
    )


Test = Callable[[CaseStudy, Amounts, date], bool]


@dataclass(frozen=True)
class Check:
    """One thing that a complete record has, what it is worth, and what to do without it."""

    key: str
    label: str | Promise
    weight: int
    test: Test
    next_step: str | Promise


def _setting_is_known(case: CaseStudy, _amounts: Amounts, _today: date) -> bool:
    """Say whether more than half of the facts on the setting that may be unknown are known."""
    known = [name for name in UNCERTAIN if getattr(case, name) != "unknown"]
    return 2 * len(known) > len(UNCERTAIN)


def _is_fresh(case: CaseStudy, _amounts: Amounts, today: date) -> bool:
    """Say whether the record was checked lately; a day to come is a slip and says nothing."""
    return case.last_checked is not None and -TIME_ZONES <= today - case.last_checked <= FRESH


CHECKS = (
    Check(
        "summary",
        _("A summary"),
        5,
        lambda case, amounts, today: bool(case.summary.strip()),
        _("Write the case in one or two sentences."),
    ),
    Check(
        "sources",
        _("At least two sources"),
        10,
        lambda case, amounts, today: amounts.sources >= LEAST_SOURCES,
        _("Add a second public source, if possible from another side."),
    ),
    Check(
        "source_years",
        _("A year for every source"),
        10,
        lambda case, amounts, today: 0 < amounts.sources == amounts.dated_sources,
        _("Give the year in which each source was published."),
    ),
    Check(
        "figures",
        _("Figures, each with who says so and where"),
        10,
        lambda case, amounts, today: amounts.figures > 0,
        _("Add at least one figure that a source gives, with who claims it."),
    ),
    Check(
        "figure_years",
        _("A year for every figure"),
        5,
        lambda case, amounts, today: 0 < amounts.figures == amounts.dated_figures,
        _("Give the year that each figure is about."),
    ),
    Check(
        "outcome",
        _("What became of it"),
        10,
        lambda case, amounts, today: case.outcome_status != OutcomeStatus.UNKNOWN,
        _("Look for a later source that says what became of the main result."),
    ),
    Check(
        "outcome_year",
        _("The year that the outcome is about"),
        5,
        lambda case, amounts, today: case.outcome_as_of is not None,
        _("Give the year that “what became of it” is about."),
    ),
    Check(
        "outcome_note",
        _("The reason for the outcome"),
        5,
        lambda case, amounts, today: bool(case.outcome_note.strip()),
        _("Say in one sentence why it is judged so."),
    ),
    Check(
        "coordinates",
        _("Coordinates of the site"),
        5,
        lambda case, amounts, today: None not in (case.latitude, case.longitude),
        _("Give the coordinates of the site's centre, to two decimals."),
    ),
    Check(
        "setting",
        _("Most facts on the setting"),
        10,
        _setting_is_known,
        _("Fill in more facts on the setting: more than half of those that may be unknown."),
    ),
    Check(
        "parties",
        _("Other parties by name"),
        5,
        lambda case, amounts, today: amounts.parties > 0,
        _("Name who else took part or was concerned."),
    ),
    Check(
        "challenges",
        _("Challenges"),
        5,
        lambda case, amounts, today: amounts.challenges > 0,
        _("Say what stood in the way, as a list of short points."),
    ),
    Check(
        "lessons",
        _("What the case teaches"),
        5,
        lambda case, amounts, today: amounts.lessons > 0,
        _("Say what the case teaches, as a list of short points."),
    ),
    Check(
        "last_checked",
        _("Checked against its sources within 12 months"),
        10,
        _is_fresh,
        _("Compare the record with its sources, then set the day in “last checked”."),
    ),
)


@dataclass(frozen=True)
class Part:
    """A check, and whether a case meets it."""

    check: Check
    is_met: bool


@dataclass(frozen=True)
class Assessment:
    """What a record has and what it lacks."""

    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """The points, from 0 to 100."""
        return sum(part.check.weight for part in self.parts if part.is_met)

    @property
    def level(self) -> Level:
        """The score in words."""
        return level_of(self.score)

    @property
    def met(self) -> list[Check]:
        """What is there."""
        return [part.check for part in self.parts if part.is_met]

    @property
    def missing(self) -> list[Check]:
        """What is missing, the weightiest first."""
        missing = [part.check for part in self.parts if not part.is_met]
        return sorted(missing, key=lambda check: -check.weight)


def assess(case: CaseStudy, today: date, amounts: Amounts | None = None) -> Assessment:
    """Say how complete the record of a saved case is. One query where amounts are not given."""
    if amounts is None:
        rows = CaseStudy.objects.filter(pk=case.pk)
        amounts = amounts_of(rows).get(case.pk, Amounts())
    return Assessment(tuple(Part(check, check.test(case, amounts, today)) for check in CHECKS))


def gaps() -> QuerySet[CaseStudy]:
    """Give the published cases whose record is not nearly complete, the least complete first."""
    cases: QuerySet[CaseStudy] = CaseStudy.objects.published()
    return cases.filter(completeness__lt=LEAST[Level.FULL]).order_by("completeness", "title")
