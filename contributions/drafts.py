"""Drafts of cases that are made of what was sent in, for the curators to check and complete."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils.text import slugify
from django.utils.translation import gettext as _

from casestudies.models import CaseStudy, Collection
from casestudies.models.case import SUMMARY_LENGTH
from contributions.models import Contribution
from lessons.models import Evidence
from portal.curation import notices
from portal.curation.history import forget, record_step, steps_of
from portal.curation.workflow import free_slug, locked
from portal.models import PublicationState, Step

SHELF = "sent-in"  # the collection of cases that were sent in


def draft_of(contribution: Contribution, title: str, by: AbstractBaseUser) -> CaseStudy:
    """Give a draft made of a contribution; of experience with a lesson, as evidence there."""
    shelf, _made = Collection.objects.get_or_create(
        slug=SHELF,
        defaults={
            "name": _("Sent in"),
            "description": _("Cases that stakeholders sent in, checked by curators."),
        },
    )
    case: CaseStudy = CaseStudy.objects.create(
        slug=free_slug(CaseStudy, slugify(title)[:60].strip("-") or "case"),
        collection=shelf,
        mine_stage="",
        asgm_status="",
        state=PublicationState.DRAFT,
        **_words_of(contribution, title),
    )
    if contribution.country:
        case.countries.set([contribution.country])
    if contribution.lesson:
        Evidence.objects.create(
            lesson=contribution.lesson,
            case=case,
            stance="supports",
            note=_("Sent in as experience with this lesson; to be judged."),
        )
    record_step(case, Step.Action.CREATED, by, _("Sent in as %s") % contribution.reference)
    return case


def bring_in_line(
    case: CaseStudy, contribution: Contribution, title: str, by: AbstractBaseUser
) -> None:
    """Take out of a case what was taken out of the contribution that it was made of.

    A draft that nobody has worked on is written anew, and its history with it. Of any other, only
    people can say whether the words are still there: its history says so, and they get a mail.
    """
    locked(case, *PublicationState)
    case.refresh_from_db()
    if case.state == PublicationState.DRAFT and steps_of(case).count() == 1:
        for name, value in _words_of(contribution, title).items():
            setattr(case, name, value)
        forget(case)
        case.last_step = None
        case.save()
        record_step(case, Step.Action.CREATED, by, _("Sent in as %s") % contribution.reference)
        return
    reason = _("Words were taken out of %s, of which this was made") % contribution.reference
    record_step(case, Step.Action.STORED, by, reason)
    notices.taken_out(case, by, reason)


def _words_of(contribution: Contribution, title: str) -> dict[str, Any]:
    """Give the texts of a case, by column. What a moderator left out stays with the moderators."""
    left = contribution.public_text
    answers = {"done": left} if left else contribution.answers
    notes = [answers.get(name, "") for name in ("companies", "years", "sources", "parties")]
    return {
        "title": title,
        "summary": answers.get("summary", "")[:SUMMARY_LENGTH],
        "mine": answers.get("mine", "")[:120],
        "place": "" if "district" in contribution.left_out else contribution.district,
        "context": "\n\n".join(filter(None, [answers.get("context", ""), *notes])),
        "what_was_done": answers.get("done", ""),
        "outcome_note": answers.get("came_of_it", "")[:300],
    }
