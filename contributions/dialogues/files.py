"""The numbers of a dialogue to take away: JSON and CSV, with the same numbers held back."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from contributions.dialogues.models import Dialogue
from contributions.dialogues.report import (
    APART_FROM,
    FEWEST_KINDS,
    SHARED_FROM,
    SMALLEST,
    Group,
    Number,
    Report,
    Result,
)
from portal.linked_data import Absolute
from portal.tabular import Column, Table, csv_rows


def as_json(dialogue: Dialogue, report: Report, absolute: Absolute) -> dict[str, Any]:
    """Give all numbers. One that is null, or `fewer_than`, is too small to be given."""
    return {
        "dialogue": dialogue.title,
        "address": absolute(dialogue.get_absolute_url()),
        "status": dialogue.status.value,
        "question": dialogue.question,
        "opened": dialogue.opens_on.isoformat(),
        "closed": dialogue.last_day.isoformat(),
        "convenors": dialogue.convenors,
        "rules": {
            "numbers_held_back_below": SMALLEST,
            "respondents_rounded_down_to_multiples_of": SMALLEST,
            "shared_from_percent": SHARED_FROM,
            "dividing_from_points_apart": APART_FROM,
            "kinds_needed_to_compare": FEWEST_KINDS,
        },
        "respondents_at_least": report.at_least,
        "groups": [_group(group) for group in report.groups],
        "statements": [_statement(result) for result in report.results],
        "report": {
            "we_asked": dialogue.we_asked,
            "you_said": dialogue.you_said,
            "we_did": dialogue.we_did,
        }
        if dialogue.has_report
        else None,
    }


def _group(group: Group) -> dict[str, Any]:
    known: dict[str, Any] = {
        "kind": group.kind.value,
        "label": str(group.kind.label),
        "was_asked": group.was_asked,
    }
    if group.is_silent:
        return {**known, "respondents": 0}
    if not group.at_least:
        return {**known, "respondents_fewer_than": SMALLEST}
    return {**known, "respondents_at_least": group.at_least}


def _statement(result: Result) -> dict[str, Any]:
    return {
        "text": result.text,
        "is_shared": result.is_shared,
        "is_dividing": result.is_dividing,
        "kinds_compared": result.kinds,
        "groups": [
            {
                "kind": row.kind.value,
                "tendency": row.tendency or None,
                **{choice.value: number.told for choice, number in row.cells},
            }
            for row in result.rows
        ],
    }


def _told(number: Number) -> str | int:
    return number.told if number.told is not None else f"<{SMALLEST}"


TABLE = Table(
    "statements",
    _("Statements"),
    _("What each kind of stakeholder said to each statement."),
    (
        Column("statement", _("Statement"), _("The text that was asked about.")),
        Column("kind", _("Kind"), _("The kind of stakeholder.")),
        Column("agree", _("Agree"), _("How many agree.")),
        Column("disagree", _("Disagree"), _("How many disagree.")),
        Column("pass", _("Pass"), _("How many passed.")),
        Column("tendency", _("In short"), _("What most said.")),
    ),
)


def as_csv(report: Report) -> Iterable[str]:
    """Give the statements as a table, one row for each of them and each kind."""
    rows = (
        {
            "statement": result.text,
            "kind": row.kind.label,
            "tendency": row.tendency,
            **{choice.value: _told(number) for choice, number in row.cells},
        }
        for result in report.results
        for row in result.rows
    )
    return csv_rows(TABLE, rows)
