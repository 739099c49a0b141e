"""Records as spreadsheets: what the import reads back without a difference."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from portal.curation.document import Document, read_many
from portal.models import Publishable
from portal.spreadsheets.layout import Column, Kind, Layout, Sheet
from portal.tabular import BETWEEN, FORMULA, inert, plain
from portal.text import in_chunks

Cells = list[Any]
BATCH = 200  # records that are read at once
# The same content gives the same bytes: files carry no moment at which they were made.
EPOCH = (1980, 1, 1, 0, 0, 0)


def documents(layout: Layout, records: Iterable[Publishable]) -> Iterator[tuple[str, Document]]:
    """Give records with their slugs."""
    for some in in_chunks(list(records), BATCH):
        read = read_many(some)
        for record in some:
            yield record.slug, read[record.pk]  # type: ignore[attr-defined]


def rows_of(sheet: Sheet, slug: str, document: Document) -> Iterator[Cells]:
    """Give the rows that a record makes up in a sheet."""
    if sheet.part is None:
        yield [slug, *(_cell(column, _head(column, document)) for column in sheet.columns[1:])]
    else:
        for row in document["parts"].get(sheet.name, []):
            yield [slug, *(_cell(column, row.get(column.name)) for column in sheet.columns[1:])]


def _head(column: Column, document: Document) -> Any:
    if column.tags is not None:
        key = column.tags.columns[0].name
        return [row[key] for row in document["parts"].get(column.name, [])]
    return document["fields"].get(column.name)


def _cell(column: Column, value: Any) -> Any:
    """Give a value of a document as a cell: numbers and days as such, lists as one text."""
    if value is None or value == "" or value == []:
        return None
    if column.kind is Kind.PLACE:
        return value + 1
    if column.kind is Kind.NUMBER:
        number = Decimal(str(value)).normalize()
        return int(number) if number == number.to_integral_value() else number
    if column.kind is Kind.DAY:
        return date.fromisoformat(value)
    if column.kind is Kind.LINES:
        return "\n".join(value)
    if isinstance(value, list):
        return BETWEEN.join(str(item) for item in value)
    return plain(value) if isinstance(value, str) else value


def as_workbook(layout: Layout, records: Iterable[Publishable]) -> bytes:
    """Give records as a workbook: a sheet for the records and one for each kind of rows."""
    book = Workbook()
    del book["Sheet"]
    pages = [Page(book, sheet) for sheet in layout.sheets]
    for slug, document in documents(layout, records):
        for sheet, page in zip(layout.sheets, pages, strict=True):
            for cells in rows_of(sheet, slug, document):
                page.append(cells)
    return finished(book)


def as_archive(layout: Layout, records: Iterable[Publishable]) -> bytes:
    """Give records as CSV files in a ZIP, one a sheet."""
    texts = {sheet.name: io.StringIO() for sheet in layout.sheets}
    writers = {name: csv.writer(text, lineterminator="\r\n") for name, text in texts.items()}
    for sheet in layout.sheets:
        writers[sheet.name].writerow([column.name for column in sheet.columns])
    for slug, document in documents(layout, records):
        for sheet in layout.sheets:
            for cells in rows_of(sheet, slug, document):
                writers[sheet.name].writerow([_csv(cell) for cell in cells])
    packed = io.BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, text in texts.items():
            content = "\ufeff" + text.getvalue()
            _put(archive, f"{name}.csv", content.encode())
    return packed.getvalue()


def _csv(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith("'") else inert(cell)
    return str(cell)


class Page:
    """A sheet of a workbook: its headings stay in view, and the needed columns are marked."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self.page = page = book.create_sheet(sheet.name[:31])
        page.freeze_panes = "B2"
        page.append([column.name for column in sheet.columns])
        for place, column in enumerate(sheet.columns, start=1):
            cell = page.cell(1, place)
            cell.font = Font(bold=True)
            colour = "F3D9A4" if column.is_required else "E8E2D4"
            cell.fill = PatternFill("solid", fgColor=colour)
            wide = column.kind is Kind.TEXT and not getattr(column.column, "max_length", 1)
            page.column_dimensions[get_column_letter(place)].width = 60 if wide else 20
        # Styles are shared: looking one up for each cell would take half the time.
        self._text = self._style(alignment=Alignment(wrap_text=True, vertical="top"))
        self._quoted = self._style(
            alignment=Alignment(wrap_text=True, vertical="top"), quotePrefix=True
        )

    def append(self, cells: Cells) -> None:
        """Add a row. A text stays a text, however it begins."""
        self.page.append([self._cell(cell) for cell in cells])

    def _cell(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        cell = WriteOnlyCell(self.page, value=None)
        cell._value = value  # type: ignore[attr-defined]
        cell.data_type = "s"
        cell._style = self._quoted if FORMULA.match(value) else self._text  # type: ignore[attr-defined]
        return cell

    def _style(self, **values: Any) -> Any:
        model = WriteOnlyCell(self.page)
        for name, value in values.items():
            setattr(model, name, value)
        return model._style  # type: ignore[attr-defined]


def finished(book: Any) -> bytes:
    """Give a workbook as bytes that depend on nothing but its content."""
    book.properties.creator = "Common Ground"
    moment = datetime(*EPOCH, tzinfo=UTC).replace(tzinfo=None)
    book.properties.created = book.properties.modified = moment
    file = io.BytesIO()
    book.save(file)
    return _stable(file.getvalue(), moment)


def _stable(content: bytes, moment: datetime) -> bytes:
    """Give a ZIP whose entries carry no date."""
    packed = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as made, ZipFile(packed, "w") as archive:
        for entry in made.infolist():
            data = made.read(entry)
            if entry.filename == "docProps/core.xml":
                data = _without_moment(data, moment)
            _put(archive, entry.filename, data)
    return packed.getvalue()


def _without_moment(data: bytes, moment: datetime) -> bytes:
    """Set the moment of the last change, which openpyxl writes as it saves."""
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, data)


def _put(archive: ZipFile, name: str, data: bytes) -> None:
    entry = ZipInfo(name, EPOCH)
    entry.compress_type = ZIP_DEFLATED
    archive.writestr(entry, data)
