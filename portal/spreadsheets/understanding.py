"""Tables of cells as documents of records: every cell is understood, or named with the reason."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from rapidfuzz import fuzz, process

from portal.curation.document import Document
from portal.models import FormerSlug, Publishable
from portal.spreadsheets.layout import KEY, Column, Kind, Layout, Sheet, key_of
from portal.spreadsheets.reading import Fault, RawTable, Row, Value
from portal.spreadsheets.scanning import FileRefusedError
from portal.text import fold

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EXAMPLE = "example-"  # rows of the template that show how it is done
MOST_RECORDS = 5_000
LONGEST_NUMBER = 30  # digits, beyond any that a column holds
ALIKE = 60  # of 100, from which a word is offered as the one that was meant


@dataclass
class Incoming:
    """A record as a file brings it. `row` is its place in the sheet of the records, if there."""

    slug: str
    document: Document
    row: int | None = None
    faults: list[Fault] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # columns of its row that were not understood


@dataclass
class Understood:
    """All that a file brings, with what is wrong in no record's row."""

    incoming: list[Incoming]
    faults: list[Fault]
    skipped: int = 0
    notes: list[str] = field(default_factory=list)


class Names:
    """What the rows of a vocabulary are called: by slug, code, name and other names."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model

    @cached_property
    def _known(self) -> dict[str, list[Any]]:
        """The keys of the rows by what they are called: several where they share a name.

        A present key means its own row alone, whatever else is called so.
        """
        key = key_of(self.model)
        by_key: dict[str, list[Any]] = {}
        known: defaultdict[str, dict[Any, None]] = defaultdict(dict)
        rows: Any = self.model._default_manager
        if issubclass(self.model, Publishable):
            rows = rows.filter(working_copy_of=None)
        for row in rows.all():
            value = getattr(row, key)
            by_key[fold(str(value))] = [value]
            for name in self._names_of(row):
                known[fold(str(name))][value] = None
        former = FormerSlug.objects.filter(model=self.model._meta.label_lower)
        for old, current in former.values_list("slug", "current"):
            if fold(current) in by_key:
                known[fold(old)][by_key[fold(current)][0]] = None
        return {name: list(values) for name, values in known.items()} | by_key

    def _names_of(self, row: Any) -> Iterable[str]:
        """Give everything that a row is called."""
        if isinstance(row, Publishable):
            return ()
        own = [getattr(row, name, "") for name in ("name", "name_fr", "name_es", "name_pt")]
        return [*filter(None, own), *getattr(row, "aliases", ())]

    def find(self, text: str) -> Any:
        """Give the key of the row that a text names.

        Raises ValueError with the nearest one where there is none, with all where there are more.
        """
        found = self._known.get(fold(text))
        if found is None:
            kind = self.model._meta.verbose_name
            near = process.extractOne(fold(text), self._known.keys(), scorer=fuzz.ratio)
            reason = _("There is no %(kind)s “%(text)s”.") % {"kind": kind, "text": text[:80]}
            if near and near[1] >= ALIKE:
                reason += " " + _("Did you mean “%s”?") % self._known[near[0]][0]
            raise ValueError(reason)
        if len(found) > 1:
            reason = _("“%(text)s” is a name of several: %(keys)s. Write which one is meant.")
            keys = ", ".join(f"“{value}”" for value in sorted(map(str, found)))
            raise ValueError(reason % {"text": text[:80], "keys": keys})
        return found[0]


class Understanding:
    """Understands the tables of one file for one kind of record."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.faults: list[Fault] = []
        self._names: dict[type[Model], Names] = {}

    def understand(self, tables: list[RawTable]) -> Understood:
        """Give the documents that the tables hold."""
        head: RawTable | None = None
        is_readable = True
        parts: list[tuple[Sheet, RawTable]] = []
        for table in self._known_tables(tables):
            sheet = self.layout.names[table.name]
            if not self._check_columns(sheet, table):
                is_readable = False
                continue
            if sheet.part is None:
                head = table
            else:
                parts.append((sheet, table))
        incoming = self._records(head) if head else {}
        for sheet, table in parts if is_readable else []:
            self._add_rows(sheet, table, incoming, is_alone=head is None)
        skipped = sum(
            str(row.cells.get(KEY, "")).startswith(EXAMPLE)
            for table in ([head] if head else [])
            for row in table.rows
        )
        for table in tables:
            self.faults += table.faults
        notes = [note for table in tables for note in table.notes]
        return Understood(list(incoming.values()), self._spread(incoming), skipped, notes)

    def _spread(self, incoming: dict[str, Incoming]) -> list[Fault]:
        """Give faults to the records in whose rows they stand; keep the others."""
        by_row = {item.row: item for item in incoming.values() if item.row}
        rest = []
        for fault in self.faults:
            number = int(re.sub(r"\D", "", fault.cell.split(":")[0]) or 0)
            owner = by_row.get(number) if fault.sheet == self.layout.head.name else None
            if owner is not None:
                owner.faults.append(fault)
            else:
                rest.append(fault)
        return rest

    # --- Tables and columns ---------------------------------------------------------------------

    def _known_tables(self, tables: list[RawTable]) -> list[RawTable]:
        """Give the tables whose names are known; a single CSV file may have any name."""
        known, seen = [], set()
        for table in tables:
            name = fold(table.name).replace(" ", "_")
            if name not in self.layout.names and len(tables) == 1:
                name = self._guess(table)
            if name not in self.layout.names:
                reason = _("There is no sheet “%(sheet)s”. There are: %(known)s.")
                words = {"sheet": table.name, "known": ", ".join(self.layout.names)}
                self.faults.append(Fault(table.name, "", reason % words))
                continue
            if name in seen:
                self.faults.append(Fault(table.name, "", _("This sheet is there twice.")))
                continue
            seen.add(name)
            table.faults = [Fault(name, fault.cell, fault.reason) for fault in table.faults]
            table.name = name
            known.append(table)
        return known

    def _guess(self, table: RawTable) -> str:
        """Give the sheet whose columns a table has most of."""
        heads = {fold(head) for head in table.columns if head}
        best = max(
            self.layout.sheets,
            key=lambda sheet: len(heads & set(sheet.by_name)) - (sheet.part is not None) / 2,
        )
        return best.name if heads & set(best.by_name) else table.name

    def _check_columns(self, sheet: Sheet, table: RawTable) -> bool:
        """Translate headings to the names of columns; note those that are unknown or missing."""
        labels = {fold(column.label): column.name for column in sheet.columns}
        names = {fold(column.name): column.name for column in sheet.columns}
        renamed: dict[str, str] = {}
        fine = True
        for place, head in enumerate(table.columns):
            if not head:
                continue
            name = names.get(fold(head)) or labels.get(fold(head))
            cell = f"{_letter(place)}1"
            if name is None:
                near = process.extractOne(fold(head), names.keys(), scorer=fuzz.ratio)
                reason = _("There is no column “%s”.") % head[:60]
                if near and near[1] >= ALIKE:
                    reason += " " + _("Did you mean “%s”?") % names[near[0]]
                self.faults.append(Fault(sheet.name, cell, reason))
                fine = False
            elif name in renamed.values():
                self.faults.append(Fault(sheet.name, cell, _("This column is there twice.")))
                fine = False
            else:
                renamed[head] = name
        if KEY not in renamed.values():
            reason = _("The column “slug” is missing: it says which record a row is.")
            self.faults.append(Fault(sheet.name, "A1", reason))
            return False
        for row in table.rows:
            row.letters = {renamed[head]: at for head, at in row.letters.items() if head in renamed}
            row.cells = {renamed[head]: v for head, v in row.cells.items() if head in renamed}
        table.columns = list(renamed.values())
        return fine

    # --- Rows -----------------------------------------------------------------------------------

    def _records(self, table: RawTable) -> dict[str, Incoming]:
        """Give the records of the first sheet, by slug. Raises FileRefusedError for too many."""
        if len(table.rows) > MOST_RECORDS:
            most = _("The file has more than %d records. Split it into several.") % MOST_RECORDS
            raise FileRefusedError(most)
        found: dict[str, Incoming] = {}
        sheet = self.layout.head
        for row in table.rows:
            slug = self._slug(sheet, row)
            if slug is None or slug.startswith(EXAMPLE):
                continue
            if slug in found:
                reason = _("The slug “%(slug)s” stands in row %(row)d already.")
                words = {"slug": slug, "row": found[slug].row}
                self.faults.append(Fault(sheet.name, row.place(KEY), reason % words))
                continue
            item = found[slug] = Incoming(slug, {"fields": {}, "parts": {}}, row.number)
            for name in table.columns:
                if name != KEY:
                    self._take(item, sheet, sheet.by_name[name], row)
        return found

    def _slug(self, sheet: Sheet, row: Row) -> str | None:
        text = str(row.cells.get(KEY, ""))
        if not text:
            reason = _("The slug is missing: it says which record the row is.")
            self.faults.append(Fault(sheet.name, row.place(KEY) or f"A{row.number}", reason))
            return None
        if not SLUG.fullmatch(text) or len(text) > 80:
            reason = _(
                "“%s” is no slug: small letters, digits and single hyphens, at most 80 of them."
            )
            self.faults.append(Fault(sheet.name, row.place(KEY), reason % text[:90]))
            return None
        return text

    def _take(self, item: Incoming, sheet: Sheet, column: Column, row: Row) -> None:
        """Put the value of a cell into a record's document, or note what is wrong."""
        try:
            value = self._value(column, row.cells.get(column.name))
        except ValueError as error:
            item.faults.append(Fault(sheet.name, row.place(column.name), str(error)))
            item.refused.add(column.name)
            return
        if column.tags is not None:
            name = column.tags.columns[0].name
            item.document["parts"][column.name] = [{name: key} for key in value]
        else:
            item.document["fields"][column.name] = value

    def _add_rows(
        self, sheet: Sheet, table: RawTable, incoming: dict[str, Incoming], is_alone: bool
    ) -> None:
        """Put the rows of a further sheet into the documents of their records.

        A record that stands in the first sheet and has no rows here has none. Where there is no
        first sheet, only the records that are named here are meant.
        """
        for item in incoming.values():
            if item.row is not None:
                item.document["parts"].setdefault(sheet.name, [])
        for row in table.rows:
            slug = self._slug(sheet, row)
            if slug is None or slug.startswith(EXAMPLE):
                continue
            if slug not in incoming and not is_alone:
                reason = _("“%(slug)s” does not stand in the sheet “%(sheet)s”.")
                words = {"slug": slug, "sheet": self.layout.head.name}
                self.faults.append(Fault(sheet.name, row.place(KEY), reason % words))
                continue
            item = incoming.setdefault(slug, Incoming(slug, {"fields": {}, "parts": {}}))
            values: dict[str, Any] = {}
            for name in table.columns:
                if name == KEY:
                    continue
                column = sheet.by_name[name]
                try:
                    values[name] = self._value(column, row.cells.get(name))
                except ValueError as error:
                    item.faults.append(Fault(sheet.name, row.place(name), str(error)))
            item.document["parts"].setdefault(sheet.name, []).append(values)
            self._check_row(item, sheet, row, values)

    def _check_row(self, item: Incoming, sheet: Sheet, row: Row, values: dict[str, Any]) -> None:
        """Note columns that a row of a part cannot do without."""
        for column in sheet.columns:
            if column.is_required and column.name not in (KEY, *values):
                if any(fault.cell == row.place(column.name) for fault in item.faults):
                    continue
                reason = _("The column “%s” is missing.") % column.name
                item.faults.append(Fault(sheet.name, f"A{row.number}", reason))

    # --- Values ---------------------------------------------------------------------------------

    def _value(self, column: Column, value: Value) -> Any:
        """Give a cell as a document writes it. Raises ValueError with the reason."""
        if value is None or value == "":
            return self._empty(column)
        parse: dict[Kind, Callable[[Column, Value], Any]] = {
            Kind.TEXT: self._a_text,
            Kind.WHOLE: self._a_whole,
            Kind.NUMBER: self._a_number,
            Kind.DAY: self._a_day,
            Kind.CHOICE: self._a_choice,
            Kind.CHOICES: lambda c, v: [self._a_choice(c, each) for each in _several(v)],
            Kind.LINES: lambda c, v: [line.strip() for line in str(v).split("\n") if line.strip()],
            Kind.REFERENCE: self._a_reference,
            Kind.REFERENCES: lambda c, v: sorted({self._a_reference(c, x) for x in _several(v)}),
            Kind.PLACE: self._a_place,
        }
        found = parse[column.kind](column, value)
        if column.model is None and column.column is not None and column.kind is not Kind.PLACE:
            try:
                column.column.clean(column.column.to_python(found), None)
            except ValidationError as error:
                raise ValueError(" ".join(error.messages)) from error
        return found

    def _empty(self, column: Column) -> Any:
        """Give what an empty cell means. Raises ValueError where a value is needed."""
        if column.kind in (Kind.CHOICES, Kind.LINES, Kind.REFERENCES) and not column.is_required:
            return []
        if column.is_required:
            raise ValueError(_("“%s” is needed.") % column.label)
        if column.kind in (Kind.TEXT, Kind.CHOICE) and not getattr(column.column, "null", False):
            if column.kind is Kind.CHOICE:
                return column.column.get_default()
            return ""
        return None

    def _a_text(self, column: Column, value: Value) -> str:
        if isinstance(value, bool):
            raise ValueError(_("A text is wanted here, not true or false."))
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def _a_whole(self, column: Column, value: Value) -> int:
        number = self._a_decimal(value)
        if number != number.to_integral_value():
            raise ValueError(_("“%s” is no whole number.") % value)
        return int(number)

    def _a_number(self, column: Column, value: Value) -> str:
        number = self._a_decimal(value)
        places = column.column.decimal_places
        exact = number.quantize(Decimal(1).scaleb(-places)) if abs(number) < 10**15 else number
        if exact != number:
            raise ValueError(_("“%(n)s” has more than %(p)d decimals.") % {"n": value, "p": places})
        return str(exact)

    def _a_decimal(self, value: Value) -> Decimal:
        if isinstance(value, bool | date):
            raise ValueError(_("“%s” is no number.") % value)
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            reason = _("“%s” is no number. Write it with digits and a point, such as 1250.5.")
            raise ValueError(reason % str(value)[:40]) from None
        if not number.is_finite() or number.adjusted() > LONGEST_NUMBER:
            raise ValueError(_("“%s” is no number.") % value)
        return number

    def _a_day(self, column: Column, value: Value) -> str:
        if isinstance(value, date):
            return value.isoformat()
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date().isoformat()
        except ValueError:
            reason = _("“%s” is no day. Write it as year-month-day, such as 2024-05-31.")
            raise ValueError(reason % str(value)[:40]) from None

    def _a_choice(self, column: Column, value: Value) -> str:
        wanted = fold(str(value).strip())
        for key, label in column.choices:
            if wanted in (fold(key), fold(label)):
                return key
        keys = [key for key, _label in column.choices]
        near = process.extractOne(wanted, keys, scorer=fuzz.ratio)
        hint = _("Did you mean “%s”?") % near[0] if near and near[1] >= ALIKE else ""
        reason = _("“%(value)s” is not in the list: %(list)s.")
        words = {"value": str(value)[:40], "list": ", ".join(keys)}
        raise ValueError(f"{reason % words} {hint}".strip())

    def _a_reference(self, column: Column, value: Value) -> Any:
        assert column.model is not None
        if column.model not in self._names:
            self._names[column.model] = Names(column.model)
        return self._names[column.model].find(str(value).strip())

    def _a_place(self, column: Column, value: Value) -> int:
        number = self._a_whole(column, value)
        if number < 1:
            raise ValueError(_("Rows are counted from 1."))
        return number - 1


def _several(value: Value) -> list[str]:
    """Give the values of a cell that holds several."""
    return [part.strip() for part in re.split(r"[;\n]", str(value)) if part.strip()]


def _letter(place: int) -> str:
    return get_column_letter(place + 1)
