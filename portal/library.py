"""The library as data: reads folders of JSON files, checks all of it, then writes all or nothing.

Each app declares its own files in its library.py as a `Part` and registers it here; this module
knows no content. A part is read, then checked against the other parts, and only when nobody has
found a problem are all parts written, in one transaction.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Protocol, TypeVar

from django.core.exceptions import ValidationError as FieldError
from django.db import models, transaction
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, TypeAdapter
from pydantic import ValidationError as RecordError

from portal.changes import change
from portal.curation.care import Care
from portal.sync import Tally


@dataclass(frozen=True)
class Problem:
    """One thing wrong in the files, in words that lead to the place."""

    file: str
    record: str
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, {self.record or '-'}, {self.field or '-'}: {self.reason}"


@dataclass
class Findings:
    """What reading has brought to light: problems, and the keys that references may name."""

    problems: list[Problem] = field(default_factory=list)
    known: dict[str, set[str]] = field(default_factory=dict)
    _judged: dict[tuple[Any, ...], str] = field(default_factory=dict)

    def add(self, file: str, record: str, field: str, reason: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(file, record, field, reason))

    def check_reference(self, kind: str, key: str, file: str, record: str, field: str) -> None:
        """Note a problem if the library holds nothing of this kind under the key."""
        if key not in self.known.get(kind, set()):
            self.add(file, record, field, f"there is no {kind} “{key}” in the library")

    def check_fields(
        self, instance: models.Model, file: str, record: str, prefix: str = ""
    ) -> None:
        """Let the model check lengths, ranges and addresses of an unsaved row."""
        relations = [f.name for f in instance._meta.get_fields() if f.is_relation]
        try:
            instance.clean_fields(exclude=relations)
        except FieldError as error:
            for name, reasons in error.message_dict.items():
                self.add(file, record, f"{prefix}{name}", " ".join(reasons))
        # Whether a row is the only one is seen when it is compared and written, not here.
        for constraint in instance._meta.constraints:
            if isinstance(constraint, models.CheckConstraint) and (
                reason := self._judge(constraint, instance)
            ):
                self.add(file, record, prefix, reason)

    def _judge(self, constraint: models.CheckConstraint, instance: models.Model) -> str:
        """Give what the database has against a row, asked once for all rows alike.

        A judgement costs a query, and most conditions look at a few values of a short list.
        """
        assert isinstance(constraint.condition, models.Q)
        names = sorted(constraint.condition.referenced_base_fields)
        columns = [getattr(instance._meta.get_field(name), "attname", name) for name in names]
        alike = (constraint.name, *(getattr(instance, column) for column in columns))
        if alike not in self._judged:
            try:
                constraint.validate(type(instance), instance)
                self._judged[alike] = ""
            except FieldError as error:
                self._judged[alike] = " ".join(error.messages)
        return self._judged[alike]


class Part(Protocol):
    """One app's share of the library."""

    title: str

    def read(self, folder: Path, findings: Findings) -> None:
        """Read the files, note problems of form and make keys known."""

    def check(self, findings: Findings) -> None:
        """Note problems of content: references that lead nowhere, texts that are too long."""

    def write(self, tally: Tally, care: Care) -> Iterator[tuple[int, int]]:
        """Bring the database in line; give (done, total) as work goes on.

        Records are written through `care`, which leaves alone what curators have in hand.
        """


class LoadError(Exception):
    """The files have problems; nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


_parts: list[tuple[int, Callable[[], Part]]] = []
Progress = Callable[[str, int, int], None]


def register(part: Callable[[], Part], order: int) -> None:
    """Add a part. Parts are read and written in ascending order: references point backwards."""
    _parts.append((order, part))
    _parts.sort(key=lambda entry: entry[0])


def load(
    folder: Path, progress: Progress, dry_run: bool = False, care: Care | None = None
) -> Tally:
    """Bring the database in line with a library folder and give what was done.

    Rows that the folder does not mention stay as they are. A record's publication state is set
    when it is created and never again: what a curator archived stays archived. Records that
    curators have worked on are left alone and named in `care.kept`, unless it overwrites.

    Raises LoadError with every problem found, before anything is written.
    """
    parts = [make() for _order, make in _parts]
    findings = Findings()
    if not folder.is_dir():
        findings.add(folder.name, "", "", "there is no such folder")
        raise LoadError(findings.problems)
    for part in parts:
        part.read(folder, findings)
    # References are only worth following when every file could be read.
    if not findings.problems:
        for part in parts:
            part.check(findings)
    if findings.problems:
        raise LoadError(findings.problems)
    tally, care = Tally(), care or Care()
    with transaction.atomic():
        with change():
            for part in parts:
                for done, total in part.write(tally, care):
                    progress(part.title, done, total)
        transaction.set_rollback(dry_run)
    return tally


# --- Reading files ------------------------------------------------------------------------------


def _tidy(text: str) -> str:
    if text != text.strip():
        raise ValueError("has spaces at its beginning or end")
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


Line = Annotated[str, AfterValidator(_tidy)]
Text = Annotated[str, StringConstraints(min_length=1), AfterValidator(_tidy)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Record(BaseModel):
    """The form of a record in a file: exact types, none unknown, none without default missing."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SourceRecord(Record):
    """A public source."""

    title: Text
    publisher: Text
    url: Text
    year: int | None
    archived_url: Line = ""


R = TypeVar("R")


def read_file(path: Path, form: type[R], findings: Findings) -> R | None:
    """Read one JSON file of the given form (a record, or a list of records).

    Gives None, with the problems noted, if it is missing, is no JSON or has another form.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
        json.loads(text)
        return TypeAdapter(form).validate_json(text)
    except OSError:
        findings.add(name, "", "", "the file is missing or cannot be read")
    except UnicodeDecodeError:
        findings.add(name, "", "", "the file is not UTF-8")
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        findings.add(name, "", "", f"the file is not JSON: {error.msg} at {place}")
    except RecordError as error:
        for fault in error.errors():
            record, where = _place(json.loads(text), fault["loc"], path)
            findings.add(name, record, where, fault["msg"])
    return None


def _place(data: Any, location: tuple[int | str, ...], path: Path) -> tuple[str, str]:
    """Give the record and the field of a fault: the record by its own key, where it has one."""
    record, where = path.stem, list(location)
    if isinstance(data, list) and location and isinstance(location[0], int):
        item = data[location[0]]
        where = where[1:]
        keys = ("slug", "code", "term", "number", "case")
        named = [str(item[key]) for key in keys if isinstance(item, dict) and item.get(key)]
        record = named[0] if named else f"record {location[0] + 1}"
    return record, ".".join(str(part) for part in where)


def read_folder(path: Path, form: type[R], findings: Findings) -> dict[str, R]:
    """Read every JSON file of a folder; give what could be read by file name, in order of name."""
    if not path.is_dir():
        findings.add(path.name, "", "", "the folder is missing")
        return {}
    records = {}
    for file in sorted(path.glob("*.json")):
        record = read_file(file, form, findings)
        if record is not None:
            records[file.stem] = record
    return records


def make_known(kind: str, keys: Iterable[str], file: str, findings: Findings) -> None:
    """Make keys known as targets of references; note keys that occur twice."""
    known = findings.known.setdefault(kind, set())
    for key in keys:
        if key in known:
            findings.add(file, key, "", f"there are two of the {kind} “{key}”")
        known.add(key)
