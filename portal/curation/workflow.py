"""The steps of a record's life, as services.

Each checks the right and the state, does it, keeps a revision with the reason, and tells those
concerned.

    draft -> in review -> published -> archived        a published record is changed in a working
      ^________|  sent back     |        |             copy, which goes the same way and ends by
      |                         v        |             giving its content to the record; what was
      |                   working copy   |             public is reopened, and archived again
      |<_________________________________| reopened    without being published, or published

All raise PermissionDenied without the right, and RefusedError with reasons where a step cannot be
taken.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.changes import change
from portal.curation import notices
from portal.curation.anatomy import Problem, anatomy_of
from portal.curation.document import Document, Lost, read, write
from portal.curation.history import (
    approvers_of,
    authors_of,
    deletion_of,
    document_of,
    is_stored,
    is_working_copy,
    origin_key,
    origin_of,
    record_step,
)
from portal.curation.rights import Person, has_right, may_edit, require_right
from portal.models import PublicationState, Publishable, Step

DRAFT, IN_REVIEW = PublicationState.DRAFT, PublicationState.IN_REVIEW
PUBLISHED, ARCHIVED = PublicationState.PUBLISHED, PublicationState.ARCHIVED


class RefusedError(Exception):
    """A step that cannot be taken, with the reasons in words for the person."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = list(reasons)


def problems_of(record: Publishable) -> list[Problem]:
    """Give what keeps a record from being published."""
    return list(anatomy_of(type(record)).check(record))


def submit(record: Publishable, by: AbstractBaseUser, reason: str = "") -> None:
    """Send a draft to review. It must be fit to be published."""
    require_right(by, "change", record)
    with change():
        record = locked(record, DRAFT)
        _require_sound(record)
        _move(record, IN_REVIEW, Step.Action.SUBMITTED, by, reason)
        notices.sent_to_review(record, by, reason)


def send_back(record: Publishable, by: AbstractBaseUser, reason: str) -> None:
    """Give what is in review back to its authors, with the reason."""
    require_right(by, "review", record)
    _require_reason(reason)
    with change():
        record = locked(record, IN_REVIEW)
        _move(record, DRAFT, Step.Action.RETURNED, by, reason)
        notices.sent_back(record, by, reason)


def approve(record: Publishable, by: AbstractBaseUser, reason: str = "") -> None:
    """Say that what is in review is fit to be published. Not by one of its authors.

    Whoever has said so already says it once.
    """
    require_right(by, "review", record)
    with change():
        record = locked(record, IN_REVIEW)
        if by.pk in authors_of(record):
            raise RefusedError(_("You have worked on this yourself: somebody else must review it."))
        if by.pk in approvers_of(record):
            return
        record_step(record, Step.Action.APPROVED, by, reason)
        notices.approved(record, by, reason)


def publish(record: Publishable, by: AbstractBaseUser, reason: str = "") -> Publishable:
    """Put what is in review before the public, and give the record.

    Somebody else than its authors must have seen it: the publisher, or a reviewer who approved it.
    A working copy gives its content to the record that it belongs to, and is gone.
    """
    require_right(by, "publish", record)
    with change():
        record = locked(record, IN_REVIEW)
        _require_sound(record)
        authors = authors_of(record)
        is_alone = by.pk in authors and not approvers_of(record) - authors
        if is_alone and settings.REVIEW_BY_ANOTHER:
            raise RefusedError(
                _("You have worked on this yourself: somebody else must review it first.")
            )
        origin = origin_of(record)
        if origin is not record:
            store_once(origin)
            _write(origin, read(record))
            record.delete()
        origin.state = PUBLISHED
        origin.archived_at, origin.archive_reason, origin.see_instead = None, "", ""
        origin.save()
        record_step(origin, Step.Action.PUBLISHED, by, reason)
        notices.published(origin, by, reason, authors)
    return origin


def start_change(record: Publishable, by: AbstractBaseUser) -> Publishable:
    """Give the working copy of a published record, made if there is none."""
    require_right(by, "change", record)
    with change():
        record = locked(record, PUBLISHED)
        if existing := working_copy_of(record):
            return existing
        store_once(record)
        copy = type(record)(state=DRAFT)
        copy.working_copy_of = record
        write(copy, read(record))
        record_step(copy, Step.Action.STARTED, by)
        return copy


