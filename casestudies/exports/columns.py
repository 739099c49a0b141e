"""The table of cases, column by column: the one declaration of what a file holds of a case.

The heading of the CSV, the first sheet of the workbook and docs/data-dictionary.md are made from
it. The columns read the records of record.py; a column without `read` has the same name there.
"""

from typing import Any

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudy
from casestudies.vocabulary import (
    AsgmScale,
    AsgmStatus,
    CompanyRole,
    MineStage,
    Organised,
    OutcomeStatus,
    PartyKind,
    ReportStatus,
    StatusDriver,
    YesNo,
    YesNoUnknown,
)
from portal.tabular import Column, Table

YEAR = _("year")
DAY = _("day, as YYYY-MM-DD")
COUNT = _("number")
SLUG = _("a slug")
WGS84 = _("decimal degrees (WGS 84), to two decimals; empty where not known")
WEB_ADDRESS = _("web address")


def _companies(record: Any) -> list[str]:
    return [f"{company['name']} ({company['role']})" for company in record["companies"]]


def _main_operator(record: Any) -> str:
    operators = (
        company["name"]
        for company in record["companies"]
        if company["role"] == CompanyRole.OPERATOR
    )
    return next(operators, "")


def _party_kinds(record: Any) -> list[str]:
    """Give each kind of party once, in the order of the list of kinds."""
    kinds = {party["kind"] for party in record["parties"]}
    return [kind for kind in PartyKind.values if kind in kinds]


def _said(record: Any) -> list[str]:
    return [said["url"] for said in record["contributions"]]


# The lists of the facts on the setting; those not named here are yes, no or unknown.
SETTING_CHOICES: dict[str, type[TextChoices]] = {
    "asgm_scale": AsgmScale,
    "asgm_organised": Organised,
    "women_mentioned": YesNo,
}


def _setting(name: str) -> Column:
    """Give the column of a fact on the setting, in the words of its field."""
    field: Any = CaseStudy._meta.get_field(name)
    choices = SETTING_CHOICES.get(name, YesNoUnknown)
    return Column(name, capfirst(field.verbose_name), field.help_text, choices=choices, width=14)


CASES_TABLE = Table(
    "cases",
    _("Cases"),
    _("One row a case. The CSV holds this table."),
    (
        Column(
            "slug", _("Case"), _("The case's name in addresses; never changes."), SLUG, width=30
        ),
        Column("title", _("Title"), _("The title."), width=50),
        Column(
            "url",
            _("Address"),
            _("Where the case stands for good."),
            WEB_ADDRESS,
            width=40,
            is_address=True,
        ),
        Column(
            "collection",
            _("Collection"),
            _("The collection that the case belongs to."),
            facet="collection",
            width=12,
        ),
        Column("summary", _("Summary"), _("The case in one or two sentences."), width=60),
        Column(
            "countries",
            _("Country codes"),
            _("Where it is set."),
            _("ISO 3166-1 alpha-2"),
            is_list=True,
            width=9,
        ),
        Column(
            "country_names",
            _("Countries"),
            _("The same by name."),
            _("UN short form"),
            is_list=True,
        ),
        Column(
            "companies",
            _("Companies and roles"),
            _("Companies named, each with its role. Naming one says nothing of liability."),
            _("name (role)"),
            _companies,
            choices=CompanyRole,
            is_list=True,
            width=36,
        ),
        Column(
            "main_operator",
            _("Main operator"),
            _("The first company with the role of operator."),
            _("name; empty where there is none"),
            _main_operator,
            width=22,
        ),
        Column(
            "contributions",
            _("What stakeholders say"),
            _("Addresses of what stakeholders say of it."),
            WEB_ADDRESS,
            _said,
            is_list=True,
            width=30,
        ),
        Column("mine", _("Mine or project"), _("The large mine or project."), width=22),
        Column("place", _("Place"), _("Region and district."), width=26),
        Column("latitude", _("Latitude"), _("Centre of the site, coarse."), WGS84, width=10),
        Column("longitude", _("Longitude"), _("Centre of the site, coarse."), WGS84, width=10),
        Column("year_from", _("From year"), _("When it began; empty: not known."), YEAR, width=8),
        Column(
            "year_to",
            _("To year"),
            _("When it ended; empty: goes on, or not known."),
            YEAR,
            width=8,
        ),
        Column(
            "mine_stage",
            _("Mine stage"),
            _("Where the large mine stands in its life."),
            choices=MineStage,
        ),
        Column(
            "asgm_status",
            _("Status of the small-scale miners"),
            _("As the sources describe them; not a legal finding."),
            choices=AsgmStatus,
        ),
        Column(
            "outcome_status",
            _("What became of it"),
            _("What became of the main result, judged from the record alone."),
            choices=OutcomeStatus,
        ),
        Column(
            "outcome_as_of", _("Outcome as of"), _("The year of that judgement."), YEAR, width=9
        ),
        Column("outcome_note", _("Why"), _("The reason in one sentence."), width=50),
        Column(
            "status_drivers",
            _("What changed the result"),
            _("What, by the record, changed the result."),
            choices=StatusDriver,
            is_list=True,
            width=22,
        ),
        Column(
            "themes",
            _("Themes"),
            _("What the case is about."),
            facet="theme",
            is_list=True,
            width=36,
        ),
        Column(
            "sdg17",
            _("SDG 17 partnership types"),
            _("Types of partnership under Sustainable Development Goal 17."),
            facet="sdg17",
            is_list=True,
            width=30,
        ),
        Column(
            "approaches",
            _("Approaches"),
            _("What was tried."),
            facet="approach",
            is_list=True,
            width=30,
        ),
        Column(
            "party_kinds",
            _("Kinds of other parties"),
            _("Who else took part or was concerned."),
            read=_party_kinds,
            is_list=True,
            choices=PartyKind,
            width=28,
        ),
        *map(_setting, CaseStudy.FIELDS),
        Column(
            "figure_count",
            _("Figures"),
            _("How many figures the case gives."),
            COUNT,
            lambda record: len(record["figures"]),
            width=9,
        ),
        Column(
            "source_count",
            _("Sources"),
            _("How many public sources it lists."),
            COUNT,
            lambda record: len(record["sources"]),
            width=9,
        ),
        Column(
            "in_wgc_report",
            _("In the 2022 report"),
            _("Whether it is known to stand in the World Gold Council report of 2022."),
            choices=ReportStatus,
            width=12,
        ),
        Column(
            "last_checked",
            _("Last checked"),
            _("When it was last compared with its sources; empty: not since it was compiled."),
            DAY,
            width=12,
        ),
        Column(
            "updated",
            _("Updated"),
            _("When the record last changed; in JSON with the time of day."),
            DAY,
            lambda record: record["updated"].date(),
            width=12,
        ),
        Column(
            "completeness",
            _("Completeness of the record"),
            _("How much of what a record should hold is there. Says nothing of conduct or truth."),
            _("points, 0 to 100"),
            width=13,
        ),
        Column("provenance", _("Provenance"), _("How the record came to be."), width=40),
        Column(
            "rights",
            _("Rights"),
            _("What its collection says of rights; often nothing."),
            width=20,
        ),
    ),
)
