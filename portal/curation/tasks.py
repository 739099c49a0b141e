"""The steps that a person may take with a record: one list for all pages of the desk."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from portal.curation import workflow
from portal.curation.rights import Person, has_right
from portal.models import PublicationState, Publishable
from portal.tabular import Text

Run = Callable[[Publishable, AbstractBaseUser, str, str], Publishable | None]


@dataclass(frozen=True)
class Task:
    """One step: what it is called, what it does, from which states, by which right.

    `run` takes the record, the person, the reason and where to point on, and gives the record that
    the person sees next, or nothing if there is none any more.
    """

    name: str
    label: Text
    explanation: Text
    states: tuple[PublicationState, ...]
    right: str
    run: Run
    needs_reason: bool = False
    is_checked: bool = False
    points_on: bool = False
    of_working_copy: bool | None = None  # only for working copies, or only for others
    of_public: bool | None = None  # only for what was public once, or only for what never was

    def fits(self, record: Publishable) -> bool:
        """Say whether a record is in a state for it."""
        is_copy = record.working_copy_of_id is not None  # type: ignore[attr-defined]
        was_public = record.is_published or record.published_at is not None
        return (
            record.state in self.states
            and self.of_working_copy in (None, is_copy)
            and self.of_public in (None, was_public)
        )

    def is_open_to(self, person: Person, record: Publishable) -> bool:
        """Say whether the person may take it with this record, as far as right and state go."""
        return self.fits(record) and has_right(person, self.right, type(record))


State = PublicationState


def _submit(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    workflow.submit(record, by, reason)
    return record


def _send_back(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    workflow.send_back(record, by, reason)
    return record


def _approve(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    workflow.approve(record, by, reason)
    return record


def _publish(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    return workflow.publish(record, by, reason)


def _change(record: Publishable, by: AbstractBaseUser, _reason: str, _see: str) -> Publishable:
    return workflow.start_change(record, by)


def _discard(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    return workflow.discard_change(record, by, reason)


def _archive(record: Publishable, by: AbstractBaseUser, reason: str, see: str) -> Publishable:
    workflow.archive(record, by, reason, see)
    return record


def _delete(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> None:
    workflow.delete(record, by, reason)


def _reopen(record: Publishable, by: AbstractBaseUser, reason: str, _see: str) -> Publishable:
    workflow.reopen(record, by, reason)
    return record


TASKS = (
    Task(
        "submit",
        _("Send to review"),
        _("Reviewers are told by mail. While it is in review, only they can change it."),
        (State.DRAFT,),
        "change",
        _submit,
        is_checked=True,
    ),
    Task(
        "publish",
        _("Publish"),
        _("Everybody can read it at once. The reason stands on the page that tells its changes."),
        (State.IN_REVIEW,),
        "publish",
        _publish,
        is_checked=True,
    ),
    Task(
        "approve",
        _("Approve"),
        _("Says that it is fit to be published; whoever may publish is told by mail."),
        (State.IN_REVIEW,),
        "review",
        _approve,
    ),
    Task(
        "send-back",
        _("Send back"),
        _("It becomes a draft again, and its authors are told why by mail."),
        (State.IN_REVIEW,),
        "review",
        _send_back,
        needs_reason=True,
    ),
    Task(
        "change",
        _("Change it"),
        _("You get a working copy. The public goes on reading the present text until yours is "
          "reviewed and published."),
        (State.PUBLISHED,),
        "change",
        _change,
    ),
    Task(
        "archive",
        _("Archive"),
        _("The public no longer sees it. Its address says that it was archived, why, and where to "
          "look instead."),
        (State.PUBLISHED, State.DRAFT, State.IN_REVIEW),
        "publish",
        _archive,
        needs_reason=True,
        points_on=True,
        of_working_copy=False,
        of_public=True,
    ),
    Task(
        "reopen",
        _("Make it a draft again"),
        _("It can then be changed, reviewed and published."),
        (State.ARCHIVED,),
        "publish",
        _reopen,
    ),
    Task(
        "discard",
        _("Discard this change"),
        _("The published text stays as it is. The history keeps what you wrote."),
        (State.DRAFT, State.IN_REVIEW),
        "change",
        _discard,
        of_working_copy=True,
    ),
)  # fmt: skip
# For several at once; a single record has the page of the admin, which says what goes with it.
DELETE = Task(
    "delete",
    _("Delete"),
    _("They can be brought back: see “Deleted” above the list. What was public once is archived "
      "instead, and a working copy is discarded on its form."),
    (State.DRAFT, State.IN_REVIEW, State.ARCHIVED),
    "delete",
    _delete,
    of_working_copy=False,
    of_public=False,
)  # fmt: skip
BY_NAME = {task.name: task for task in TASKS}


def tasks_for(person: Person, record: Publishable) -> list[Task]:
    """Give the steps that a person may take with a record now."""
    return [task for task in TASKS if task.is_open_to(person, record)]
