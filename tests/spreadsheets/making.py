"""Spreadsheets for tests: a good one, and ways to spoil it."""

import io
from collections.abc import Callable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

Sheets = dict[str, list[list[Any]]]


def good() -> Sheets:
    """Give the sheets of two new cases, with rows of three kinds."""
    heads = [
        "slug", "title", "summary", "mine", "place", "countries", "collection", "mine_stage",
        "asgm_status", "themes", "partnership_types", "approaches", "context", "what_was_done",
        "year_from", "year_to", "latitude", "longitude", "last_checked", "outcome_status",
    ]  # fmt: skip
    row = [
        "first-case", "A first case", "What was tried.", "A mine", "A place", "GH", "core",
        "operation", "informal", "gender", "finance", "dialogue", "The setting.", "The response.",
        2015, 2020, 6.25, -1.5, "2024-05-31", "held",
    ]  # fmt: skip
    return {
        "case_studies": [heads, row, ["second-case", "A second case", *row[2:]]],
        "company_roles": [
            ["slug", "company", "role", "note"],
            ["first-case", "acme-gold", "operator", None],
            ["second-case", "Acme Gold", "operator", None],
        ],
        "outcomes": [["slug", "text"], ["first-case", "It held."], ["second-case", "It fell."]],
        "sources": [
            ["slug", "title", "publisher", "url", "year"],
            ["first-case", "A report", "A publisher", "https://example.org/1", 2021],
            ["second-case", "A paper", "A publisher", "https://example.org/2", None],
        ],
        "figures": [
            ["slug", "label", "value", "unit", "year", "claimed_by", "source"],
            ["first-case", "people", 9000, "people", 2019, "company", 1],
        ],
    }


def workbook(sheets: Sheets, spoil: Callable[[Any], None] | None = None) -> bytes:
    """Give sheets as a workbook; `spoil` may do to it what values alone cannot."""
    book = Workbook()
    del book["Sheet"]
    for name, rows in sheets.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    if spoil:
        spoil(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content: bytes, changed: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """Give a workbook with some parts of its ZIP changed, or added, as no program would write it.

    Each changed part is given what it holds now, nothing where it is new.
    """
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as old, ZipFile(packed, "w", ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            part = old.read(name) if name in old.namelist() else b""
            new.writestr(name, changed.get(name, bytes)(part))
    return packed.getvalue()


def with_cell(sheet: str, column: str, value: Any, row: int = 1) -> Sheets:
    """Give the good sheets with one cell changed; rows are counted from 1 below the headings."""
    sheets = good()
    heads = sheets[sheet][0]
    sheets[sheet][row][heads.index(column)] = value
    return sheets


def without_column(sheet: str, column: str) -> Sheets:
    """Give the good sheets without a column."""
    sheets = good()
    place = sheets[sheet][0].index(column)
    for row in sheets[sheet]:
        del row[place]
    return sheets
