"""The data dictionary: what every column holds, as sheets of the workbook and as a document."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.exports.parts import JSON_ALONE, TABLES
from casestudies.exports.record import Record
from portal.facets import Snapshot
from portal.tabular import BETWEEN, Column, Table

DICTIONARY_TABLE = Table(
    "dictionary",
    gettext_lazy("Data dictionary"),
    gettext_lazy("What every column of every sheet holds."),
    (
        Column("table", gettext_lazy("Sheet"), "", width=16),
        Column("label", gettext_lazy("Column"), "", width=28),
        Column("name", gettext_lazy("Name in CSV and JSON"), "", width=24),
        Column("meaning", gettext_lazy("What it holds"), "", width=70),
        Column("values", gettext_lazy("Unit or values"), "", width=50),
    ),
)
VALUES_TABLE = Table(
    "values",
    gettext_lazy("Values"),
    gettext_lazy("What every value of a list means."),
    (
        Column("list", gettext_lazy("List"), "", width=28),
        Column("value", gettext_lazy("Value"), "", width=28),
        Column("label", gettext_lazy("Label"), "", width=36),
        Column("definition", gettext_lazy("What it means"), "", width=90),
    ),
)


def dictionary_rows(tables: Sequence[Table]) -> Iterator[Record]:
    """Give one row for every column of every table."""
    for table in tables:
        for column in table.columns:
            yield {
                "table": table.label,
                "label": column.label,
                "name": column.name,
                "meaning": column.meaning,
                "values": values_in_words(column),
            }


def values_in_words(column: Column) -> str:
    """Say what a cell of a column may hold."""
    parts = [str(column.values)] if column.values else []
    if column.choices:
        parts.append(", ".join(column.choices.values))
    if column.facet:
        parts.append(_("values of the filter “%s”") % column.facet)
    if column.is_list:
        parts.append(_("several with “%s” between") % BETWEEN)
    return BETWEEN.join(parts) or _("text")


def value_rows(snapshot: Snapshot, tables: Sequence[Table]) -> Iterator[Record]:
    """Give one row for every value of every list, those of the filters as they are now."""
    for column, choices in _lists(tables):
        yield from _choice_rows(str(column.label), choices)
    for column in tables[0].columns:
        if column.facet:
            for value in snapshot.values[column.facet].values():
                yield {
                    "list": column.label,
                    "value": value.value,
                    "label": value.label,
                    "definition": value.definition,
                }


def _lists(tables: Sequence[Table]) -> Iterable[tuple[Column, type[TextChoices]]]:
    """Give every closed list once, with the first column that uses it.

    Yes, no and unknown explain themselves.
    """
    lists: dict[type[TextChoices], Column] = {}
    for table in tables:
        for column in table.columns:
            if column.choices and not all(v == str(n).lower() for v, n in column.choices.choices):
                lists.setdefault(column.choices, column)
    return [(column, choices) for choices, column in lists.items()]


def _choice_rows(name: str, choices: type[TextChoices]) -> Iterator[Record]:
    for choice in choices:
        yield {
            "list": name,
            "value": choice.value,
            "label": choice.label,
            "definition": getattr(choice, "definition", ""),
        }


def as_markdown() -> str:
    """Give the dictionary as the document that stands in docs/."""
    blocks = [INTRODUCTION]
    for table in TABLES:
        rows = (
            (f"`{column.name}`", column.label, column.meaning, values_in_words(column))
            for column in table.columns
        )
        head = ("name", "label", "what it holds", "unit or values")
        blocks.append(f"## {table.label}\n\n{table.meaning}\n\n{_grid(head, rows)}")
    alone = ((f"`{c.name}`", c.label, c.meaning, c.values) for c in JSON_ALONE)
    head = ("name", "label", "what it holds", "form")
    blocks += [f"{JSON_NOTE}\n\n{_grid(head, alone)}", VALUES_NOTE]
    for column, choices in _lists(TABLES):
        listed = (
            (f"`{row['value']}`", row["label"], row["definition"])
            for row in _choice_rows("", choices)
        )
        blocks.append(f"### {column.label}\n\n{_grid(('value', 'label', 'what it means'), listed)}")
    return "\n\n".join(blocks) + "\n"


def _grid(head: tuple[object, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Give rows as a table of Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(str(cell).replace('|', '/') for cell in line)} |" for line in lines
    )


INTRODUCTION = """\
# Data dictionary

What the files hold that a selection of case studies is taken away in. Written by
`manage.py data_dictionary > docs/data-dictionary.md` from `casestudies/exports/columns.py`; a test
compares the two.

| address | what |
| --- | --- |
| `/cases/export.csv` | the table of cases, in UTF-8; several values of a cell with “; ” between |
| `/cases/export.xlsx` | the tables below as sheets of a workbook, with this dictionary |
| `/cases/export.json` | full records with their texts: `{"about": {…}, "cases": [{…}]}` |
| `/cases/export.bib`, `/cases/export.ris` | citations for reference managers |
| `/cases/<slug>.json`, `.bib`, `.ris` | one case; its JSON is one record of the same shape |

The exports take the query string of `/cases/`: the same address means the same cases in the same
order, all of them and not only a page. Cases are compiled from public sources, in the library's own
words; none is the text of the World Gold Council report of 2022. In the CSV, a text that a
spreadsheet could take for a formula begins with an apostrophe."""

JSON_NOTE = """\
## JSON

A record holds the columns of the table of cases under the same names, what is a list here as a list
there; but `main_operator`, `party_kinds`, `figure_count` and `source_count`, which follow from its
lists `companies`, `parties`, `figures` and `sources`: the other tables, without the two columns
that name the case. Besides, it has:"""

VALUES_NOTE = """\
## Values

The closed lists. Those of themes, types of partnership, approaches and collections are kept by
curators, and stand in every workbook."""
