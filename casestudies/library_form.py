"""The form of the case studies' share of the library files, record by record."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from casestudies import vocabulary
from casestudies.models import (
    Target,
)
from portal.library import (
    Line,
    Record,
    Slug,
    SourceRecord,
    Text,
)


class CountryRecord(Record):
    """A country in countries.json."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    alpha3: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    name: Text
    name_fr: Text
    name_es: Text
    name_pt: Text
    aliases: list[Text]
    sub_region: Text
    sub_region_code: Annotated[str, Field(pattern=r"^\d{3}$")]
    intermediate_region: Text | None
    intermediate_region_code: Annotated[str, Field(pattern=r"^\d{3}$")] | None


class CompanyRecord(Record):
    """A company in companies.json."""

    slug: Slug
    name: Text
    home_country: str | None
    aliases: list[Text]
    note: Line


class CollectionRecord(Record):
    """A collection in collections.json."""

    slug: Slug
    name: Text
    description: Text
    publication: Line
    rights_note: Line


class TermRecord(Record):
    """A theme or an approach."""

    slug: Slug
    name: Text
    definition: Text


class PartnershipTypeRecord(TermRecord):
    """A partnership type in sdg17.json."""

    group: Slug
    how_it_applies: Line


class GoalRecord(Record):
    """The goal in sdg17.json."""

    number: int
    name: Text
    statement: Text
    why_here: Text
    notes: Text
    sources: list[SourceRecord]


class GoalGroupRecord(Record):
    """A group of targets in sdg17.json."""

    slug: Slug
    name: Text
    summary: Text
    how_it_applies: Text
    examples: list[Text]
    questions: list[Text]


class TargetRecord(Record):
    """A target in sdg17.json."""

    number: Annotated[str, Field(pattern=r"^17\.\d{1,2}$")]
    partnership_type: Slug
    paraphrase: Text
    relevance: Text
    wording_seen: Target.WordingSeen


class Sdg17Record(Record):
    """The file sdg17.json."""

    goal: GoalRecord
    groups: list[GoalGroupRecord]
    partnership_types: list[PartnershipTypeRecord]
    targets: list[TargetRecord]


class CaseCompanyRecord(Record):
    """A company in a case."""

    slug: Slug
    role: vocabulary.CompanyRole
    note: Line


class PartyRecord(Record):
    """A party in a case."""

    name: Text
    kind: vocabulary.PartyKind
    note: Line


class ContextProfileRecord(Record):
    """The facts on the setting of a case."""

    asgm_scale: vocabulary.AsgmScale
    mercury_use: vocabulary.YesNoUnknown
    public_security_present: vocabulary.YesNoUnknown
    in_migration: vocabulary.YesNoUnknown
    prior_violence: vocabulary.YesNoUnknown
    customary_or_indigenous_land: vocabulary.YesNoUnknown
    asgm_organised: vocabulary.Organised
    women_mentioned: vocabulary.YesNo
    child_labour_reported: vocabulary.YesNoUnknown
    armed_or_criminal_groups: vocabulary.YesNoUnknown
    orebody_shared: vocabulary.YesNoUnknown


class FigureRecord(Record):
    """A figure in a case; `source` is a place in the case's sources, counted from 0."""

    label: Text
    value: int | float
    unit: Text
    year: int | None
    claimed_by: vocabulary.Claimant
    source: Annotated[int, Field(ge=0)]


class CaseRecord(Record):
    """The file of a case."""

    slug: Slug
    collection: Slug
    title: Text
    summary: Text
    companies: list[CaseCompanyRecord]
    mine: Text
    countries: Annotated[list[str], Field(min_length=1)]
    place: Text
    latitude: int | float | None
    longitude: int | float | None
    year_from: int | None
    year_to: int | None
    mine_stage: vocabulary.MineStage
    themes: Annotated[list[Slug], Field(min_length=1)]
    sdg17: Annotated[list[Slug], Field(min_length=1)]
    asgm_status: vocabulary.AsgmStatus
    approaches: Annotated[list[Slug], Field(min_length=1)]
    parties: list[PartyRecord]
    context: Text
    what_was_done: Text
    outcomes: Annotated[list[Text], Field(min_length=1)]
    challenges: list[Text]
    lessons: list[Text]
    outcome_status: vocabulary.OutcomeStatus
    outcome_as_of: int | None
    outcome_note: Line
    status_drivers: list[vocabulary.StatusDriver]
    context_profile: ContextProfileRecord
    figures: list[FigureRecord]
    in_wgc_report: vocabulary.ReportStatus
    last_checked: date | None
    sources: Annotated[list[SourceRecord], Field(min_length=1)]

    def row(self) -> dict[str, Any]:
        """Give the values of the case's own row."""
        same = (
            "title", "summary", "mine", "place", "year_from", "year_to", "mine_stage",
            "asgm_status", "context", "what_was_done", "outcome_status", "outcome_as_of",
            "outcome_note", "status_drivers", "in_wgc_report", "last_checked",
        )  # fmt: skip
        return {
            **{name: getattr(self, name) for name in same},
            **self.context_profile.model_dump(),
            "status_drivers": [driver.value for driver in self.status_drivers],
            "latitude": as_decimal(self.latitude),
            "longitude": as_decimal(self.longitude),
        }


def as_decimal(number: float | None) -> Decimal | None:
    """Give the number exactly as the file writes it."""
    return None if number is None else Decimal(str(number))