def discard_change(record: Publishable, by: AbstractBaseUser, reason: str = "") -> Publishable:
    """Give a working copy up, and give the record that stays as it is."""
    require_right(by, "change", record)
    with change():
        record = locked(record, DRAFT, IN_REVIEW)
        if record.working_copy_of is None:
            raise RefusedError(_("This is no working copy."))
        if not may_edit(by, record):
            raise RefusedError(_("This is in review."))
        origin = origin_of(record)
        record_step(record, Step.Action.DISCARDED, by, reason)
        record.delete()
    return origin


def archive(record: Publishable, by: AbstractBaseUser, reason: str, see_instead: str = "") -> None:
    """Take a record from the public. Its address says so, says why, and points on.

    What was public once and is a draft again goes back to the archive without being published: its
    text stays, and the address goes on naming what the public read, since when it is gone.
    """
    require_right(by, "publish", record)
    _require_reason(reason)
    if see_instead and not see_instead.startswith(("/", "https://", "http://")):
        raise RefusedError(_("An address to read instead begins with https:// or with /."))
    column: Any = record._meta.get_field("see_instead")
    if len(see_instead) > (most := column.max_length):
        told = _("The address to read instead has %(length)s characters; at most %(most)s fit.")
        raise RefusedError(told % {"length": len(see_instead), "most": most})
    with change():
        record = locked(record, PUBLISHED, DRAFT, IN_REVIEW)
        if is_working_copy(record):
            raise RefusedError(_("This is a working copy: discard the change instead."))
        if not record.is_published and record.published_at is None:
            raise RefusedError(_("“%s” was never public: delete it instead.") % record)
        if working_copy_of(record):
            raise RefusedError(
                _("A change of this record is under way: publish or discard it first.")
            )
        store_once(record)
        record.archived_at = record.archived_at or timezone.now()
        record.archive_reason, record.see_instead = reason, see_instead
        _move(record, ARCHIVED, Step.Action.ARCHIVED, by, reason)
        notices.archived(record, by, reason)


def reopen(record: Publishable, by: AbstractBaseUser, reason: str = "") -> None:
    """Make an archived record a draft again."""
    require_right(by, "publish", record)
    with change():
        record = locked(record, ARCHIVED)
        _move(record, DRAFT, Step.Action.REOPENED, by, reason)


def delete(record: Publishable, by: AbstractBaseUser, reason: str = "") -> None:
    """Delete a record that was never public. History keeps it: it can be restored.

    What was public once stays, archived: its address must go on saying what became of it.
    """
    require_right(by, "delete", record)
    with change():
        record = locked(record, DRAFT, IN_REVIEW, ARCHIVED)
        if record.working_copy_of is not None:
            raise RefusedError(_("This is a working copy: discard the change instead."))
        if record.published_at is not None:
            told = _("“%s” was public once. Archive it: its address then says what became of it.")
            raise RefusedError(told % record)
        record_step(record, Step.Action.DELETED, by, reason)
        record.delete()


def save_step(record: Publishable, by: AbstractBaseUser, is_new: bool, reason: str = "") -> None:
    """Keep a revision of what a form or an import has just written."""
    record_step(record, Step.Action.CREATED if is_new else Step.Action.CHANGED, by, reason)


