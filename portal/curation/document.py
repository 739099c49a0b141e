"""A record as one plain document, with all that belongs to it: read and written whole.

    {"fields": {"title": "…", "collection": "core", "countries": ["GH"], …},
     "parts": {"sources": [{"title": "…", …}, …], "figures": [{"source": 0, …}, …], …}}

References to vocabularies and other records are their natural keys (slug, code or name); references
within the record are places in another part, counted from 0. Documents may be partial: writing one
leaves alone what it does not name.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypedDict

from django.core import serializers
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from portal.changes import change
from portal.curation.anatomy import Anatomy, Part, anatomy_of
from portal.models import FormerSlug, Publishable
from portal.sync import Tally, prune_list, sync_links, sync_list, sync_named_list

Values = dict[str, Any]


class Document(TypedDict):
    """A record as plain data; see above."""

    fields: Values
    parts: dict[str, list[Values]]


# --- Reading ------------------------------------------------------------------------------------


def read(record: Publishable) -> Document:
    """Give the document of a record as it stands. One query a part and a reference."""
    return read_many([record])[record.pk]


def read_many(records: Sequence[Publishable]) -> dict[Any, Document]:
    """Give the documents of records of one kind, by primary key. One query a part."""
    if not records:
        return {}
    anatomy = anatomy_of(type(records[0]))
    rows: dict[Any, list[Model]] = {record.pk: [record] for record in records}
    for part in anatomy.parts:
        for row in part.rows_of(records):
            rows[getattr(row, f"{part.owner}_id")].append(row)
    return {key: from_serialized(anatomy, serialized(own)) for key, own in rows.items()}


def serialized(rows: Iterable[Model]) -> list[dict[str, Any]]:
    """Give rows in the form of Django's serializers, with natural keys."""
    text = serializers.serialize("json", rows, use_natural_foreign_keys=True)
    entries: list[dict[str, Any]] = json.loads(text)
    return entries


def from_serialized(anatomy: Anatomy, entries: Iterable[Mapping[str, Any]]) -> Document:
    """Give the document of rows in the form of Django's serializers: a record and its parts.

    Columns that the model no longer has are left out.
    """
    by_model: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        by_model.setdefault(entry["model"], []).append(entry)
    own = by_model[anatomy.model._meta.label_lower][0]["fields"]
    fields = {
        name: _plain(anatomy.model._meta.get_field(name), own[name])
        for name in anatomy.fields
        if name in own
    }
    parts: dict[str, list[Values]] = {}
    places: dict[str, dict[Any, int]] = {}
    for part in anatomy.parts:
        found = by_model.get(part.model._meta.label_lower, [])
        if part.is_ordered:
            found = sorted(found, key=lambda entry: entry["fields"]["position"])
        places[part.name] = {entry["pk"]: place for place, entry in enumerate(found)}
        parts[part.name] = [_row(part, entry["fields"], places) for entry in found]
        if not part.is_ordered:
            parts[part.name].sort(key=in_one_order)
    return {"fields": fields, "parts": parts}


def in_one_order(row: Values) -> str:
    """Give what rows without an order of their own are sorted by."""
    return json.dumps(row, sort_keys=True)


def _row(part: Part, fields: Mapping[str, Any], places: Mapping[str, Mapping[Any, int]]) -> Values:
    row = {}
    for column in part.columns:
        if column.name in fields:
            value = _plain(column, fields[column.name])
            target = part.refers.get(column.name)
            row[column.name] = places[target].get(value) if target else value
    return row


def _plain(column: Any, value: Any) -> Any:
    """Give a reference as a text or number instead of as a natural key, which is a list."""
    if column.many_to_many:
        return sorted(key[0] if isinstance(key, list) else key for key in value)
    if column.remote_field and isinstance(value, list):
        return value[0]
    return value


# --- Writing ------------------------------------------------------------------------------------


