"""A selection as a workbook: its tables, what their columns hold, and what the file is."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.exports.dictionary import (
    DICTIONARY_TABLE,
    VALUES_TABLE,
    dictionary_rows,
    value_rows,
)
from casestudies.exports.export import Export
from casestudies.exports.record import Record
from portal.linked_data import SITE
from portal.tabular import Column, Table, Workbook

ABOUT_TABLE = Table(
    "about",
    gettext_lazy("About this export"),
    gettext_lazy("What was asked for, when, and where the records come from."),
    (
        Column("name", gettext_lazy("What"), "", width=24),
        Column("value", gettext_lazy("In this file"), "", width=110, is_address=True),
    ),
)


def workbook(export: Export) -> bytes:
    """Give a selection as a workbook. Its records are read once, for all sheets."""
    book = Workbook(f"{SITE}: {export.question}", SITE)
    sheets = [book.add(table) for table in export.tables]
    for record in export.records():
        for sheet in sheets:
            sheet.append(record)
    for table, rows in (
        (DICTIONARY_TABLE, dictionary_rows(export.tables)),
        (VALUES_TABLE, value_rows(export.snapshot, export.tables)),
        (ABOUT_TABLE, _about_rows(export)),
    ):
        sheet = book.add(table)
        for row in rows:
            sheet.append(row)
    return book.as_bytes()


def _about_rows(export: Export) -> Iterator[Record]:
    """Give what is known of the export, line by line."""
    labels = {
        "title": _("What this is"),
        "notice": _("Notice"),
        "question": _("What was asked for"),
        "order": _("Order"),
        "cases": _("Number of cases"),
        "address": _("Address of the selection"),
        "corpus_version": _("Version of the library"),
        "generated_at": _("Made at"),
        "provenance": _("Provenance"),
        "how_to_use": _("How to use it"),
        "limits": _("Limits"),
    }
    about = export.about
    for name, label in labels.items():
        if name in about:
            yield {"name": label, "value": about[name]}
    for item in export.ignored:
        yield {
            "name": _("Left out of the address"),
            "value": f"{item['parameter']}: {item['reason']}",
        }
