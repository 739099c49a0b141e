"""What an import would do, record by record, without doing it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import CheckConstraint
from django.utils.translation import gettext as _

from portal.curation.compare import differences
from portal.curation.document import Document, in_one_order, read_many
from portal.models import PublicationState, Publishable
from portal.spreadsheets.layout import KEY, Kind, Layout
from portal.spreadsheets.reading import Fault
from portal.spreadsheets.understanding import Incoming, Understood
from portal.text import in_chunks

Progress = Callable[[int, int], None]
BATCH = 200  # records that are read at once
EMPTY: Document = {"fields": {}, "parts": {}}


class Status(StrEnum):
    """What becomes of a record."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


@dataclass
class Planned:
    """A record, and what would become of it."""

    slug: str
    title: str
    status: Status
    document: Document
    row: int | None = None
    target: Publishable | None = None
    differences: list[dict[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Give what the report shows of it, as plain data."""
        return {
            "slug": self.slug,
            "title": self.title,
            "row": self.row,
            "status": self.status.value,
            "differences": self.differences,
            "faults": [asdict(fault) for fault in self.faults],
        }


@dataclass
class Plan:
    """All records of a file, and faults that stand in none of their rows.

    `notes` are no faults: what whoever sends the file may not see in it.
    """

    records: list[Planned]
    faults: list[Fault]
    skipped: int
    notes: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Say whether it may be carried out: nothing is faulty."""
        return not self.faults and all(each.status != Status.FAULTY for each in self.records)

    def count(self, status: Status) -> int:
        """Count the records with a status."""
        return sum(each.status == status for each in self.records)

    def shown(self) -> dict[str, Any]:
        """Give the report as plain data."""
        return {
            "counts": {status.value: self.count(status) for status in Status},
            "skipped": self.skipped,
            "notes": self.notes,
            "is_sound": self.is_sound,
            "faults": [asdict(fault) for fault in self.faults],
            "records": [each.shown() for each in self.records if each.status != Status.UNCHANGED],
        }


def plan(layout: Layout, understood: Understood, collection: str, progress: Progress) -> Plan:
    """Give what would become of every record of a file.

    `collection` is where new records go whose rows name none.
    """
    model: Any = layout.anatomy.model
    slugs = [item.slug for item in understood.incoming]
    rows = model._default_manager.filter(slug__in=slugs)
    records = {row.slug: row for row in rows.filter(working_copy_of=None)}
    copies = {row.slug: row for row in rows.exclude(working_copy_of=None)}
    planned = []
    for some in in_chunks(understood.incoming, BATCH):
        targets = {i.slug: copies.get(i.slug) or records.get(i.slug) for i in some}
        before = read_many([target for target in targets.values() if target])
        for item in some:
            target = targets[item.slug]
            document = before[target.pk] if target else EMPTY
            planned.append(_planned(layout, item, target, document, collection))
        progress(len(planned), len(slugs))
    _check_numbers(layout, planned)
    return Plan(planned, understood.faults, understood.skipped, understood.notes)


def _planned(
    layout: Layout,
    item: Incoming,
    target: Publishable | None,
    before: Document,
    collection: str,
) -> Planned:
    """Give what would become of one record; `before` is how it stands now."""
    model: Any = layout.anatomy.model
    document, faults = item.document, list(item.faults)
    fields = document["fields"]
    title = str(fields.get("title") or target or item.slug)
    planned = Planned(item.slug, title, Status.NEW, document, item.row, target)
    if target is None:
        fields[KEY] = item.slug
        names_collection = any(column.name == "collection" for column in layout.head.columns)
        if names_collection and collection and not fields.get("collection"):
            fields["collection"] = collection
        faults += _missing(layout, item)
    else:
        planned.status = Status.CHANGED
    before = _tidied(before)
    _complete(layout, document, before)
    faults += _repeated(layout, item)
    faults += _places(layout, item, before)
    if not faults:
        faults += _constraints(layout, item, target or model(), before)
    if target is not None and not faults:
        found = differences(layout.anatomy, before, document)
        if not found:
            planned.status = Status.UNCHANGED
        elif reason := _closed(target):
            faults.append(Fault(layout.head.name, f"A{item.row or ''}", reason))
        planned.differences = [
            {"label": each.label, "before": str(each.before_html), "after": str(each.after_html)}
            for each in found
        ]
    planned.faults = faults
    if faults:
        planned.status = Status.FAULTY
    return planned


def _complete(layout: Layout, document: Document, before: Document) -> None:
    """Give rows the values of columns that their sheet leaves out: those that they have now.

    A row is known by its key or else by its place; a new one gets what the table itself would give.
    """
    for sheet in layout.sheets[1:]:
        if sheet.part is None or sheet.name not in document["parts"]:
            continue
        columns = [column.column for column in sheet.columns[1:]]
        keys = [name.removesuffix("_id") for name in sheet.part.key]
        present = before["parts"].get(sheet.name, [])
        by_key = {tuple(row.get(key) for key in keys): row for row in present} if keys else {}
        for place, row in enumerate(document["parts"][sheet.name]):
            at_place = present[place] if place < len(present) else {}
            known = by_key.get(tuple(row.get(key) for key in keys), {}) if keys else at_place
            for column in columns:
                if column.name not in row and not column.remote_field:
                    row[column.name] = known.get(column.name, column.get_default())
        if not sheet.part.is_ordered:
            document["parts"][sheet.name].sort(key=in_one_order)


def _tidied(document: Document) -> Document:
    """Give a document as its texts look in a spreadsheet: no spaces around, plain line ends."""

    def tidy(value: Any) -> Any:
        return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value

    def row(values: dict[str, Any]) -> dict[str, Any]:
        return {name: tidy(value) for name, value in values.items()}

    parts = {name: [row(each) for each in rows] for name, rows in document["parts"].items()}
    return {"fields": row(document["fields"]), "parts": parts}


def _repeated(layout: Layout, item: Incoming) -> Iterator[Fault]:
    """Give rows that say the same thing twice, such as one company in one role."""
    for sheet in layout.sheets[1:]:
        if sheet.part is None or not sheet.part.key:
            continue
        keys = [name.removesuffix("_id") for name in sheet.part.key]
        seen: set[tuple[Any, ...]] = set()
        for row in item.document["parts"].get(sheet.name, []):
            key = tuple(row.get(name) for name in keys)
            if key in seen:
                reason = _("“%(slug)s” has two rows with %(key)s.")
                words = {"slug": item.slug, "key": ", ".join(map(str, key))}
                yield Fault(sheet.name, "", reason % words)
            seen.add(key)


def _closed(target: Publishable) -> str:
    """Give why a record cannot be changed now; nothing if it can."""
    if target.state == PublicationState.IN_REVIEW:
        return _("This record is in review. Let it be sent back or published first.")
    if target.state == PublicationState.ARCHIVED:
        return _("This record is archived. Reopen it first.")
    return ""


def _missing(layout: Layout, item: Incoming) -> Iterator[Fault]:
    """Give the columns that a new record cannot do without."""
    for column in layout.head.columns:
        there = item.document["parts"] if column.tags else item.document["fields"]
        if column.is_required and column.name not in (KEY, *there, *item.refused):
            reason = _("A new record needs the column “%s”.") % column.name
            yield Fault(layout.head.name, f"A{item.row or ''}", reason)


def _places(layout: Layout, item: Incoming, before: Document) -> Iterator[Fault]:
    """Give references to rows of other sheets that are not there."""
    parts = item.document["parts"]
    for sheet in layout.sheets[1:]:
        for column in sheet.columns:
            if column.kind is not Kind.PLACE:
                continue
            there = len(parts.get(column.target, before["parts"].get(column.target, [])))
            for number, row in enumerate(parts.get(sheet.name, []), start=1):
                place = row.get(column.name)
                if place is not None and place >= there:
                    reason = _("“%(slug)s”: row %(n)d names no. %(p)d of “%(t)s”, which has %(l)d.")
                    words = {"slug": item.slug, "n": number, "p": place + 1,
                             "t": column.target, "l": there}  # fmt: skip
                    yield Fault(sheet.name, "", reason % words)


def _constraints(
    layout: Layout, item: Incoming, probe: Publishable, before: Document
) -> Iterator[Fault]:
    """Give what the table itself would refuse: years out of order, half a pair of coordinates."""
    model: Any = layout.anatomy.model
    values = {**before["fields"], **item.document["fields"]}
    columns = {c.name: c for c in model._meta.concrete_fields if not c.remote_field}
    row = model(**{n: columns[n].to_python(v) for n, v in values.items() if n in columns})
    relations = {field.name for field in model._meta.get_fields() if field.is_relation}
    for constraint in model._meta.constraints:
        told = constraint.violation_error_message != constraint.default_violation_error_message
        if isinstance(constraint, CheckConstraint) and told:
            try:
                constraint.validate(model, row, exclude=relations)
            except ValidationError as error:
                reasons = getattr(error, "message_dict", {NON_FIELD_ERRORS: error.messages})
                text = " ".join(reason for each in reasons.values() for reason in each)
                yield Fault(layout.head.name, f"A{item.row or ''}", text)


def _check_numbers(layout: Layout, planned: list[Planned]) -> None:
    """Note columns that no two records may share, such as a lesson's number."""
    model: Any = layout.anatomy.model
    for constraint in model._meta.constraints:
        names = [name for name in getattr(constraint, "fields", ()) if name != KEY]
        if len(names) != 1 or not hasattr(constraint, "condition"):
            continue
        name = names[0]
        taken = dict(model._default_manager.filter(working_copy_of=None).values_list(name, KEY))
        for each in planned:
            value = each.document["fields"].get(name)
            if value is None:
                continue
            owner = taken.setdefault(value, each.slug)
            if owner != each.slug:
                reason = _("%(column)s %(value)s belongs to “%(slug)s”.")
                words = {"column": name, "value": value, "slug": owner}
                each.faults.append(Fault(layout.head.name, f"A{each.row or ''}", reason % words))
                each.status = Status.FAULTY
