"""The history of records: every step is one revision that holds the record with all its rows.

django-reversion stores the revisions. Reading one back goes through the record as a document
(document.py), because rows that changed places cannot be put back one by one: no two may stand in
the same place, not even for a moment (docs/decisions/).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Max, Model, QuerySet
from django.utils import timezone
from reversion.models import Revision, Version

from portal.curation.anatomy import anatomy_of
from portal.curation.document import Document, from_serialized, serialized
from portal.models import Publishable, Step

# Steps whose reason the public may read.
PUBLIC_STEPS = (Step.Action.PUBLISHED, Step.Action.ARCHIVED)


def origin_of(record: Publishable) -> Publishable:
    """Give the record that a working copy will change; any other record is its own."""
    origin: Publishable | None = record.working_copy_of
    return origin or record


def origin_key(record: Publishable) -> int:
    """Give the primary key of the record that has the history."""
    key: int = record.working_copy_of_id or record.pk  # type: ignore[attr-defined]
    return key


def is_working_copy(record: Publishable) -> bool:
    """Say whether a row is a working copy of another."""
    return record.working_copy_of_id is not None  # type: ignore[attr-defined]


def origin_of_gone(model: type[Publishable], key: Any) -> Publishable | None:
    """Give the record that a working copy belonged to which is there no more, by the copy's key."""
    kind = ContentType.objects.get_for_model(model)
    stored = Version.objects.filter(content_type=kind, object_id=str(key))
    steps = Step.objects.filter(
        record_type=kind, in_working_copy=True, revision__in=stored.values("revision")
    )
    rows = model._default_manager.filter(pk__in=steps.values("record_key")).exclude(pk=key)
    found: Publishable | None = rows.first()
    return found


def record_step(
    record: Publishable, action: Step.Action, by: AbstractBaseUser | None, reason: str = ""
) -> Step:
    """Store a record as it stands now, with who did what and why, and raise its edition.

    Call inside the transaction of the change.
    """
    return record_steps([record], action, by, reason)[0]


def record_steps(
    records: Sequence[Publishable],
    action: Step.Action,
    by: AbstractBaseUser | None,
    reason: str = "",
) -> list[Step]:
    """Store records of one kind, each as a step of its own. As many queries as for one record.

    Written at once: django-reversion's own way takes a query or two for every row, which an import
    of thousands of records cannot wait for.
    """
    model: Any = type(records[0])
    kind = ContentType.objects.get_for_model(model)
    stored = model._default_manager.filter(pk__in=[record.pk for record in records])
    if action != Step.Action.STORED:
        stored.update(edition=F("edition") + 1)
    fresh = {row.pk: row for row in stored}
    revisions = Revision.objects.bulk_create(
        Revision(date_created=timezone.now(), user=by, comment=reason) for _record in records
    )
    steps = Step.objects.bulk_create(
        Step(
            revision=revision,
            record_type=kind,
            record_key=origin_key(record),
            action=action,
            reason=reason,
            in_working_copy=is_working_copy(record),
            edition=fresh[record.pk].edition,
        )
        for record, revision in zip(records, revisions, strict=True)
    )
    _store_rows(fresh, {record.pk: rev for record, rev in zip(records, revisions, strict=True)})
    for record, step in zip(records, steps, strict=True):
        record.edition, record.last_step = step.edition, step
        fresh[record.pk].last_step = step
    stored.bulk_update(fresh.values(), ["last_step"])
    return steps


def _store_rows(records: Mapping[Any, Publishable], revisions: Mapping[Any, Revision]) -> None:
    """Store records with all their rows, each in its revision, by primary key."""
    owned: list[tuple[Any, Model]] = list(records.items())
    anatomy = anatomy_of(type(next(iter(records.values()))))
    for part in anatomy.parts:
        rows = part.rows_of(records.values())
        owned += [(getattr(row, f"{part.owner}_id"), row) for row in rows]
    entries = serialized(row for _owner, row in owned)
    Version.objects.bulk_create(
        Version(
            revision=revisions[owner],
            content_type=ContentType.objects.get_for_model(type(row)),
            object_id=str(row.pk),
            db=DEFAULT_DB_ALIAS,
            format="json",
            serialized_data=json.dumps([entry], ensure_ascii=False),
            object_repr=str(row)[:200],
        )
        for (owner, row), entry in zip(owned, entries, strict=True)
    )


def steps_of(record: Publishable) -> QuerySet[Step]:
    """Give the steps of a record and of its working copies, newest first, with who and when."""
    kind = ContentType.objects.get_for_model(type(record))
    found = Step.objects.filter(record_type=kind, record_key=origin_key(record))
    return found.select_related("revision__user")


def document_of(step: Step) -> Document:
    """Give the record as it stood after a step. One query."""
    model: Any = step.record_type.model_class()
    versions = step.revision.version_set.values_list("serialized_data", flat=True)
    return from_serialized(anatomy_of(model), [json.loads(text)[0] for text in versions])


