"""What a moderator judges before something is published, and when that keeps it from the public.

Every judgement is written down, also one after which nothing is published. Whoever has said “it
could harm somebody”, and whoever gave an opinion against, has thereby asked for a further opinion
(`is_escalated`): only another moderator's agreement takes that away, or that it is declined.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contributions.models import Contribution, ContributionStep
from contributions.sending import letters
from contributions.sending.models import note
from contributions.vocabulary import ContributionState, Identity
from portal.curation.workflow import RefusedError

Action = ContributionStep.Action


@dataclass(frozen=True)
class Judgement:
    """What a moderator must have answered before something is published.

    `could_harm`: could it expose an informal miner, a whistle-blower or a child? `is_accusing`:
    does it accuse somebody who is named? None where it was not answered.
    """

    could_harm: bool | None
    is_accusing: bool | None

    def __str__(self) -> str:
        words = {True: _("yes"), False: _("no"), None: _("not answered")}
        told = _("Could harm: %(harm)s. Accuses: %(accuses)s.")
        return told % {"harm": words[self.could_harm], "accuses": words[self.is_accusing]}


class NotFitError(RefusedError):
    """A judgement after which nothing may be published, with every reason."""


def require_fit(contribution: Contribution, judgement: Judgement) -> None:
    """Refuse to publish what is not fit for it, with every reason at once."""
    reasons = []
    if judgement.could_harm is None:
        reasons.append(_("Answer first: could this expose an informal miner, a whistle-blower or "
                         "a child?"))  # fmt: skip
    elif judgement.could_harm:
        reasons.append(_("It could harm somebody: decline it, or take that out and have "
                         "another moderator agree with what is left."))  # fmt: skip
    if judgement.is_accusing is None:
        reasons.append(_("Answer first: does it accuse somebody who is named?"))
    reasons += _gaps_of_accusation(contribution, judgement)
    if contribution.is_risky:
        reasons.append(_("It is marked as a risk to persons: take the mark away first."))
    is_asked_for = contribution.is_escalated or _agreed_with_other_words(contribution)
    if is_asked_for and not judgement.could_harm:
        reasons.append(_("A further opinion is waited for: another moderator, who had no hand in "
                         "it, must agree first."))  # fmt: skip
    if contribution.identity == Identity.CONFIRMED and not contribution.email_confirmed_at:
        reasons.append(_("The e-mail address is not confirmed yet."))
    if contribution.identity == Identity.VOUCHED and not contribution.vouched_at:
        reasons.append(_("The organisation has not vouched yet."))
    if reasons:
        raise NotFitError(*reasons)


def write_refused(contribution: Contribution, by: Any, judgement: Judgement) -> None:
    """Write down a judgement after which nothing was published, and what follows from it.

    A “yes” cannot be taken back by answering anew: harm asks for a further opinion, an accusation
    stays one until a second moderator has agreed with the text.
    """
    if judgement == Judgement(None, None):
        return
    with transaction.atomic():
        fresh = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
        asks = bool(judgement.could_harm) and not fresh.is_escalated
        fresh.is_escalated = fresh.is_escalated or asks
        fresh.is_accusing = fresh.is_accusing or judgement.is_accusing
        fresh.save()
        last = fresh.steps.order_by("pk").last()
        text = str(judgement)
        if last and (last.action, last.by_id, last.text) == (Action.JUDGED, by.pk, text):
            return  # the same button, pressed twice
        step = note(fresh, Action.JUDGED, by, text=text)
        if asks:
            letters.opinion_wanted(fresh, step.pk)


def agreed_since_touched(contribution: Contribution) -> Any:
    """Give the opinions for publishing the text as it is: those since it was last changed."""
    touched = contribution.steps.filter(action__in=(Action.CHANGED, Action.REDACTED))
    last = touched.order_by("pk").last()
    return contribution.steps.filter(action=Action.SECONDED, pk__gt=last.pk if last else 0)


def _agreed_with_other_words(contribution: Contribution) -> bool:
    """Say whether those who agreed have agreed with a text that was changed since."""
    if contribution.state == ContributionState.PUBLISHED:  # to take words out must stay possible
        return False
    has_agreed = contribution.steps.filter(action=Action.SECONDED).exists()
    return has_agreed and not agreed_since_touched(contribution).exists()


def _gaps_of_accusation(contribution: Contribution, judgement: Judgement) -> list[str]:
    """Give what is missing before an accusation may be published, or be called none."""
    # What is public already was agreed with; to take words out of it must stay possible.
    was_called_one = contribution.is_accusing and contribution.state != ContributionState.PUBLISHED
    gaps = []
    if (judgement.is_accusing or was_called_one) and not agreed_since_touched(
        contribution
    ).exists():
        gaps.append(_("It accuses somebody, or a moderator has said so: a second moderator must "
                      "agree with the text as it is."))  # fmt: skip
    is_invited = contribution.steps.filter(action=Action.INVITED).exists()
    if judgement.is_accusing and not is_invited:
        gaps.append(_("Invite those who are named to reply, and note it here."))
    return gaps
