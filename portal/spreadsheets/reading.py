"""A file that somebody sends, as tables of plain cells: nothing in it is run or followed."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from portal.spreadsheets.scanning import FileRefusedError, Scan, scan
from portal.tabular import FORMULA, UNPRINTABLE

MOST_BYTES = 10_000_000
MOST_UNPACKED = 100_000_000  # as the directory of the ZIP says; its reader unpacks no more
MOST_ROWS = 30_000  # of one sheet
MOST_COLUMNS = 200
MOST_NAMED = 20  # hidden rows that a note names
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # .xls, and workbooks with a password
ZIPPED = b"PK\x03\x04"
# Sheets of the template that hold no records.
ASIDE = {"dictionary", "lists", "about"}

# What a broken archive does to its reader.
DAMAGED = (
    BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error,
)  # fmt: skip

Value = str | int | float | date | bool | None


@dataclass(frozen=True)
class Fault:
    """One thing wrong, with the place at which a person finds it."""

    sheet: str
    cell: str
    reason: str


@dataclass
class Row:
    """A row that holds something: its number as the program shows it, and its cells by column."""

    number: int
    cells: dict[str, Value]
    letters: dict[str, str]

    def place(self, column: str) -> str:
        """Give where the cell of a column stands: B7."""
        return f"{self.letters.get(column, '')}{self.number}"


@dataclass
class RawTable:
    """A sheet as it came. `notes` say what people may not know of it, but is no fault."""

    name: str
    columns: list[str]
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_file(name: str, content: bytes) -> list[RawTable]:
    """Give the tables of a file: XLSX, CSV, or a ZIP with CSV files.

    Raises FileRefusedError with the reason where the file as a whole cannot be read.
    """
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise FileRefusedError(_("The file has more than %d MB. Split it into several.") % most)
    if not content.strip():
        raise FileRefusedError(_("The file is empty."))
    if content.startswith(OLD_OFFICE):
        reason = _("This is an old Excel file (.xls), or has a password. Save it as plain .xlsx.")
        raise FileRefusedError(reason)
    if content.startswith(ZIPPED):
        return _read_zip(content)
    stem = name.rpartition("/")[2].rpartition(".")[0] or name
    return [_read_csv(stem, content)]


def _read_zip(content: bytes) -> list[RawTable]:
    """Tell a workbook from an archive of CSV files."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
                raise FileRefusedError(_("The file unpacks to far more than a spreadsheet holds."))
            names = {entry.filename for entry in entries}
            if "xl/vbaProject.bin" in names:
                raise FileRefusedError(_("The workbook has macros. Save it as .xlsx without them."))
            if "xl/workbook.xml" in names:
                return _read_workbook(content, scan(archive))
            texts = [entry for entry in entries if _is_table(entry.filename)]
            if not texts:
                raise FileRefusedError(_("This is neither a workbook (.xlsx) nor holds CSV files."))
            return [_read_csv(_stem(entry.filename), archive.read(entry)) for entry in texts]
    except DAMAGED as error:
        raise FileRefusedError(_("The file is damaged, or has a password.")) from error


def _is_table(path: str) -> bool:
    """Say whether an entry of an archive is a CSV file, and not what some systems put beside it."""
    name = path.rpartition("/")[2]
    return name.lower().endswith(".csv") and not name.startswith("._") and "__MACOSX" not in path


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _read_workbook(content: bytes, scans: dict[str, Scan]) -> list[RawTable]:
    try:
        # The sparing way: row by row, without pictures, notes and what else is not read here.
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheets = [sheet for sheet in book.worksheets if sheet.title.lower() not in ASIDE]
        return [_read_sheet(sheet, scans[_path_of(sheet)]) for sheet in sheets]
    except FileRefusedError:
        raise
    except Exception as error:  # whatever a broken file does to the reader
        raise FileRefusedError(_("The workbook is damaged and cannot be read.")) from error


def _path_of(sheet: Any) -> str:
    """Give the name of a sheet's part in the ZIP."""
    path: str = sheet._worksheet_path
    return path


def _read_sheet(sheet: Any, scanned: Scan) -> RawTable:
    table = RawTable(sheet.title.strip(), [])
    # What a file says of its size may be wrong: only what holds something counts.
    last, wide = scanned.last, scanned.wide
    _check_size(table.name, last, wide)
    for merged in scanned.merged:
        reason = _("These cells are merged. Take them apart: every cell stands for itself.")
        table.faults.append(Fault(table.name, merged, reason))
    rows: Iterator[Any] = iter(sheet.iter_rows(max_row=last, max_col=wide) if last else ())
    heads = [_text(cell.value) for cell in next(rows, [])]
    table.columns = heads
    letters = _letters(heads)
    for number, cells in enumerate(rows, start=2):
        values: dict[str, Value] = {}
        for head, cell in zip(heads, cells, strict=False):
            if cell.value is None:
                continue
            value = _cell_value(table, cell)
            if head and value is not None:
                values[head] = value
            elif value is not None and not head:
                table.faults.append(
                    Fault(table.name, cell.coordinate, _("This column has no heading."))
                )
        if values:
            table.rows.append(Row(number, values, letters))
    table.notes = list(_hidden(table.name, sheet.sheet_state != "visible", scanned))
    return table


