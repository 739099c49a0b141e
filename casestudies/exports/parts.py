"""The tables of what belongs to a case, one row a part; see columns.py."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.exports.columns import CASES_TABLE, COUNT, DAY, SLUG, WEB_ADDRESS, YEAR
from casestudies.exports.record import Record
from casestudies.vocabulary import Claimant, CompanyRole, PartyKind
from portal.tabular import Column, Table


def _parts(record: Any, name: str) -> Iterable[Record]:
    """Give the parts of a case as rows that say whose they are."""
    case = {"case_slug": record["slug"], "case_title": record["title"]}
    return ({**case, **part} for part in record[name])


CASE_SLUG = Column(
    "case_slug", _("Case"), _("The case's name in addresses; joins the tables."), SLUG, width=30
)
CASE_TITLE = Column("case_title", _("Title of the case"), _("The case's title."), width=50)

COMPANIES_TABLE = Table(
    "companies",
    _("Companies"),
    _("One row for each company in a case and its role there."),
    (
        CASE_SLUG,
        CASE_TITLE,
        Column("slug", _("Company"), _("The company's name in addresses."), SLUG, width=24),
        Column("name", _("Name"), _("Its present, canonical name."), width=30),
        Column("role", _("Role"), _("What it is to the case."), choices=CompanyRole),
        Column("note", _("Note"), _("Subsidiary, former name, share, date."), width=50),
    ),
    partial(_parts, name="companies"),
)

FIGURES_TABLE = Table(
    "figures",
    _("Figures"),
    _("One row a figure. A figure is a claim, not a measurement."),
    (
        CASE_SLUG,
        CASE_TITLE,
        Column("label", _("What"), _("What the figure counts or measures."), width=44),
        Column("value", _("Figure"), _("The number."), _("number, in the unit beside it")),
        Column("unit", _("Unit"), _("The unit."), width=18),
        Column("year", _("Year"), _("The year that it speaks of; empty: not known."), YEAR),
        Column("claimed_by", _("Who says so"), _("Who makes the claim."), choices=Claimant),
        Column(
            "source",
            _("Source"),
            _("The number of the source that it rests on, within its case."),
            COUNT,
            width=9,
        ),
        Column("source_title", _("Title of the source"), _("The source's title."), width=44),
        Column(
            "source_url",
            _("Address of the source"),
            _("Where the source was found."),
            WEB_ADDRESS,
            width=44,
            is_address=True,
        ),
    ),
    partial(_parts, name="figures"),
)

SOURCES_TABLE = Table(
    "sources",
    _("Sources"),
    _("One row a source: the public texts that a case was compiled from."),
    (
        CASE_SLUG,
        CASE_TITLE,
        Column("number", _("Number"), _("Its number within the case."), COUNT, width=9),
        Column("title", _("Title"), _("Its title."), width=60),
        Column("publisher", _("Publisher"), _("Who published it."), width=30),
        Column("year", _("Year"), _("When; empty: not known."), YEAR, width=9),
        Column(
            "url",
            _("Address"),
            _("Where it was found."),
            WEB_ADDRESS,
            width=60,
            is_address=True,
        ),
        Column(
            "archived_url",
            _("Archived copy"),
            _("Where a web archive keeps a copy; empty: none is known."),
            WEB_ADDRESS,
            width=60,
            is_address=True,
        ),
    ),
    partial(_parts, name="sources"),
)

PARTIES_TABLE = Table(
    "parties",
    _("Other parties"),
    _("One row for each other party that took part or was concerned."),
    (
        CASE_SLUG,
        CASE_TITLE,
        Column("name", _("Name"), _("Its name."), width=44),
        Column("kind", _("Kind"), _("What kind of party it is."), choices=PartyKind),
        Column("note", _("Note"), _("What else is to be said of it."), width=50),
    ),
    partial(_parts, name="parties"),
)

CONTRIBUTIONS_TABLE = Table(
    "contributions",
    _("What stakeholders say"),
    _("One row for each published view, experience, correction or reply. Not this library's view."),
    (
        CASE_SLUG,
        CASE_TITLE,
        Column("title", _("Title"), _("Its title."), width=44),
        Column("kind", _("Kind"), _("What kind of contribution it is."), width=16),
        Column("speaker", _("Who speaks"), _("The name that is shown."), width=30),
        Column("speaker_kind", _("Kind of stakeholder"), _("What kind of stakeholder speaks.")),
        Column("identity", _("Known how far"), _("How far it is known who speaks.")),
        Column("passage", _("Passage"), _("The part of the page that it answers, if one.")),
        Column("quote", _("Words"), _("The words that it answers, if any."), width=44),
        Column("text", _("Text"), _("What it says."), _("Markdown"), width=60),
        Column(
            "said_on", _("Sent on"), _("When it was sent in; empty if published elsewhere."), DAY
        ),
        Column(
            "url",
            _("Address"),
            _("Where it stands for good."),
            WEB_ADDRESS,
            width=44,
            is_address=True,
        ),
    ),
    partial(_parts, name="contributions"),
)

TABLES = (
    CASES_TABLE,
    COMPANIES_TABLE,
    FIGURES_TABLE,
    SOURCES_TABLE,
    PARTIES_TABLE,
    CONTRIBUTIONS_TABLE,
)

# What a record has in JSON alone, besides the tables as lists under their names.
JSON_ALONE = (
    Column("published", _("Published"), _("When the case was first published."), _("ISO 8601")),
    Column("context", _("Context"), _("The setting."), _("Markdown")),
    Column("what_was_done", _("What was done"), _("What was tried."), _("Markdown")),
    Column("outcomes", _("Outcomes"), _("What came of it."), _("list of texts")),
    Column("challenges", _("Challenges"), _("What was hard or stayed open."), _("list of texts")),
    Column(
        "case_lessons",
        _("Lessons of the case"),
        _("What this case alone teaches."),
        _("list of texts"),
    ),
    Column(
        "lessons",
        _("Lessons"),
        _("The library's lessons that it speaks to: slug, title, url, stance, note."),
        _("list; stance: supports, qualifies or challenges"),
    ),
)