def restore(step: Step, by: AbstractBaseUser, reason: str = "") -> tuple[Publishable, Lost]:
    """Bring a record back to how it stood after a step; give the row that now holds that content.

    A deleted record comes back as a draft under its old key, with evidence, and under another slug
    where its own has been taken. A draft is changed
    where it stands; a published record in its working copy, since what the public sees is changed
    in review only.
    """
    model: Any = step.record_type.model_class()
    with change():
        rows = model._default_manager.select_for_update(of=("self",))
        found: Publishable | None = rows.filter(pk=step.record_key).first()
        is_gone = found is None
        # It goes on counting its editions: an old form must not take it for the one it knows.
        edition = deletion.edition if (deletion := deletion_of(model, step.record_key)) else 0
        record: Publishable = found or model(pk=step.record_key, state=DRAFT, edition=edition)
        require_right(by, "delete" if is_gone else "change", record)
        if record.state == PUBLISHED:
            record = locked(start_change(record, by), DRAFT, IN_REVIEW)
        elif record.state == ARCHIVED:
            raise RefusedError(_("This record is archived: reopen it first."))
        if not is_gone and not may_edit(by, record):
            raise RefusedError(_("This is in review."))
        document = document_of(step)
        if not is_gone:
            document["fields"].pop("slug", None)  # its address stays
        elif wanted := document["fields"].get("slug"):
            document["fields"]["slug"] = free_slug(model, wanted)
        lost = _write(record, document, with_borrowed=is_gone)
        record_step(record, Step.Action.RESTORED, by, reason)
    return record, lost


def may_go_on(person: Person, record: Publishable) -> bool:
    """Say whether `go_on` is open to a person, as far as right and state of the record go."""
    needed = {PUBLISHED: "change", ARCHIVED: "publish"}.get(PublicationState(record.state))
    return has_right(person, needed, type(record)) if needed else may_edit(person, record)


def go_on(record: Publishable, by: AbstractBaseUser) -> Publishable:
    """Give the row in which a person may write on: of what is public, its working copy.

    What is archived becomes a draft again.
    """
    with change():
        record = locked(record, *PublicationState)
        if record.state == PUBLISHED:
            record = start_change(record, by)
        elif record.state == ARCHIVED:
            reopen(record, by)
        record = locked(record, *PublicationState)
        if not may_edit(by, record):
            raise RefusedError(_("This is in review."))
    return record


def working_copy_of(record: Publishable) -> Publishable | None:
    """Give the working copy of a record, if a change is under way."""
    # Django's own error for a record without one is an AttributeError.
    found: Publishable | None = getattr(record, "working_copy", None)
    return found


def locked(record: Publishable, *states: PublicationState) -> Publishable:
    """Give the record as the database has it, kept from others; refuse it in any other state.

    A record is locked before its working copy, so that no two wait for each other.
    """
    rows: Any = type(record)._default_manager.select_for_update(of=("self",))
    if is_working_copy(record):
        rows.filter(pk=origin_key(record)).first()
    fresh: Publishable | None = rows.filter(pk=record.pk).first()
    if fresh is None:
        raise RefusedError(_("This record is gone."))
    if fresh.state not in states:
        reason = _("“%(title)s” is %(state)s: this step is not possible now.")
        state = PublicationState(fresh.state).label.lower()
        raise RefusedError(reason % {"title": fresh, "state": state})
    return fresh


def free_slug(model: Any, wanted: str) -> str:
    """Give a slug that no record has: the one wanted, or else with the next free number."""
    length = model._meta.get_field("slug").max_length
    taken = model._default_manager.filter(working_copy_of=None)
    slug, number = wanted, 1
    while taken.filter(slug=slug).exists():
        number += 1
        ending = f"-{number}"
        slug = wanted[: length - len(ending)] + ending
    return slug


def _write(record: Publishable, document: Document, with_borrowed: bool = False) -> Lost:
    """Write a document; refuse what is taken by another record meanwhile."""
    try:
        with transaction.atomic():
            return write(record, document, with_borrowed=with_borrowed)
    except IntegrityError as error:
        reason = _("This cannot be written: another record has its number or its address now.")
        raise RefusedError(reason) from error


def _move(
    record: Publishable,
    state: PublicationState,
    action: Step.Action,
    by: AbstractBaseUser,
    reason: str,
) -> None:
    record.state = state
    record.save()
    record_step(record, action, by, reason)


def store_once(record: Publishable) -> None:
    """Keep a first revision of what was loaded from files, so that one can go back to it."""
    if not is_stored(record):
        record_step(record, Step.Action.STORED, None)


def _require_sound(record: Publishable) -> None:
    if problems := problems_of(record):
        raise RefusedError(*(problem.reason for problem in problems))


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise RefusedError(_("Please give a reason."))