def _hidden(name: str, is_hidden: bool, scanned: Scan) -> Iterator[str]:
    """Say what of a sheet is hidden, and read all the same."""
    if is_hidden:
        yield _("%(sheet)s: this sheet is hidden, and read too.") % {"sheet": name}
    if rows := [number for number in scanned.hidden_rows if number > 1]:
        text = ngettext(
            "%(sheet)s: %(number)d hidden row is read too: %(which)s",
            "%(sheet)s: %(number)d hidden rows are read too: %(which)s",
            len(rows),
        )
        yield text % {"sheet": name, "number": len(rows), "which": _few(map(str, rows))}
    columns = [
        get_column_letter(place)
        for first, last in scanned.hidden_columns
        for place in range(first, min(last, scanned.wide) + 1)
    ]
    if columns:
        text = ngettext(
            "%(sheet)s: %(number)d hidden column is read too: %(which)s",
            "%(sheet)s: %(number)d hidden columns are read too: %(which)s",
            len(columns),
        )
        yield text % {"sheet": name, "number": len(columns), "which": _few(columns)}


def _few(names: Iterable[str]) -> str:
    """Give names with commas between; a sign says that there are more."""
    listed = list(names)
    return ", ".join(listed[:MOST_NAMED]) + (", …" if len(listed) > MOST_NAMED else "")


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS + 1:
        most = _("The sheet “%(sheet)s” has more than %(most)d rows. Split it into several files.")
        raise FileRefusedError(most % {"sheet": name, "most": MOST_ROWS})
    if columns > MOST_COLUMNS:
        wide = _("The sheet “%(sheet)s” has more than %(most)d columns.")
        raise FileRefusedError(wide % {"sheet": name, "most": MOST_COLUMNS})


def _cell_value(table: RawTable, cell: Any) -> Value:
    """Give what a cell holds; note what is no value: a formula, or an error of one."""
    if cell.data_type == "f":
        reason = _("This is a formula. Put its result in as a value.")
        table.faults.append(Fault(table.name, cell.coordinate, reason))
        return None
    if cell.data_type == "e":
        reason = _("This cell shows an error: %s") % cell.value
        table.faults.append(Fault(table.name, cell.coordinate, reason))
        return None
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return _clean(table, cell.coordinate, value)
    if isinstance(value, bool | int | float | date):
        return value
    return str(value)


def _clean(table: RawTable, place: str, text: str) -> str | None:
    """Give a text without spaces around it; note signs that cannot be stored."""
    text = text.replace("\r\n", "\n").replace("_x000D_", "").strip()
    if UNPRINTABLE.search(text):
        reason = _("This text holds control characters. Type it anew.")
        table.faults.append(Fault(table.name, place, reason))
        return None
    return text or None


def _read_csv(name: str, content: bytes) -> RawTable:
    text = _decoded(content)
    table = RawTable(name, [])
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        rows = list(_limited(lines, name))
    except csv.Error as error:
        reason = _("This is not CSV, or its quotes are broken: line %(line)d (%(reason)s).")
        raise FileRefusedError(reason % {"line": lines.line_num, "reason": error}) from error
    heads = [head.strip() for head in rows[0]] if rows else []
    table.columns = heads
    letters = _letters(heads)
    for number, row in enumerate(rows[1:], start=2):
        values: dict[str, Value] = {}
        for place, cell in enumerate(row):
            where = f"{get_column_letter(place + 1)}{number}"
            value = _clean(table, where, _uninert(cell))
            if value is None:
                continue
            if place >= len(heads) or not heads[place]:
                reason = _("This cell stands beyond the headings. Is a separator missing?")
                table.faults.append(Fault(name, where, reason))
            else:
                values[heads[place]] = value
        if values:
            table.rows.append(Row(number, values, letters))
    return table


def _limited(lines: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines, start=1):
        _check_size(name, number, len(line))
        yield line


def _decoded(content: bytes) -> str:
    """Give the text of a CSV file. Raises FileRefusedError unless it is UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefusedError(_("The file is UTF-16. Save it as “CSV UTF-8”."))
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"GIF8")):
        raise FileRefusedError(_("This is a picture or a PDF, not a spreadsheet."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = _("The file is not UTF-8 (line %d). Save it as “CSV UTF-8”, or as .xlsx.")
        raise FileRefusedError(reason % line) from error
    if "\x00" in text:
        raise FileRefusedError(_("The file holds NUL characters: it is no text."))
    return text


def _separator(text: str) -> str:
    """Give what separates the headings: most often a comma, in some countries a semicolon."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _uninert(text: str) -> str:
    """Take off the quote that keeps spreadsheets from seeing a formula in a text."""
    is_quoted = text.startswith("'") and (FORMULA.match(text[1:]) or text.startswith("''"))
    return text[1:] if is_quoted else text


def _letters(heads: list[str]) -> dict[str, str]:
    return {head: get_column_letter(place) for place, head in enumerate(heads, 1) if head}


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
