"""The template that is filled in: sheets with drop-down lists, three examples, a dictionary."""

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from portal.models import Publishable
from portal.spreadsheets.layout import KEY, Column, Kind, Layout, key_of
from portal.spreadsheets.understanding import EXAMPLE
from portal.spreadsheets.writing import Page, finished

EXAMPLES = 3
ROWS = 2_000  # rows that have drop-down lists


def template(layout: Layout) -> bytes:
    """Give an empty workbook to fill in. Rows whose slug begins with “example-” are skipped."""
    book = Workbook()
    del book["Sheet"]
    lists = _Lists(book)
    for sheet in layout.sheets:
        page = Page(book, sheet)
        for number in range(1, EXAMPLES + 1):
            page.append([lists.example(column, number) for column in sheet.columns])
        for place, column in enumerate(sheet.columns, start=1):
            lists.offer(page.page, column, get_column_letter(place))
    _dictionary(book, layout, lists)
    lists.write()
    return finished(book)


class _Lists:
    """The values of the drop-down lists, on a hidden sheet."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._columns: dict[tuple[str, ...], str] = {}

    def values(self, column: Column) -> tuple[str, ...]:
        """Give the values that a column offers; none where anything may stand."""
        if column.choices:
            return tuple(value for value, _label in column.choices)
        if column.model is None:
            return ()
        rows: Any = column.model._default_manager
        if issubclass(column.model, Publishable):
            rows = rows.filter(working_copy_of=None)
        key = key_of(column.model)
        return tuple(str(value) for value in rows.order_by(key).values_list(key, flat=True))

    def offer(self, page: Any, column: Column, letter: str) -> None:
        """Give a column its drop-down list; where several may be chosen, any text is allowed."""
        values = self.values(column)
        if not values:
            return
        place = self._columns.setdefault(values, get_column_letter(len(self._columns) + 1))
        formula = f"{quote_sheetname('lists')}!${place}$1:${place}${len(values)}"
        several = column.kind in (Kind.CHOICES, Kind.REFERENCES)
        rule = DataValidation("list", formula1=formula, allow_blank=True)
        rule.showErrorMessage = not several
        rule.error = _("Choose one of the list.")
        page.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{ROWS}")

    def example(self, column: Column, number: int) -> Any:
        """Give what an example row has in a column."""
        if column.name == KEY:
            return f"{EXAMPLE}{number}"
        values = self.values(column)
        if values:
            return values[(number - 1) % len(values)]
        is_year = "year" in column.name or column.name.endswith("as_of")
        examples = {
            Kind.WHOLE: 2020 + number if is_year else number,
            Kind.NUMBER: number,
            Kind.DAY: f"2024-0{number}-15",
            Kind.PLACE: 1,
        }
        if column.name == "url" or column.name.endswith("_url"):
            return f"https://example.org/{number}"
        return examples.get(column.kind, _("Example text %d") % number)

    def write(self) -> None:
        """Write the hidden sheet."""
        sheet = self._book.create_sheet("lists")
        sheet.sheet_state = "hidden"
        for place, values in enumerate(self._columns, start=1):
            for number, value in enumerate(values, start=1):
                sheet.cell(number, place, value)


def _dictionary(book: Any, layout: Layout, lists: _Lists) -> None:
    """Add the sheet that says what every column holds, with an example."""
    page = book.create_sheet("dictionary")
    heads = [
        _("Sheet"), _("Column"), _("What it holds"), _("Values"), _("Needed"), _("Example"),
    ]  # fmt: skip
    page.append(heads)
    for sheet in layout.sheets:
        for column in sheet.columns:
            meaning = column.meaning or column.label
            needed = _("yes") if column.is_required else ""
            example = lists.example(column, 1)
            page.append([sheet.name, column.name, meaning, column.values, needed, example])
    for letter, width in zip("ABCDEF", (24, 28, 60, 70, 10, 30), strict=True):
        page.column_dimensions[letter].width = width
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.append([])
    for text in (
        _("Rows whose slug begins with “example-” are skipped. Delete them, or leave them."),
        _("A column that you leave out changes nothing. An empty cell empties the value."),
        _("A sheet that you leave out changes nothing. A record without rows in a sheet has none."),
        _("The slug says which record a row is: a known one is changed, a new one is made."),
    ):
        page.append([text])
