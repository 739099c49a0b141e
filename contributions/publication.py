"""From a contribution to what the public reads of it, and back."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import CharField, TextField
from django.utils import timezone

from contributions.drafts import bring_in_line, draft_of
from contributions.models import Contribution, Perspective
from contributions.sending.forms import KINDS, composed
from contributions.sending.models import forget_flags
from contributions.vocabulary import ContributionKind, Identity, StakeholderKind
from portal.curation.anatomy import anatomy_of
from portal.curation.history import forget, record_step
from portal.curation.workflow import free_slug
from portal.models import PublicationState, Publishable, Step
from portal.pdf import kept
from portal.search.upkeep import scrub


def text_of(contribution: Contribution) -> str:
    """Give the text for the public: as a moderator left it, else as it came."""
    kind = KINDS[contribution.kind]
    return contribution.public_text or composed(kind, contribution.answers)


def title_of(contribution: Contribution) -> str:
    """Give the title for the public: a moderator's, the contributor's, or one made of the kind."""
    given = contribution.public_title or contribution.answers.get("title", "")
    about = contribution.case or contribution.lesson
    kind = ContributionKind(contribution.kind)
    return given or (f"{kind.label}: {about}"[:160] if about else str(kind.label))


def put_before_public(contribution: Contribution, by: AbstractBaseUser) -> None:
    """Make the perspective that the public reads, or bring it in line. Inside `change()`.

    A new case becomes a draft for the curators, and so does the experience of a lesson, which
    stands there as evidence of that lesson.
    """
    if contribution.kind == ContributionKind.CASE:
        _put_before_curators(contribution, by)
        return
    perspective = contribution.perspective or Perspective(slug=_new_slug(contribution))
    perspective.kind_of_contribution = contribution.kind
    left_out = contribution.left_out
    is_nameless = "name" in left_out or contribution.identity == Identity.ANONYMOUS
    identity = Identity.ANONYMOUS if is_nameless else contribution.identity
    perspective.identity = identity
    perspective.speaker_name = "" if is_nameless else contribution.shown_name
    if contribution.organisation and identity == Identity.CONFIRMED:
        perspective.speaker_name = f"{contribution.shown_name}, {contribution.organisation}"[:100]
    perspective.vouched_by = contribution.organisation if identity == Identity.VOUCHED else ""
    perspective.speaker_kind = contribution.stakeholder_kind
    perspective.speaker_country = contribution.country
    perspective.district = "" if "district" in left_out else contribution.district
    perspective.title, perspective.body = title_of(contribution), text_of(contribution)
    perspective.passage = contribution.passage
    perspective.quote = "" if "quote" in left_out else contribution.quote
    perspective.said_on = (contribution.sent_at or timezone.now()).date()
    perspective.state = PublicationState.PUBLISHED
    perspective.archived_at, perspective.archive_reason = None, ""
    if perspective.pk is not None:
        forget(perspective)  # what is taken out of it now is in no revision
        transaction.on_commit(scrub)
        perspective.last_step = None
    perspective.save()
    subject = contribution.case or contribution.lesson
    if subject is not None:
        perspective.cases.set([contribution.case] if contribution.case else [])
        perspective.lessons.set([contribution.lesson] if contribution.lesson else [])
        perspective.themes.set(list(subject.themes.all()))
        perspective.partnership_types.set(list(subject.partnership_types.all()))
    record_step(perspective, Step.Action.PUBLISHED, by)
    contribution.perspective = perspective
    if contribution.kind == ContributionKind.EXPERIENCE:
        _put_before_curators(contribution, by)
    contribution.save()


def _put_before_curators(contribution: Contribution, by: AbstractBaseUser) -> None:
    """Make the draft of a case, or have nothing stand there that was taken out since."""
    title = title_of(contribution)
    if contribution.draft_case is None:
        contribution.draft_case = draft_of(contribution, title, by)
        contribution.save()
    else:
        bring_in_line(contribution.draft_case, contribution, title, by)


def take_back(contribution: Contribution, title: str, reason: str) -> None:
    """Take from the public, and from every revision, what a contribution has put there.

    Its address says what is gone and why, and nothing of it. Inside `change()`.
    """
    if contribution.perspective:
        contribution.perspective.invitations.all().delete()
        forget_flags(contribution.perspective.flags.all())
        _empty(contribution.perspective, title, reason)
    case = contribution.draft_case
    if case is not None:
        if case.published_at is None:
            forget(case)
            case.delete()
        else:
            _empty(case, title, reason)
        contribution.draft_case = None
    transaction.on_commit(kept.clear)
    transaction.on_commit(scrub)


def _empty(record: Publishable, title: str, reason: str) -> None:
    """Leave nothing of a record but its address, and what happened."""
    forget(record)
    if copy := getattr(record, "working_copy", None):
        copy.delete()
    anatomy = anatomy_of(type(record))
    for part in reversed(anatomy.parts):  # what refers to others goes first
        part.model._default_manager.filter(**{part.owner: record}).delete()
    for name in anatomy.fields:
        field: Any = record._meta.get_field(name)
        if field.many_to_many:
            getattr(record, name).clear()
        elif field.null:
            setattr(record, name, None)
        elif isinstance(field, (CharField, TextField)) and not field.choices and name != "slug":
            setattr(record, name, "")
    record.title = title  # type: ignore[attr-defined]
    record.last_step = None  # its revision is gone
    record.state = PublicationState.ARCHIVED
    record.archived_at = timezone.now()
    record.archive_reason = reason
    if isinstance(record, Perspective):
        record.speaker_kind, record.identity = StakeholderKind.PERSON, Identity.ANONYMOUS
    record.save()


def _new_slug(contribution: Contribution) -> str:
    """Give an address that no other record has, and that tells nothing of what is said."""
    subject = contribution.case or contribution.lesson
    stem = f"{contribution.kind}-{subject.slug}"[:70].strip("-") if subject else contribution.kind
    return free_slug(Perspective, stem)