class Resolver:
    """Finds the rows that natural keys name, and remembers them for the next record."""

    def __init__(self) -> None:
        self._found: dict[tuple[Any, Any], Any] = {}

    def find(self, model: Any, keys: list[Any]) -> dict[Any, Any]:
        """Give the rows that there are, by key. One query for those that are not known yet."""
        unknown = [key for key in keys if (model, key) not in self._found]
        if unknown:
            name = natural_column(model)
            rows = model._default_manager.filter(**{f"{name}__in": unknown})
            if issubclass(model, Publishable):
                rows = rows.filter(working_copy_of=None)
            self._found |= {(model, getattr(row, name)): row for row in rows}
            self._find_former(model, name, [k for k in unknown if (model, k) not in self._found])
        return {key: self._found[model, key] for key in keys if (model, key) in self._found}

    def _find_former(self, model: Any, name: str, missing: list[Any]) -> None:
        """Find what is called otherwise since the document was written."""
        if not missing:
            return
        former = FormerSlug.objects.filter(model=model._meta.label_lower, slug__in=missing)
        now = dict(former.values_list("slug", "current"))
        rows = model._default_manager.filter(**{f"{name}__in": now.values()}) if now else ()
        by_key = {getattr(row, name): row for row in rows}
        self._found |= {(model, old): by_key[key] for old, key in now.items() if key in by_key}


class Lost(list[str]):
    """References of a document that lead nowhere any more, in words: they were left out."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        super().__init__()
        self.resolver = resolver or Resolver()


def write(
    record: Publishable,
    document: Document,
    with_borrowed: bool = False,
    resolver: Resolver | None = None,
) -> Lost:
    """Bring a record in line with a document, all or nothing, and give what could not be kept.

    A row of the database is only written where it differs. A new record is created. What is not in
    the document stays as it is; borrowed parts are left alone unless they are asked for.
    """
    if record._state.adding:
        return create([(record, document)], with_borrowed, resolver)
    lost, tally = Lost(resolver), Tally()
    with change():
        _write_fields(record, document["fields"], lost)
        wanted = [
            (part, document["parts"][part.name])
            for part in _parts_written(record, with_borrowed)
            if part.name in document["parts"]
        ]
        placed: dict[str, list[Model]] = {}
        for part, rows in wanted:
            present = _present(part, rows, record, placed, lost)
            placed[part.name] = _write_part(part, record, present, tally)
        # Rows that others refer to go last.
        for part, rows in reversed(wanted):
            if part.is_ordered and not part.key:
                prune_list(part.model, {part.owner: record}, len(rows), tally)
    return lost


def create(
    wanted: Sequence[tuple[Publishable, Document]],
    with_borrowed: bool = False,
    resolver: Resolver | None = None,
) -> Lost:
    """Create records of one kind from documents, all or nothing; give what could not be kept.

    As many statements as for one record: an import of thousands could not wait for more.
    """
    lost = Lost(resolver)
    records = [record for record, _document in wanted]
    with change() as touched:
        for record, document in wanted:
            _set_columns(record, document["fields"], lost)
        type(records[0])._default_manager.bulk_create(records)
        _create_links(wanted, lost)
        placed: list[dict[str, list[Model]]] = [{} for _record in records]
        for part in _parts_written(records[0], with_borrowed):
            for (record, document), places in zip(wanted, placed, strict=True):
                rows = document["parts"].get(part.name, [])
                present = _present(part, rows, record, places, lost)
                places[part.name] = _new_rows(part, record, present)
            rows_of_all = [row for places in placed for row in places[part.name]]
            part.model._default_manager.bulk_create(rows_of_all)
        for record in records:
            touched.note(record)  # nobody else does that for rows in bulk
    return lost


def _parts_written(record: Publishable, with_borrowed: bool) -> list[Part]:
    return [part for part in anatomy_of(type(record)).parts if with_borrowed or not part.borrowed]


def _set_columns(record: Publishable, fields: Values, lost: Lost) -> bool:
    """Set the columns of a record, and say whether one differs."""
    differs = False
    for name, value in fields.items():
        column: Any = record._meta.get_field(name)
        if column.many_to_many:
            continue
        wanted = in_python(column, value, lost)
        if getattr(record, column.attname) != wanted:
            setattr(record, column.attname, wanted)
            differs = True
    return differs


def _links(record: Publishable, fields: Values) -> list[Any]:
    """Give the many-to-many columns that a document names."""
    columns: list[Any] = [record._meta.get_field(name) for name in fields]
    return [column for column in columns if column.many_to_many]


def _write_fields(record: Publishable, fields: Values, lost: Lost) -> None:
    """Set columns and save where one differs; then the links."""
    if _set_columns(record, fields, lost):
        record.save()
    for column in _links(record, fields):
        found = resolve(column, fields[column.name], lost)
        sync_links(getattr(record, column.name), found, column.name, Tally())


def _create_links(wanted: Sequence[tuple[Publishable, Document]], lost: Lost) -> None:
    """Tie new records to others, with one statement for each many-to-many column."""
    ties: dict[Any, list[Model]] = {}
    for record, document in wanted:
        for column in _links(record, document["fields"]):
            through = column.remote_field.through
            own, other = column.m2m_field_name(), column.m2m_reverse_field_name()
            ties.setdefault(through, []).extend(
                through(**{f"{own}_id": record.pk, f"{other}_id": row.pk})
                for row in resolve(column, document["fields"][column.name], lost)
            )
    for through, rows in ties.items():
        through._default_manager.bulk_create(rows)


def _present(
    part: Part, rows: list[Values], record: Model, placed: Mapping[str, list[Model]], lost: Lost
) -> list[Values]:
    """Give the values of the rows of a part, without those whose reference is gone."""
    values = [_values(part, row, record, placed, lost) for row in rows]
    return [row for row in values if row is not None]


def _values(
    part: Part, row: Values, record: Model, placed: Mapping[str, list[Model]], lost: Lost
) -> Values | None:
    """Give a row's values as Python has them; nothing if what it hangs on is gone."""
    values: Values = {}
    for column in part.columns:
        if column.name not in row:
            continue
        if target := part.refers.get(column.name):
            there = placed.get(target) or list(
                next(p for p in anatomy_of(type(record)).parts if p.name == target).rows(record)
            )
            place = row[column.name]
            if not isinstance(place, int) or not 0 <= place < len(there):
                raise ValidationError(
                    _("A row of “%s” names none of the “%s”.") % (part.name, target)
                )
            values[f"{column.name}_id"] = there[place].pk
            continue
        value = in_python(column, row[column.name], lost)
        if value is None and column.remote_field and not column.null:
            return None
        values[column.attname] = value
    return values


