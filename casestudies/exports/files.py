"""The files that a selection, or one case, becomes: one function a format.

All but the workbook are sent as they are made, so that a large selection never stands in memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from casestudies.citations import as_bibtex, as_ris
from casestudies.exports.export import Export
from casestudies.models import CaseStudy
from portal.linked_data import Absolute, moment
from portal.tabular import csv_rows

CITATIONS: dict[str, Callable[[CaseStudy, str], str]] = {"bib": as_bibtex, "ris": as_ris}
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}


def csv_file(export: Export) -> Iterator[str]:
    """Give the table of cases as CSV."""
    return csv_rows(export.tables[0], export.records())


def json_file(export: Export) -> Iterator[str]:
    """Give all that is known of the selection as JSON."""
    yield f'{{"about": {json_text(export.about)},\n"cases": ['
    before = "\n"
    for record in export.records():
        yield before + json_text(record)
        before = ",\n"
    yield "\n]}\n"


def json_text(value: Any) -> str:
    """Write data as JSON: letters as they are, moments and days as ISO 8601."""
    return json.dumps(value, ensure_ascii=False, default=_in_json)


def _in_json(value: object) -> object:
    """Give what JSON has no word for in its own words."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def citation_file(cases: Iterable[CaseStudy], extension: str, absolute: Absolute) -> Iterator[str]:
    """Give the citations of cases as one file of BibTeX or RIS."""
    cite = CITATIONS[extension]
    # The specification of RIS ends its lines so.
    end = "\r\n" if extension == "ris" else "\n"
    for case in cases:
        entry = cite(case, absolute(case.get_absolute_url()))
        yield entry.replace("\n", end) + end + end
