"""Two people on one record: nobody's work is overwritten without being shown.

A form carries the edition that it was opened at. If the record has moved on, what both wrote is
shown side by side: what only one of them changed is taken, and for the rest the person chooses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.changes import change
from portal.curation.anatomy import Anatomy, Part, anatomy_of
from portal.curation.compare import Difference, differences
from portal.curation.document import Document, Values, read, write
from portal.curation.faults import faults_of
from portal.curation.history import document_of, record_step, step_at, steps_since
from portal.curation.rights import require_right
from portal.models import Presence, PublicationState, Publishable, Step
from portal.sync import PARKED

SALT = "portal.curation.merging"
PRESENT = timedelta(minutes=2)  # a form that has not been heard of for so long is closed
MINE, THEIRS = "mine", "theirs"


def seen_edition(request: HttpRequest) -> int:
    """Give the edition that a form was opened at."""
    return _number(request.POST.get("seen_edition", ""))


def was_overtaken(request: HttpRequest, record: Publishable | None) -> bool:
    """Say whether a form is sent whose record has moved on, or is gone, since it was opened."""
    is_sent = request.method == "POST" and "seen_edition" in request.POST
    return is_sent and (record is None or is_outdated(request, record))


def base_edition(request: HttpRequest) -> int:
    """Give the edition that a text was written on: the merge page, shown again, has seen others."""
    return _number(request.POST.get("base_edition") or request.POST.get("seen_edition", ""))


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return 0


def is_outdated(request: HttpRequest, record: Publishable) -> bool:
    """Say whether a record was changed since the form was opened."""
    return seen_edition(request) != record.edition


# --- What the person typed ----------------------------------------------------------------------


def typed(model: type[Publishable], form: Any, formsets: Sequence[Any]) -> Document:
    """Give what a form and its rows hold as a document, as far as it can be understood.

    A value that is not valid is kept as it was typed: the person must not lose it.
    """
    anatomy = anatomy_of(model)
    form.is_valid()
    fields = {name: _typed_value(form, name) for name in anatomy.fields if name in form.fields}
    parts: dict[str, list[dict[str, Any]]] = {}
    places: dict[str, dict[str, int]] = {}
    by_model = {formset.model: formset for formset in formsets}
    for part in anatomy.parts:
        if part.name in form.fields:  # tags are chosen in the form itself
            column = part.columns[0].name
            parts[part.name] = [{column: key} for key in _keys(form, part.name)]
        elif part.model in by_model and not part.borrowed:
            rows = _typed_rows(part, by_model[part.model])
            places[part.name] = {str(number): place for place, (number, _row) in enumerate(rows)}
            parts[part.name] = [_placed(part, row, places) for _number, row in rows]
    return {"fields": fields, "parts": parts}


def _typed_value(form: Any, name: str) -> Any:
    value = form.cleaned_data.get(name, form[name].value())
    if hasattr(value, "model") and hasattr(value, "__iter__"):
        return sorted(_key(row) for row in value)
    return _plain(value)


def _keys(form: Any, name: str) -> list[Any]:
    return sorted(_key(row) for row in form.cleaned_data.get(name, ()))


def _placed(part: Part, row: Values, places: Mapping[str, Mapping[str, int]]) -> Values:
    """Give a row with places in the document, where its form names rows of another by number."""
    for name, target in part.refers.items():
        row[name] = places[target].get(str(row[name]))
    return row


def _typed_rows(part: Part, formset: Any) -> list[tuple[int, Values]]:
    """Give the rows of a formset that stay, with their numbers there, in the order asked for."""
    rows = []
    for number, form in enumerate(formset.forms, start=1):
        if form.data.get(form.add_prefix("DELETE")):
            continue
        if not form.has_changed() and not _has_row(form):
            continue
        form.full_clean()
        values = {
            column.name: _typed_value(form, column.name)
            for column in part.columns
            if column.name in form.fields
        }
        order = form.data.get(form.add_prefix("order")) or ""
        rows.append((int(order) if order.isdigit() else PARKED, number, values))
    rows.sort(key=lambda row: row[:2])
    return [(number, values) for _order, number, values in rows]


def _has_row(form: Any) -> bool:
    """Say whether a row of a form stands for one that was stored when it was opened."""
    return bool(form.data.get(form.add_prefix("id")))


def _key(row: Any) -> Any:
    return row.natural_key()[0] if hasattr(row, "natural_key") else row.pk


def _plain(value: Any) -> Any:
    """Give a value as a document writes it."""
    if hasattr(value, "_meta"):
        return _key(value)
    if value is None or isinstance(value, bool | int | str | list):
        return value
    return str(value)


def signed(document: Document) -> str:
    """Give a document as text that the browser keeps and cannot change."""
    return signing.dumps(document, salt=SALT, compress=True)


def unsigned(text: str) -> Document:
    """Read it back. Raises BadRequest for anything else."""
    try:
        document: Document = signing.loads(text, salt=SALT, max_age=timedelta(days=7))
    except signing.BadSignature as error:
        raise BadRequest("not a document of this site") from error
    return document


# --- Side by side -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """Something that both people changed, or that only one did, with what goes with it."""

    key: str
    differences: list[Difference]
    choice: str
    is_open: bool


def context(
    record: Publishable, mine: Document, seen: int, choices: Mapping[str, Any]
) -> dict[str, Any]:
    """Give what the page needs: what both wrote, and who wrote what stands now.

    `seen` is the edition that mine was written on; `choices` are those already made.
    """
    anatomy, theirs = anatomy_of(type(record)), read(record)
    step = step_at(record, seen)
    base = document_of(step) if step else None
    return {
        "clashes": clashes(anatomy, base, theirs, mine, choices),
        "edition": record.edition,
        "base_edition": seen,
        "others": steps_since(record, seen)[:5],
    }


def clashes(
    anatomy: Anatomy,
    base: Document | None,
    theirs: Document,
    mine: Document,
    choices: Mapping[str, Any],
) -> list[Clash]:
    """Give where two documents differ, with what to take: whose change it was, else a choice."""
    they = _together(anatomy, base, theirs) if base else None
    i = _together(anatomy, base, mine) if base else None
    found = []
    for key, differing in _together(anatomy, theirs, mine).items():
        only_they = i is not None and key not in i
        only_i = they is not None and key not in they
        chosen = choices.get(f"choice-{key}")
        choice = chosen if chosen in (MINE, THEIRS) else THEIRS if only_they else MINE
        found.append(Clash(key, differing, choice, not (only_they or only_i)))
    return found


def _together(anatomy: Anatomy, before: Document, after: Document) -> dict[str, list[Difference]]:
    """Give differences, those of parts that are tied under one key."""
    found: dict[str, list[Difference]] = {}
    for difference in differences(anatomy, before, after):
        found.setdefault(anatomy.tied.get(difference.key, difference.key), []).append(difference)
    return found


def save(
    record: Publishable, mine: Document, choices: Mapping[str, Any], by: AbstractBaseUser
) -> list[str]:
    """Write what a person chose over what stands now; give faults, with nothing written.

    The choices hold the reason too, as the form of the record asks for it.
    Call inside a change, with the record locked. Where there are faults, the record as it was
    given may hold what the database does not: read it again.
    """
    tied = anatomy_of(type(record)).tied
    reason = choices.get("change_reason", "").strip() or _("Merged with another change")

    def is_mine(name: str) -> bool:
        return choices.get(f"choice-{tied.get(name, name)}") == MINE

    chosen: Document = {
        "fields": {name: value for name, value in mine["fields"].items() if is_mine(name)},
        "parts": {name: rows for name, rows in mine["parts"].items() if is_mine(name)},
    }
    return _store(record, chosen, Step.Action.CHANGED, by, reason)


def save_as_new(
    gone: Step, mine: Document, by: AbstractBaseUser, reason: str
) -> tuple[Publishable, list[str]]:
    """Write what a person typed into a record that was deleted meanwhile as a new draft.

    `gone` is the step that deleted it. Gives the draft, and faults, with nothing written. Sent
    twice, the second finds the address taken: there are never two drafts.
    """
    model: Any = gone.record_type.model_class()
    record: Publishable = model(state=PublicationState.DRAFT)
    require_right(by, "add", record)
    with change():
        return record, _store(record, mine, Step.Action.CREATED, by, reason)


def _store(
    record: Publishable, document: Document, action: Step.Action, by: AbstractBaseUser, reason: str
) -> list[str]:
    """Write a document and keep it in the history; give faults, with nothing written."""
    if faults := faults_of(record, document):
        return faults
    try:
        with transaction.atomic():
            write(record, document)
            _clean(record)
            record_step(record, action, by, reason)
    except ValidationError as error:
        return list(error.messages)
    except (DataError, IntegrityError):  # what only the database sees, such as rows that are twins
        return [_("These values do not go together. Perhaps two rows say the same.")]
    return []


def _clean(record: Publishable) -> None:
    """Let the model check the record and its rows. Raises ValidationError."""
    record.full_clean()
    for part in anatomy_of(type(record)).parts:
        for row in part.rows(record):
            row.full_clean()


# --- Who is here --------------------------------------------------------------------------------


def presence_answer(request: HttpRequest, record: Publishable) -> JsonResponse:
    """Note that a person has a record's form open, and name the others."""
    if request.method != "POST":
        raise BadRequest("sent only")
    kind = ContentType.objects.get_for_model(type(record))
    here = {"record_type": kind, "record_key": record.pk}
    now = timezone.now()
    person: Any = request.user
    Presence.objects.filter(seen_at__lt=now - PRESENT).delete()
    Presence.objects.update_or_create(**here, person=person, defaults={"seen_at": now})
    others = Presence.objects.filter(**here).exclude(person=person)
    names = [presence.person.get_username() for presence in others.select_related("person")]
    moved = seen_edition(request) != record.edition
    return JsonResponse({"others": names, "moved": moved})
