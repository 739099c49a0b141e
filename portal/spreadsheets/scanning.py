"""A look over a workbook before it is read: how much it holds, and what people do not see.

The parts of the ZIP are streamed through a parser that builds nothing, so that a file which unpacks
to millions of cells, or says so in a few bytes, is refused before it takes memory. What is noted on
the way (merged cells, hidden rows and columns) the sparing way of reading does not tell.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

MOST_CELLS = 500_000  # of a workbook, those without a value too: programs keep them for their look
MOST_ELEMENTS = 5 * MOST_CELLS  # of a workbook
MOST_ASIDE = 200_000  # elements of a part that is no sheet, such as the styles: read as a whole
MOST_NOTED = 1_000  # hidden rows, hidden columns, merged ranges remembered of a sheet
PIECE = 64_000  # bytes that are unpacked at once
STREAMED = {"worksheet", "sst"}  # the roots of the parts that are read piece by piece
FILLED = {"v", "is", "f"}
COLUMN = re.compile(r"[A-Z]{1,3}")


class FileRefusedError(Exception):
    """A file that cannot be read at all, with the reason in words."""


@dataclass
class Scan:
    """What a part of a workbook holds. `last` and `wide` reach to the last cell with a value."""

    root: str = ""
    elements: int = 0
    cells: int = 0
    last: int = 0
    wide: int = 0
    merged: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def scan(archive: ZipFile) -> dict[str, Scan]:
    """Look over all parts of a workbook. Raises FileRefusedError for what is too large or no data.

    A part that is no XML is left to its reader: it comes as far as this one did.
    """
    scans: dict[str, Scan] = {}
    elements = cells = 0
    for entry in archive.infolist():
        scanner = _Scanner(MOST_ELEMENTS - elements, MOST_CELLS - cells)
        with archive.open(entry) as part:
            scans[entry.filename] = scanner.read(part)
        elements += scanner.scan.elements
        cells += scanner.scan.cells
    return scans


class _Scanner:
    """Counts the elements of one part, and notes what is told of rows, columns and cells."""

    def __init__(self, most_elements: int, most_cells: int) -> None:
        self.scan = Scan()
        self._most_elements = most_elements
        self._most_cells = most_cells
        self._row = self._column = 0
        self._is_hidden = False

    def read(self, part: Any) -> Scan:
        """Read a part as far as it is XML."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._begin
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            while piece := part.read(PIECE):
                parser.Parse(piece)
        except expat.ExpatError:
            pass
        return self.scan

    def _begin(self, tag: str, values: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        found = self.scan
        found.elements += 1
        found.root = found.root or name
        is_aside = found.root not in STREAMED
        if found.elements > (min(MOST_ASIDE, self._most_elements) if is_aside
                             else self._most_elements):  # fmt: skip
            raise FileRefusedError(_("The file unpacks to far more than a spreadsheet holds."))
        if found.root != "worksheet":
            return
        if name == "c":
            self._begin_cell(values)
        elif name in FILLED:
            self._fill()
        elif name == "row":
            self._row = _number(values.get("r"), self._row + 1)
            self._column = 0
            self._is_hidden = _is_true(values.get("hidden"))
        elif name == "col" and _is_true(values.get("hidden")):
            first = _number(values.get("min"), 1)
            if len(found.hidden_columns) < MOST_NOTED:
                found.hidden_columns.append((first, _number(values.get("max"), first)))
        elif name == "mergeCell" and len(found.merged) < MOST_NOTED:
            found.merged.append(values.get("ref", ""))

    def _begin_cell(self, values: dict[str, str]) -> None:
        self.scan.cells += 1
        if self.scan.cells > self._most_cells:
            reason = _("The workbook has more than %d cells, or that many empty ones with a look. "
                       "Copy the rows that you need into a new one, or split it.")  # fmt: skip
            raise FileRefusedError(reason % MOST_CELLS)
        letters = COLUMN.match(values.get("r", ""))
        self._column = column_index_from_string(letters[0]) if letters else self._column + 1

    def _fill(self) -> None:
        found = self.scan
        found.wide = max(found.wide, self._column)
        found.last = max(found.last, self._row)
        if self._is_hidden and len(found.hidden_rows) < MOST_NOTED:
            found.hidden_rows.append(self._row)
            self._is_hidden = False  # noted once


def _refuse_doctype(*_declared: Any) -> None:
    """Refuse what could make a short file long (entities), and stands in no workbook."""
    reason = _("The workbook declares entities, which no spreadsheet program does. Save it anew.")
    raise FileRefusedError(reason)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else otherwise


def _is_true(text: str | None) -> bool:
    return text in ("1", "true")
