"""Tables to take away, as CSV and as workbooks, whatever their cells hold.

The one door to both: it knows columns, not content. An app declares tables; their rows are plain
records. Whatever stands in a record arrives as text: never as a formula, never as broken markup.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook as OpenpyxlWorkbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

Text = str | Promise
Record = Mapping[str, Any]
Cell = str | int | float | Decimal | date | None

BETWEEN = "; "  # between several values of one cell
PIECE = 32_000  # characters that are sent at once
LONGEST_NAME = 80  # characters of a file's name
LONGEST_CELL = 32_767  # UTF-16 units that a cell of a workbook holds
LONGEST_ADDRESS = 2_079  # beyond this Excel calls a workbook with a link broken
# Control characters, but for tab and line feed, and what XML does not allow.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What a spreadsheet may take for the start of a formula (OWASP, CSV injection), also full-width.
FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name for programs, its label for people, and what it holds.

    `read` takes the value from a record; without it, it is the record's value of that name.
    `values` tells unit or form; `choices` is the closed list, and `facet` the facet, whose values
    the column holds. `is_list` says that a cell may hold several.
    """

    name: str
    label: Text
    meaning: Text
    values: Text = ""
    read: Callable[[Record], Any] | None = None
    choices: type[TextChoices] | None = None
    facet: str = ""
    is_list: bool = False
    width: int = 16
    is_address: bool = False

    def cell(self, record: Record) -> Cell:
        """Give what a record has in this column; several values become one text."""
        value = self.read(record) if self.read else record[self.name]
        if isinstance(value, str | Promise):
            return plain(str(value))
        if isinstance(value, list | tuple):
            return BETWEEN.join(plain(str(item)) for item in value)
        return value  # type: ignore[no-any-return]  # a number, a day or nothing


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with a name. `rows` gives the rows that one record makes up; by itself, one."""

    name: str
    label: Text
    meaning: Text
    columns: tuple[Column, ...]
    rows: Callable[[Record], Iterable[Record]] = lambda record: (record,)


def plain(text: str) -> str:
    """Give a text without what no file can hold, its lines ended by line feeds alone."""
    return UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def inert(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula, however it begins."""
    return f"'{text}" if FORMULA.match(text) else text


def in_pieces(texts: Iterable[str]) -> Iterator[bytes]:
    """Give texts as UTF-8 in pieces worth sending: a row by itself is too little."""
    waiting: list[str] = []
    length = 0
    for text in texts:
        waiting.append(text)
        length += len(text)
        if length >= PIECE:
            yield "".join(waiting).encode(errors="replace")
            waiting, length = [], 0
    if waiting:
        yield "".join(waiting).encode(errors="replace")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_rows(table: Table, records: Iterable[Record]) -> Iterator[str]:
    """Give a table as CSV (RFC 4180), row by row; the first begins with a byte order mark.

    Excel knows by the mark that the file is UTF-8.
    """
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(column.name for column in table.columns)
    for record in records:
        for row in table.rows(record):
            yield writer.writerow(_csv_cell(column.cell(row)) for column in table.columns)


