"""What moderators do with responses, each step written down with who and when.

All need the right `moderate_response`, and raise RefusedError where a step cannot be taken: also
when the author has changed the words since the moderator read them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contributions.dialogues.models import Response, ResponseStep
from contributions.dialogues.services import refreshing
from contributions.dialogues.vocabulary import Standing, StepKind, TextState
from contributions.vocabulary import DeclineReason
from portal.curation.workflow import RefusedError
from portal.sealed import blind_print

Person = AbstractBaseUser | AnonymousUser
RIGHT = "contributions.moderate_response"


def may_moderate(person: Person) -> bool:
    """Say whether a person may judge responses."""
    return bool(person.has_perm(RIGHT))  # type: ignore[union-attr]


def edition_of(response: Response) -> str:
    """Give a print of what a moderator reads: they must judge what is there, and how it stands."""
    read = (response.name, response.text, response.appeal, response.text_state, response.standing)
    return blind_print("\n".join(read), "response")[:16]


def claim(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Say that one looks at it now: nobody else decides. Again by the same person: nothing."""
    with _judging(response, by, edition) as fresh:
        _require_free(fresh, by)
        if fresh.claimed_by_id is None:
            fresh.claimed_by_id = by.pk
            note_step(fresh, StepKind.CLAIMED, by, note=note)


def release(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Give it back to the queue: one's own claim, or somebody else's who has not come back."""
    with _judging(response, by, edition) as fresh:
        if fresh.claimed_by_id is not None:
            fresh.claimed_by = None
            note_step(fresh, StepKind.RELEASED, by, note=note)


def publish(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Show the words of a response. One that was held back is let in by this."""
    with _judging(response, by, edition) as fresh:
        _require_free(fresh, by)
        if not fresh.text or fresh.standing == Standing.SHUT_OUT:
            raise RefusedError(_("There is nothing here that could be published."))
        fresh.text_state, fresh.standing = TextState.PUBLISHED, Standing.COUNTED
        fresh.text_published_at, fresh.decline_reason = timezone.now(), ""
        fresh.claimed_by = None
        note_step(fresh, StepKind.PUBLISHED, by, note=note)


def decline(response: Response, by: Person, edition: str, reason: str, note: str = "") -> None:
    """Not show the words of a response, or show them no longer. Its votes go on counting."""
    if reason not in DeclineReason.values:
        raise RefusedError(_("Choose why it is declined."))
    with _judging(response, by, edition) as fresh:
        _require_free(fresh, by)
        if not fresh.text:
            raise RefusedError(_("There is no text to decline."))
        fresh.text_state, fresh.decline_reason = TextState.DECLINED, reason
        fresh.text_published_at = fresh.claimed_by = None
        note_step(fresh, StepKind.DECLINED, by, reason, note)


def flag(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Ask for a second look; or, where that was asked for, say that it was had."""
    with _judging(response, by, edition) as fresh:
        fresh.is_flagged = not fresh.is_flagged
        kind = StepKind.FLAGGED if fresh.is_flagged else StepKind.UNFLAGGED
        note_step(fresh, kind, by, note=note)


def let_in(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Have a response count that was held back or shut out. Its words still wait."""
    with _judging(response, by, edition) as fresh:
        fresh.standing = Standing.COUNTED
        note_step(fresh, StepKind.LET_IN, by, note=note)


def shut_out(response: Response, by: Person, edition: str, note: str = "") -> None:
    """Have a response count no more, and its words not shown: spam or abuse, with a note why."""
    if not note.strip():
        raise RefusedError(_("Write why it is shut out."))
    with _judging(response, by, edition) as fresh:
        _require_free(fresh, by)
        fresh.standing, fresh.text_published_at = Standing.SHUT_OUT, None
        fresh.claimed_by = None
        if fresh.text_state == TextState.PUBLISHED:
            fresh.text_state = TextState.WAITING
        elif fresh.text_state == TextState.APPEALED:
            fresh.text_state = TextState.DECLINED
        note_step(fresh, StepKind.SHUT_OUT, by, note=note)


def _require_free(response: Response, by: Person) -> None:
    """Refuse what somebody else has claimed, and to decide on the appeal from oneself."""
    if response.claimed_by_id not in (None, by.pk):
        raise RefusedError(_("Somebody else has claimed it."))
    is_appealed = response.text_state == TextState.APPEALED
    if is_appealed and (StepKind.DECLINED, by.pk) in response.steps_of_decision:
        raise RefusedError(_("You declined it: another moderator decides on the appeal."))


@contextmanager
def _judging(response: Response, by: Person, edition: str) -> Iterator[Response]:
    """Give the response as it stands, kept from others; save it, and refresh what shows it."""
    if not may_moderate(by):
        raise PermissionDenied
    with transaction.atomic():
        rows = Response.objects.select_for_update(of=("self",)).select_related(
            "dialogue", "country"
        )
        fresh = rows.get(pk=response.pk)
        if fresh.is_withdrawn:
            raise RefusedError(_("Its author has withdrawn it."))
        if edition_of(fresh) != edition:
            raise RefusedError(_("It has changed since you opened it: read it again."))
        with refreshing(fresh):
            yield fresh
            fresh.save()


def note_step(
    response: Response, kind: StepKind, by: Person, reason: str = "", note: str = ""
) -> None:
    """Write down what a moderator did."""
    ResponseStep.objects.create(
        response=response,
        kind=kind,
        reason=reason,
        note=note[:300],
        actor_id=by.pk,
        actor_name=by.get_username(),
    )