def in_python(column: Any, value: Any, lost: Lost) -> Any:
    """Give a value of a document as Python has it; a reference as a primary key, or nothing.

    Raises ValidationError for a value that the column cannot hold.
    """
    if column.remote_field:
        found = resolve(column, [] if value is None else [value], lost)
        return found[0].pk if found else None
    return column.to_python(value)


def resolve(column: Any, keys: Iterable[Any], lost: Lost) -> list[Any]:
    """Give the rows that natural keys name, noting those that are gone. At most one query."""
    model, wanted = column.related_model, list(keys)
    found = lost.resolver.find(model, wanted)
    lost += [f"{model._meta.verbose_name}: {key}" for key in wanted if key not in found]
    return [found[key] for key in wanted if key in found]


def natural_column(model: type[Model]) -> str:
    """Give the column that names a row in words: its slug, its name or its code."""
    if not hasattr(model, "natural_key"):
        return model._meta.pk.name
    for name in ("slug", "name"):
        try:
            model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        return name
    raise TypeError(f"{model} has a natural key of columns that are not known here")


def _new_rows(part: Part, record: Model, wanted: list[Values]) -> list[Model]:
    """Give the rows of a new record, not created yet."""
    return [
        part.model(
            **{part.owner: record},
            **values,
            **({"position": place} if part.is_ordered else {}),
        )
        for place, values in enumerate(wanted)
    ]


def _write_part(part: Part, record: Model, wanted: list[Values], tally: Tally) -> list[Model]:
    """Bring the rows of a part in line and give them in order. Rows beyond the end may remain."""
    owner = {part.owner: record}
    if not part.is_ordered:
        _write_set(part, owner, wanted)
    elif part.key:
        sync_named_list(part.model, owner, wanted, part.key, tally)
    else:
        return sync_list(part.model, owner, wanted, tally)
    return list(part.rows(record))


def _write_set(part: Part, owner: Values, wanted: list[Values]) -> None:
    """Bring rows without an order in line: known by their key, or else by all they hold."""
    names = part.key or tuple(column.attname for column in part.columns)
    by_key = {tuple(values[name] for name in names): values for values in wanted}
    for row in part.model._default_manager.filter(part.only, **owner):
        values = by_key.pop(tuple(getattr(row, name) for name in names), None)
        if values is None:
            row.delete()
        elif any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            row.save()
    for values in by_key.values():
        part.model._default_manager.create(**owner, **values)