def titles_at(steps: Iterable[Step]) -> dict[int, str]:
    """Give what records were called after steps of one kind of record. One query."""
    by_revision = {step.revision_id: step for step in steps}
    found = Version.objects.filter(
        revision__in=by_revision, content_type=F("revision__step__record_type")
    )
    titles = found.values_list("revision_id", "object_repr")
    return {by_revision[revision].pk: title for revision, title in titles}


def title_when_public(record: Publishable) -> str:
    """Give what a withdrawn record was called when the public saw it last; nothing if unknown.

    What was a draft between two times in the archive was never read by the public.
    """
    moves = (*PUBLIC_STEPS, Step.Action.REOPENED)
    last: Step | None = None
    for step in steps_of(record).filter(action__in=moves):  # newest first
        if last is not None and step.action != Step.Action.REOPENED:
            break
        last = step if step.action in PUBLIC_STEPS else None
    return titles_at([last])[last.pk] if last else ""


def step_at(record: Publishable, edition: int) -> Step | None:
    """Give the step that made an edition of this row; nothing where the history has none."""
    return _steps_here(record).filter(edition=edition).first()


def steps_since(record: Publishable, edition: int) -> QuerySet[Step]:
    """Give what was done with this row since an edition, newest first.

    A record and its working copies all count their editions, each by itself.
    """
    base = step_at(record, edition)
    return _steps_here(record).filter(edition__gt=edition, pk__gt=base.pk if base else 0)


def _steps_here(record: Publishable) -> QuerySet[Step]:
    return steps_of(record).filter(in_working_copy=is_working_copy(record))


def is_stored(record: Publishable) -> bool:
    """Say whether the history holds the record at all: what was loaded from files is not there."""
    return steps_of(record).exists()


def authors_of(record: Publishable) -> set[int]:
    """Give who has a hand in what would be published: all who wrote since the last one ended."""
    since = steps_of(record).filter(action__in=ENDING).aggregate(last=Max("pk"))["last"]
    written = steps_of(record).filter(pk__gt=since or 0, action__in=WRITING)
    people = written.values_list("revision__user", flat=True)
    return {person for person in people if person is not None}


WRITING = (
    Step.Action.CREATED,
    Step.Action.CHANGED,
    Step.Action.IMPORTED,
    Step.Action.RESTORED,
    Step.Action.SUBMITTED,
)
# Steps after which whatever was written before is no longer part of what is written.
ENDING = (Step.Action.PUBLISHED, Step.Action.DISCARDED)


def approvers_of(record: Publishable) -> set[int]:
    """Give who has approved the record as it is now: since it was last written or sent back."""
    undone = (*WRITING, *ENDING, Step.Action.RETURNED)
    since = steps_of(record).filter(action__in=undone).aggregate(last=Max("pk"))["last"]
    found = steps_of(record).filter(pk__gt=since or 0, action=Step.Action.APPROVED)
    return {person for person in found.values_list("revision__user", flat=True) if person}


def deleted_records(model: type[Publishable]) -> QuerySet[Step]:
    """Give the last step of each record that is gone, newest first."""
    kind = ContentType.objects.get_for_model(model)
    there = model._default_manager.values("pk")
    last = (
        Step.objects.filter(record_type=kind, action=Step.Action.DELETED)
        .exclude(record_key__in=there)
        .values("record_key")
        .annotate(last=Max("pk"))
        .values("last")
    )
    return Step.objects.filter(pk__in=last).select_related("revision__user")


def deletion_of(model: type[Publishable], key: Any) -> Step | None:
    """Give the step that deleted a record which is gone; nothing where no history knows it."""
    return deleted_records(model).filter(record_key=key).first()


def written_by_others(copy: Publishable, person: AbstractBaseUser) -> Step | None:
    """Give the last step by which somebody else wrote on a working copy that is under way."""
    steps = steps_of(copy).filter(in_working_copy=True)
    since = steps.filter(action=Step.Action.STARTED).aggregate(last=Max("pk"))["last"]
    written = steps.filter(pk__gt=since or 0, action__in=WRITING)
    return written.exclude(revision__user=person.pk).first()


def first_publication(record: Publishable) -> Step | None:
    """Give the step that first put a record before the public; nothing if it came as published."""
    first = public_history(record).last()
    if first is None or first.action != Step.Action.PUBLISHED:
        return None
    # Only what is public is changed in a working copy.
    was_public = steps_of(record).filter(pk__lt=first.pk, action=Step.Action.STARTED).exists()
    return None if was_public else first


def public_history(record: Publishable) -> QuerySet[Step]:
    """Give the steps that the public saw the effect of, newest first."""
    return steps_of(record).filter(action__in=PUBLIC_STEPS)


def forget(record: Publishable) -> None:
    """Delete every revision of a record and of its working copies: what was withdrawn is gone.

    Call inside the transaction of the change.
    """
    Revision.objects.filter(
        pk__in=list(steps_of(record).values_list("revision", flat=True))
    ).delete()
