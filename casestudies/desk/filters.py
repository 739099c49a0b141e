"""What the list of cases is narrowed by. Parameters are those of the public list."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import Level, range_of
from casestudies.models import (
    CaseCompany,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
)
from casestudies.vocabulary import AsgmStatus, MineStage, OutcomeStatus, ReportStatus
from portal.desk.filters import ChoiceFilter, ColumnFilter, LinkFilter, Option, TermFilter

NEVER, LONG_AGO, LATELY = "never", "over-12-months", "within-12-months"


def a_year_ago() -> date:
    """Give the day before which a check counts as long ago."""
    today = timezone.localdate()
    # 29 February has no day a year before: then 28 February.
    return today.replace(year=today.year - 1, day=min(today.day, 28 if today.month == 2 else 31))


def is_stale() -> Q:
    """Give the condition that a case was not compared with its sources for a year, or never."""
    return Q(last_checked__isnull=True) | Q(last_checked__lt=a_year_ago())


class CollectionFilter(LinkFilter):
    """The collection of a case: the case itself is the row that names it."""

    title = _("collection")
    parameter = "collection"
    links = CaseStudy
    record, term = "pk", "collection"

    def condition(self) -> Q:
        """Give the condition of the chosen collection."""
        return Q(collection__slug=self.value)


class CountryFilter(LinkFilter):
    """The countries of a case."""

    title = _("country")
    parameter = "country"
    links = CaseStudy.countries.through
    record, term, named = "casestudy", "country", "code"


class CompanyFilter(LinkFilter):
    """The companies of a case, in any role."""

    title = _("company")
    parameter = "company"
    links = CaseCompany
    record, term = "case", "company"
    repeats = True  # in two roles


class ThemeFilter(TermFilter):
    """The themes of a case."""

    title = _("theme")
    parameter = "theme"
    links = CaseTheme


class PartnershipTypeFilter(TermFilter):
    """The partnership types of a case."""

    title = _("SDG 17 partnership type")
    parameter = "sdg17"
    links = CasePartnershipType


class OutcomeFilter(ChoiceFilter):
    """What became of the main result."""

    title = _("outcome status")
    parameter = "outcome"
    column = "outcome_status"
    vocabulary = OutcomeStatus


class StageFilter(ChoiceFilter):
    """The stage of the mine."""

    title = _("mine stage")
    parameter = "stage"
    column = "mine_stage"
    vocabulary = MineStage


class AsgmStatusFilter(ChoiceFilter):
    """The status of the small-scale miners."""

    title = _("status of the small-scale miners")
    parameter = "asgm_status"
    column = "asgm_status"
    vocabulary = AsgmStatus


class ReportFilter(ChoiceFilter):
    """Whether the case stands in the report of 2022."""

    title = _("in the 2022 report")
    parameter = "report"
    column = "in_wgc_report"
    vocabulary = ReportStatus


class CompletenessFilter(ColumnFilter):
    """How complete the record of a case is."""

    title = _("completeness of the record")
    parameter = "completeness"

    def options(self) -> Iterable[Option]:
        """Give every level."""
        return [Option(level.value, level.label, level.value) for level in Level]

    def expression(self) -> Any:
        """Give the level of a case."""
        levels = [
            When(completeness__range=range_of(level), then=Value(level.value)) for level in Level
        ]
        return Case(*levels, default=Value(""), output_field=CharField())

    def condition(self) -> Q:
        """Give the condition of the chosen level."""
        if self.value not in Level.values:
            return Q(pk__in=[])
        return Q(completeness__range=range_of(Level(self.value)))


class LastCheckedFilter(ColumnFilter):
    """How long ago the case was compared with its sources."""

    title = _("last checked")
    parameter = "checked"

    def options(self) -> Iterable[Option]:
        """Give never, long ago, and lately."""
        return [
            Option(NEVER, _("Never"), NEVER),
            Option(LONG_AGO, _("Over 12 months ago"), LONG_AGO),
            Option(LATELY, _("Within 12 months"), LATELY),
        ]

    def expression(self) -> Any:
        """Give which of the three a case is."""
        return Case(
            When(last_checked__isnull=True, then=Value(NEVER)),
            When(last_checked__lt=a_year_ago(), then=Value(LONG_AGO)),
            default=Value(LATELY),
            output_field=CharField(),
        )

    def condition(self) -> Q:
        """Give the condition of the chosen one."""
        conditions = {
            NEVER: Q(last_checked__isnull=True),
            LONG_AGO: Q(last_checked__lt=a_year_ago()),
            LATELY: Q(last_checked__gte=a_year_ago()),
        }
        return conditions.get(self.value or "", Q(pk__in=[]))