def _csv_cell(value: Cell) -> str:
    """Write a cell: a text is made inert, a number stays one whatever its sign."""
    if value is None:
        return ""
    if isinstance(value, str):
        return inert(value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


class Workbook:
    """A workbook (XLSX) that is written row by row; what is written need not stay in memory."""

    def __init__(self, title: str, creator: str) -> None:
        self._book = OpenpyxlWorkbook(write_only=True)
        self._book.properties.title = plain(title)
        self._book.properties.creator = plain(creator)
        self._sheets: list[Sheet] = []

    def add(self, table: Table) -> "Sheet":
        """Add a sheet for a table, with its heading."""
        sheet = Sheet(self._book.create_sheet(plain(str(table.label))[:31]), table)
        self._sheets.append(sheet)
        return sheet

    def as_bytes(self) -> bytes:
        """Finish the workbook and give it."""
        for sheet in self._sheets:
            sheet.finish()
        file = BytesIO()
        self._book.save(file)
        return file.getvalue()


class Sheet:
    """A sheet of a workbook: its heading stays in view, and every column can be filtered."""

    def __init__(self, sheet: Any, table: Table) -> None:
        self._sheet = sheet
        self._table = table
        self._rows = 1
        sheet.freeze_panes = "B2"
        for place, column in enumerate(table.columns, 1):
            sheet.column_dimensions[get_column_letter(place)].width = column.width
        self._text = self._style(alignment=Alignment(wrap_text=True, vertical="top"))
        self._day = self._style(alignment=Alignment(vertical="top"), number_format="yyyy-mm-dd")
        self._link = self._style(
            alignment=Alignment(vertical="top"), font=Font(color="0563C1", underline="single")
        )
        # A quote prefix keeps a text a text also when somebody edits its cell.
        self._quoted = self._style(
            alignment=Alignment(wrap_text=True, vertical="top"), quotePrefix=True
        )
        head = self._style(
            alignment=Alignment(wrap_text=True, vertical="top"),
            font=Font(bold=True),
            fill=PatternFill("solid", fgColor="E8E2D4"),
        )
        sheet.append([self._cell(str(column.label), head) for column in table.columns])

    def append(self, record: Record) -> None:
        """Add the rows that a record makes up."""
        for row in self._table.rows(record):
            self._sheet.append([self._filled(column, row) for column in self._table.columns])
            self._rows += 1

    def finish(self) -> None:
        """Say how far the filter reaches."""
        last = get_column_letter(len(self._table.columns))
        self._sheet.auto_filter.ref = f"A1:{last}{self._rows}"

    def _style(self, **values: Any) -> Any:
        """Give a style to share between cells: looking it up for each would take half the time."""
        model = WriteOnlyCell(self._sheet)
        for name, value in values.items():
            setattr(model, name, value)
        return model._style  # type: ignore[attr-defined]

    def _cell(self, value: Cell, style: Any) -> Any:
        """Give a cell. What is text stays text: by itself, openpyxl would read “=” as a formula."""
        if isinstance(value, str):
            cell = WriteOnlyCell(self._sheet, value=None)
            cell._value = _cut(value)  # type: ignore[attr-defined]
            cell.data_type = "s"
        else:
            cell = WriteOnlyCell(self._sheet, value=value)  # type: ignore[arg-type]
        cell._style = style  # type: ignore[attr-defined]
        return cell

    def _filled(self, column: Column, row: Record) -> Any:
        """Give the cell of a row in a column, in the style of what it holds."""
        value = column.cell(row)
        if value is None or value == "":
            return None
        if isinstance(value, date):
            return self._cell(value, self._day)
        if not isinstance(value, str):
            return self._cell(value, self._text)
        if column.is_address and _is_address(value):
            cell = self._cell(value, self._link)
            cell._hyperlink = Hyperlink(ref="", target=value)
            return cell
        return self._cell(value, self._quoted if FORMULA.match(value) else self._text)


def _cut(text: str) -> str:
    """Give as much of a text as a cell of a workbook holds: it counts as UTF-16 does."""
    if len(text) <= LONGEST_CELL // 2:
        return text
    return text.encode("utf-16-le", errors="ignore")[: 2 * LONGEST_CELL].decode(
        "utf-16-le", errors="ignore"
    )


def _is_address(text: str) -> bool:
    """Say whether a text may become a link: of a page on the web, and short enough for Excel."""
    return text.startswith(("http://", "https://")) and len(text) <= LONGEST_ADDRESS


def file_name(stem: str, words: Iterable[str], extension: str) -> str:
    """Give a name for a file that says what is in it: ASCII, and cut between words."""
    name = "-".join(filter(None, [stem, *(slugify(word) for word in words)]))
    longest = LONGEST_NAME - len(extension) - 1
    if len(name) > longest:
        name = name[: longest + 1].rpartition("-")[0] or name[:longest]
    return f"{name}.{extension}"


def size_in_words(size: float) -> str:
    """Give a number of bytes as roughly as an estimate deserves."""
    unit, number = ("MB", size / 1e6) if size >= 999_500 else ("KB", max(size / 1e3, 1))
    form = f"{number:.1f}" if number < 10 and unit == "MB" else f"{number:.0f}"
    return _("about %(number)s %(unit)s") % {"number": form, "unit": unit}
