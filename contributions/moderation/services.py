"""The steps of a moderator. Each checks right and state, does it, and writes it down.

All raise PermissionDenied without the right, and RefusedError where a step cannot be taken.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from contributions.dialogues.moderation import note_step
from contributions.dialogues.vocabulary import StepKind
from contributions.models import (
    Contribution,
    ContributionStep,
    Flag,
    ReplyInvitation,
)
from contributions.moderation.judgement import (
    Judgement,
    NotFitError,
    agreed_since_touched,
    require_fit,
    write_refused,
)
from contributions.publication import put_before_public, take_back
from contributions.sending import letters
from contributions.sending.models import note
from contributions.vocabulary import ContributionState, DeclineReason
from portal.changes import change
from portal.curation.workflow import RefusedError

Action, State = ContributionStep.Action, ContributionState
RIGHT = "contributions.moderate_contribution"
WAITING = (State.WAITING, State.APPEALED)


LEFT_OUT = ("quote", "district", "name")


def edition_of(contribution: Contribution) -> str:
    """Give a print of all that a moderator judges: it differs as soon as any of it does."""
    names = ("identity", "shown_name", "organisation", "stakeholder_kind", "district", "passage",
             "quote", "country_id", "public_title", "public_text", "left_out", "state")  # fmt: skip
    judged = [contribution.answers, *(getattr(contribution, name) for name in names)]
    return blake2b(json.dumps(judged, sort_keys=True).encode(), digest_size=12).hexdigest()


def may_moderate(person: Any) -> bool:
    """Say whether a person moderates at all."""
    return bool(person.has_perm(RIGHT))


def claim(contribution: Contribution, by: Any) -> None:
    """Say that one looks at it now. Again by the same person changes nothing."""
    with change():
        contribution = _locked(contribution, by)
        if contribution.claimed_by_id == by.pk:
            return
        if contribution.claimed_by is not None:
            raise RefusedError(_("Somebody else has claimed it."))
        if not _may_decide_again(contribution, by):
            raise RefusedError(_("You declined it: another moderator decides on the appeal."))
        contribution.claimed_by, contribution.claimed_at = by, timezone.now()
        contribution.save()
        note(contribution, Action.CLAIMED, by)


def release(contribution: Contribution, by: Any) -> None:
    """Give it back to the queue: one's own claim, or somebody else's who has not come back."""
    with change():
        contribution = _locked(contribution, by)
        if contribution.claimed_by is None:
            return
        contribution.claimed_by = contribution.claimed_at = None
        contribution.save()
        note(contribution, Action.RELEASED, by)


def redact(
    contribution: Contribution,
    by: Any,
    title: str,
    text: str,
    left_out: Collection[str] = (),
    judgement: Judgement | None = None,
    seen: str | None = None,
) -> None:
    """Set title and text for the public, and leave quote, district or name out.

    What came in stays as it is, for moderators only. What is published already must be judged anew.
    """
    _require_text(text)
    out = [name for name in LEFT_OUT if name in left_out]
    judgement = judgement or Judgement(None, None)
    with _judging(contribution, by, judgement):
        states = (*WAITING, State.ASKED, State.PUBLISHED)
        contribution = _locked(contribution, by, *states, seen=seen)
        _require_claim(contribution, by)
        new = (title, text, out)
        if (contribution.public_title, contribution.public_text, contribution.left_out) == new:
            return
        contribution.public_title, contribution.public_text, contribution.left_out = new
        contribution.save()
        is_public = contribution.state == State.PUBLISHED
        note(contribution, Action.REDACTED, by, text=str(judgement) if is_public else "")
        if is_public:
            require_fit(contribution, judgement)
            said = contribution.perspective
            if said is not None and not said.is_published:
                raise RefusedError(_("Curators have archived it: ask them first."))
            put_before_public(contribution, by)


def ask(contribution: Contribution, by: Any, text: str) -> None:
    """Ask the contributor something, on the page of the private link."""
    _require_text(text)
    with change():
        contribution = _locked(contribution, by, *WAITING)
        _require_claim(contribution, by)
        contribution.state = State.ASKED
        contribution.save()
        step = note(contribution, Action.ASKED, by, text=text, is_told=True)
        letters.news(
            contribution, _("A question about your contribution"),
            _("A moderator has a question about your contribution."), step.pk,
        )  # fmt: skip


def mark_risky(contribution: Contribution, by: Any, is_risky: bool) -> None:
    """Say that it could put somebody at risk, or that it does not any more."""
    with change():
        contribution = _locked(contribution, by)
        if contribution.is_risky != is_risky:
            contribution.is_risky = is_risky
            contribution.save()
            note(contribution, Action.MARKED_RISKY, by, text=_("yes") if is_risky else _("no"))


def escalate(contribution: Contribution, by: Any, text: str) -> None:
    """Ask for the opinion of another moderator."""
    _require_text(text)
    with change():
        contribution = _locked(contribution, by, *WAITING, State.ASKED)
        _require_claim(contribution, by)
        contribution.is_escalated = True
        contribution.save()
        step = note(contribution, Action.ESCALATED, by, text=text)
        letters.opinion_wanted(contribution, step.pk)


def second(contribution: Contribution, by: Any, text: str, seen: str | None = None) -> None:
    """Agree with the text as it is: by somebody who had no hand in it before.

    It settles what an opinion against, or a judgement of harm, has left open.
    """
    _require_text(text)
    with change():
        states = (*WAITING, State.ASKED, State.PUBLISHED)
        contribution = _locked_for_opinion(contribution, by, seen, *states)
        if agreed_since_touched(contribution).filter(by=by).exists():
            if not contribution.is_escalated:
                return
            raise RefusedError(_("You have agreed already: a further moderator must settle it."))
        contribution.is_escalated = False
        contribution.save()
        note(contribution, Action.SECONDED, by, text=text)


def object_to(contribution: Contribution, by: Any, text: str, seen: str | None = None) -> None:
    """Say why it should not be published: it waits until a further moderator agrees with it."""
    _require_text(text)
    with change():
        contribution = _locked_for_opinion(contribution, by, seen, *WAITING, State.ASKED)
        last = contribution.steps.order_by("pk").last()
        if last and (last.action, last.by_id, last.text) == (Action.OBJECTED, by.pk, text):
            return
        contribution.is_escalated = True
        contribution.save()
        step = note(contribution, Action.OBJECTED, by, text=text)
        letters.moderators(
            _("An opinion against publishing: %s") % contribution.reference,
            letters.desk_address(contribution),
            f"objected-{step.pk}",
        )


def invite(contribution: Contribution, by: Any, party: str) -> None:
    """Note that somebody who is named was invited to reply. Shown with the date once published."""
    _require_text(party)
    party = party.strip()[:150]
    with change():
        contribution = _locked(contribution, by, *WAITING, State.ASKED, State.PUBLISHED)
        if contribution.steps.filter(action=Action.INVITED, text=party).exists():
            return
        note(contribution, Action.INVITED, by, text=party)
        _show_invitations(contribution)


def publish(
    contribution: Contribution,
    by: Any,
    judgement: Judgement,
    invitation: int | None = None,
    seen: str | None = None,
) -> None:
    """Put it before the public, or take a new case up as a draft for the curators.

    `invitation` is the primary key of the invitation that a reply answers.
    """
    with _judging(contribution, by, judgement):
        contribution = _locked(contribution, by, *WAITING, seen=seen)
        _require_claim(contribution, by)
        require_fit(contribution, judgement)
        contribution.is_accusing = judgement.is_accusing
        contribution.state, contribution.decided_at = State.PUBLISHED, timezone.now()
        contribution.claimed_by = contribution.claimed_at = None
        contribution.save()
        put_before_public(contribution, by)
        _show_invitations(contribution)
        if invitation is not None:
            for answered in open_invitations(contribution).filter(pk=invitation):
                answered.reply = contribution.perspective
                answered.save()
        step = note(contribution, Action.PUBLISHED, by, text=str(judgement))
        letters.news(
            contribution, _("Your contribution is published"),
            _("Your contribution is published. Thank you."), step.pk,
        )  # fmt: skip


def decline(
    contribution: Contribution, by: Any, reason: str, text: str, seen: str | None = None
) -> None:
    """Not publish it, with a reason from the list and in words. It can be appealed once.

    That settles opinions: an appeal goes to another moderator anyway.
    """
    if reason not in DeclineReason.values:
        raise RefusedError(_("Please choose a reason."))
    _require_text(text)
    with change():
        contribution = _locked(contribution, by, *WAITING, State.ASKED, seen=seen)
        _require_claim(contribution, by)
        contribution.state, contribution.decided_at = State.DECLINED, timezone.now()
        contribution.claimed_by = contribution.claimed_at = None
        contribution.is_escalated = False
        contribution.save()
        step = note(contribution, Action.DECLINED, by, reason=reason, text=text, is_told=True)
        letters.news(
            contribution, _("About your contribution"),
            _("Your contribution was not published. Why, and how to ask for another moderator, "
              "stands on its page."), step.pk,
        )  # fmt: skip


def take_down(contribution: Contribution, by: Any, reason: str, text: str) -> None:
    """Take what is published from the public, with a reason. It can be appealed once.

    The page says why and nothing else; the contributor's words stay with the moderators.
    """
    if reason not in DeclineReason.values:
        raise RefusedError(_("Please choose a reason."))
    _require_text(text)
    with change():
        contribution = _locked(contribution, by, State.PUBLISHED)
        why = _("A moderator has taken it down: %s.") % str(DeclineReason(reason).label).lower()
        take_back(contribution, _("Contribution that was taken down"), why)
        contribution.state, contribution.decided_at = State.DECLINED, timezone.now()
        contribution.is_escalated = False
        contribution.save()
        step = note(contribution, Action.TAKEN_DOWN, by, reason=reason, text=text, is_told=True)
        letters.news(
            contribution, _("About your contribution"),
            _("Your contribution was taken down. Why, and how to ask for another moderator, "
              "stands on its page."), step.pk,
        )  # fmt: skip


def open_invitations(contribution: Contribution) -> QuerySet[ReplyInvitation]:
    """Give the invitations that a reply may answer: those about its case without a reply."""
    return ReplyInvitation.objects.filter(
        perspective__cases=contribution.case, reply=None
    ).select_related("perspective")


def open_objection(
    contribution: Contribution, steps: list[ContributionStep]
) -> ContributionStep | None:
    """Give the last opinion against publishing that nothing has settled yet, of all its steps."""
    against = [step for step in steps if step.action == Action.OBJECTED]
    return against[-1] if against and contribution.is_escalated else None


def close_flag(flag: Flag, by: Any, outcome: str) -> None:
    """Say what came of a flag."""
    if not may_moderate(by):
        raise PermissionDenied
    _require_text(outcome)
    with change():
        flag = Flag.objects.select_for_update().get(pk=flag.pk)
        if flag.closed_at is None:
            flag.closed_at, flag.closed_by, flag.outcome = timezone.now(), by, outcome
            flag.save()
            if flag.response is not None:
                note_step(flag.response, StepKind.FLAG_CLOSED, by)
            elif sent := Contribution.objects.filter(perspective=flag.perspective_id).first():
                note(sent, Action.FLAG_CLOSED, by)


def _show_invitations(contribution: Contribution) -> None:
    """Bring the invitations beside the published text in line with the steps."""
    if contribution.perspective is None:
        return
    for step in contribution.steps.filter(action=Action.INVITED):
        ReplyInvitation.objects.get_or_create(
            perspective=contribution.perspective,
            party=step.text,
            defaults={"invited_on": step.moment.date()},
        )


def _require_claim(contribution: Contribution, by: Any) -> None:
    """Refuse a decision by somebody who has not claimed it, or who decided before an appeal."""
    if contribution.claimed_by_id != by.pk and contribution.state != State.PUBLISHED:
        raise RefusedError(_("Claim it first, so that nobody else decides at the same time."))
    if not _may_decide_again(contribution, by):
        raise RefusedError(_("You declined it: another moderator decides on the appeal."))


def _may_decide_again(contribution: Contribution, by: Any) -> bool:
    against = (Action.DECLINED, Action.TAKEN_DOWN)
    declined = contribution.steps.filter(action__in=against, by=by)
    appealed = contribution.steps.filter(action=Action.APPEALED)
    return not (appealed.exists() and declined.exists())


def _require_text(text: str) -> None:
    if not text.strip():
        raise RefusedError(_("Please write something."))


@contextmanager
def _judging(contribution: Contribution, by: Any, judgement: Judgement) -> Iterator[None]:
    """Do what a judgement allows; where it allows nothing, undo all but the judgement itself.

    Not inside another `change()`: that would undo what is written down as well.
    """
    try:
        with change():
            yield
    except NotFitError:
        write_refused(contribution, by, judgement)
        raise


def _locked_for_opinion(
    contribution: Contribution, by: Any, seen: str | None, *states: ContributionState
) -> Contribution:
    """Lock it for an opinion of somebody who had no hand in it."""
    contribution = _locked(contribution, by, *states, seen=seen)
    first_hand = (Action.CLAIMED, Action.ESCALATED, Action.REDACTED)
    if contribution.steps.filter(by=by, action__in=first_hand).exists():
        raise RefusedError(_("You have worked on it yourself: somebody else must look too."))
    return contribution


def _locked(
    contribution: Contribution, by: Any, *states: ContributionState, seen: str | None = None
) -> Contribution:
    """Give the contribution as the database has it, kept from others; refuse other states.

    `seen` is the edition that was read: a judgement on anything else is refused.
    """
    if not may_moderate(by):
        raise PermissionDenied
    rows = Contribution.objects.select_for_update(of=("self",))
    fresh = rows.get(pk=contribution.pk)
    if fresh.state == State.DRAFT:
        raise PermissionDenied  # what was not sent is nobody's business
    if seen is not None and seen != edition_of(fresh):
        raise RefusedError(_("It was changed while you read it. Please read it again."))
    if states and fresh.state not in states:
        told = _("It is %(state)s now: this step is not possible.")
        raise RefusedError(told % {"state": fresh.get_state_display().lower()})
    return fresh
