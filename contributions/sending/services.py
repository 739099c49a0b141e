"""What a contributor does: every write is one transaction, and doing it twice does it once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from contributions.models import Contact, Contribution, ContributionStep
from contributions.publication import take_back
from contributions.sending import letters
from contributions.sending.files import add_file
from contributions.sending.forms import ABOUT, CONTACT, KINDS, composed
from contributions.sending.models import note
from contributions.vocabulary import ContributionState, Identity
from portal.changes import change
from portal.linked_data import absolute_for
from portal.mail.outbox import take_back as take_mails_back
from portal.markdown import render
from portal.sending.guard import Verdict, note_sent
from portal.sending.tickets import Ticket, print_of_key

Action, State = ContributionStep.Action, ContributionState


class TooLateError(Exception):
    """Something that is not possible any more, with the reason in words."""


@dataclass(frozen=True)
class Told:
    """What a step of a form says."""

    answers: Mapping[str, str]
    about: Mapping[str, Any]
    contact: Mapping[str, str]
    is_draft: bool = False  # kept for later: may have gaps


def find(key: str) -> Contribution | None:
    """Give the contribution that a private link opens."""
    return Contribution.objects.filter(key_print=print_of_key(key)).first()


def save(ticket: Ticket, kind: str, told: Told, request: HttpRequest, **on: Any) -> Contribution:
    """Keep what was told so far, made if it is not there. `on` is the case or lesson it is about.

    Raises TooLateError where its contributor may not change it any more.
    """
    with transaction.atomic():
        contribution, is_new = Contribution.objects.select_for_update().get_or_create(
            key_print=print_of_key(ticket.key), defaults={"kind": kind, **on}
        )
        if is_new:
            note_sent(request)
        if not contribution.is_open:
            raise TooLateError(_("This has been decided meanwhile: it cannot be changed here."))
        if told.is_draft and contribution.state != State.DRAFT:
            raise TooLateError(_("This was sent already: it can be corrected, and not kept open."))
        before = _said(contribution)
        contribution.answers = {**contribution.answers, **told.answers}
        for name, value in told.about.items():
            setattr(contribution, name, value)
        if contribution.state != State.DRAFT and before != _said(contribution):
            _note_change(contribution, before)
        contribution.save()
        _keep_contact(contribution, told.contact)
        if contribution.state != State.DRAFT:
            _write_letters(contribution, ticket.key, absolute_for(request))
    return contribution


def send(contribution: Contribution, key: str, verdict: Verdict, absolute: Any) -> Contribution:
    """Hand a draft to the moderators. What was sent already stays as it is."""
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != State.DRAFT:
            return contribution
        contribution.state = State.WAITING
        contribution.sent_at = contribution.consented_at = timezone.now()
        contribution.oddities = [str(oddity) for oddity in verdict.oddities]
        contribution.save()
        note(contribution, Action.SENT)
        _write_letters(contribution, key, absolute)
        if not verdict.is_slow:
            letters.moderators(
                _("To moderate: %s") % contribution.reference,
                letters.desk_address(contribution),
                f"sent-{contribution.pk}",
            )
    return contribution


def _said(contribution: Contribution) -> tuple[Any, ...]:
    """Give all that a moderator judges: the words, and who says them."""
    about = (getattr(contribution, "country_id" if n == "country" else n) for n in ABOUT)
    return (contribution.answers, *about)


def _note_change(contribution: Contribution, before: tuple[Any, ...]) -> None:
    """Undo what moderators and others have said of another text, or of somebody else."""
    if before[0] != contribution.answers:
        contribution.public_text = ""
    contribution.vouched_at = None
    if contribution.state == State.ASKED:
        contribution.state = State.WAITING
    note(contribution, Action.CHANGED)


def _write_letters(contribution: Contribution, key: str, absolute: Any) -> None:
    """Write to the addresses that were given and not written to yet."""
    contact = Contact.objects.filter(pk=contribution.pk).first()
    if contact is None:
        return
    if contact.email and not contribution.email_confirmed_at:
        letters.receipt(contribution, contact.email, key, absolute)
    # Words that a stranger chose go to nobody's mailbox where they look like spam.
    is_sound = not contribution.oddities and contribution.identity == Identity.VOUCHED
    if is_sound and contact.voucher_email and not contribution.vouched_at:
        letters.please_vouch(contribution, contact.voucher_email, absolute)


def private_address(key: str, absolute: Any) -> str:
    """Give the private link that belongs to a key."""
    return str(absolute(reverse("contribution-mine", args=[key])))


def first_gap(contribution: Contribution) -> int | None:
    """Give the first step whose form is not complete, counted from nought; none if all are."""
    about = {name: getattr(contribution, name) for name in ABOUT}
    about["country"] = contribution.country_id
    contact = getattr(contribution, "contact", None)
    reached = {name: getattr(contact, name) for name in CONTACT} if contact else {}
    data = {**contribution.answers, **about, **reached, "consent": "on"}
    for number, form in enumerate(KINDS[contribution.kind].steps):
        if not form(data).is_valid():
            return number
    return None


def may_appeal(contribution: Contribution) -> bool:
    """Say whether another moderator can be asked for."""
    return contribution.state == State.DECLINED and not _has_appealed(contribution)


def _has_appealed(contribution: Contribution) -> bool:
    """Say whether the present decision was appealed: what is published starts anew."""
    published = contribution.steps.filter(action=Action.PUBLISHED).order_by("pk").last()
    appealed = contribution.steps.filter(action=Action.APPEALED)
    return appealed.filter(pk__gt=published.pk if published else 0).exists()


def text_to_vouch_for(contribution: Contribution) -> str:
    """Give what an organisation is asked to vouch for, as safe HTML."""
    return render(composed(KINDS[contribution.kind], contribution.answers))


def all_that_is_said(contribution: Contribution) -> str:
    """Give all words of a contribution, whichever step they were said in."""
    return " ".join(map(str, contribution.answers.values()))


def add_upload(contribution: Contribution, upload: Any) -> None:
    """Store a file with a contribution that is still open. Raises ValidationError, TooLateError."""
    with transaction.atomic():
        contribution = _locked(contribution)
        if not contribution.is_open:
            raise TooLateError(_("This has been decided meanwhile: it cannot be changed here."))
        add_file(contribution, upload)


def answer(contribution: Contribution, text: str) -> None:
    """Answer a moderator's question."""
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state != State.ASKED:
            raise TooLateError(_("No question is open."))
        contribution.state = State.WAITING
        contribution.save()
        step = note(contribution, Action.ANSWERED, text=text, is_told=True)
        _tell_moderators(contribution, _("Answered: %s"), f"answered-{step.pk}")


def appeal(contribution: Contribution, text: str) -> None:
    """Ask for another moderator to look at what was declined. Once."""
    with transaction.atomic():
        contribution = _locked(contribution)
        if contribution.state == State.APPEALED:
            return
        if contribution.state != State.DECLINED:
            raise TooLateError(_("Only what was declined can be appealed."))
        if _has_appealed(contribution):
            raise TooLateError(_("Another moderator has looked at it already."))
        contribution.state = State.APPEALED
        contribution.claimed_by = contribution.claimed_at = None
        contribution.save()
        step = note(contribution, Action.APPEALED, text=text, is_told=True)
        _tell_moderators(contribution, _("Appeal: %s"), f"appeal-{step.pk}")


def withdraw(contribution: Contribution) -> None:
    """Take it back: nothing of it stays but that there was one. What was published is gone."""
    with change():
        contribution = _locked(contribution)
        if contribution.is_withdrawn:
            return
        take_mails_back(letters.keys_of(contribution))
        take_back(contribution, _("Withdrawn contribution"), _("Its author has withdrawn it."))
        _empty(contribution)
        contribution.state = State.WITHDRAWN
        contribution.save()
        note(contribution, Action.WITHDRAWN)


def erase_contact(contribution: Contribution) -> None:
    """Forget how its contributor is reached; the text stays as it is."""
    with transaction.atomic():
        take_mails_back(letters.keys_of(contribution))
        if Contact.objects.filter(pk=contribution.pk).delete()[0]:
            note(contribution, Action.FORGOTTEN)


def forget_before(contacts: datetime, drafts: datetime) -> tuple[int, int]:
    """Erase contact data and unsent drafts that are older; give how many of each."""
    erased = deleted = 0
    for contribution in Contribution.objects.filter(contact__given_at__lt=contacts).iterator():
        erase_contact(contribution)
        erased += 1
    begun = Contribution.objects.filter(state=State.DRAFT, touched_at__lt=drafts)
    for key in list(begun.values_list("pk", flat=True)):
        with transaction.atomic():  # it may have been sent meanwhile
            rows = Contribution.objects.select_for_update().filter(pk=key, state=State.DRAFT)
            for row in rows:
                row.delete()
                deleted += 1
    return erased, deleted


def confirm(token: str, absolute: Any) -> Contribution | None:
    """Note that an e-mail address was confirmed, and send the private link there.

    Nothing where the link is not good any more.
    """
    with transaction.atomic():
        found = _note_by_letter(
            token, letters.CONFIRM, "email", "email_confirmed_at", Action.CONFIRMED
        )
        key = letters.key_in(token)
        if found is not None and key:
            letters.private_link(found, private_address(key, absolute))
    return found


def vouch(token: str) -> Contribution | None:
    """Note that an organisation vouches."""
    return _note_by_letter(token, letters.VOUCH, "voucher_email", "vouched_at", Action.VOUCHED)


def named_in(token: str, salt: str, column: str) -> Contribution | None:
    """Give the contribution that a link in a letter is about, if it is still good."""
    opened = letters.opened(token, salt)
    if opened is None:
        return None
    pk, address = opened
    found = Contribution.objects.select_related("contact").filter(pk=pk).first()
    contact = getattr(found, "contact", None)
    # A letter that went to another address than is given now confirms nothing.
    return found if contact is not None and getattr(contact, column) == address else None


def _note_by_letter(
    token: str, salt: str, column: str, moment: str, action: ContributionStep.Action
) -> Contribution | None:
    with transaction.atomic():
        found = named_in(token, salt, column)
        if found is None or found.is_withdrawn:
            return None
        found = _locked(found)
        if getattr(found, moment) is None:
            setattr(found, moment, timezone.now())
            found.save(update_fields=[moment])
            note(found, action)
    return found


def _keep_contact(contribution: Contribution, told: Mapping[str, str]) -> None:
    """Keep how the contributor is reached; a new address is not confirmed yet."""
    if not told:
        return
    contact = Contact.objects.filter(pk=contribution.pk).first()
    if contact is None:
        if any(told.values()):
            Contact.objects.create(contribution=contribution, **told)
        return
    if told.get("email", contact.email) != contact.email:
        contribution.email_confirmed_at = None
    if told.get("voucher_email", contact.voucher_email) != contact.voucher_email:
        contribution.vouched_at = None
    for name, value in told.items():
        setattr(contact, name, value)
    contact.save()
    contribution.save(update_fields=["email_confirmed_at", "vouched_at"])


def _empty(contribution: Contribution) -> None:
    """Delete all that was said, by whom and with what, and the texts of its steps."""
    contribution.answers = {}
    for name in (
        "quote", "passage", "shown_name", "organisation", "stakeholder_kind", "district",
        "public_title", "public_text",
    ):  # fmt: skip
        setattr(contribution, name, "")
    contribution.country = contribution.case = contribution.lesson = None
    contribution.identity = Identity.ANONYMOUS
    contribution.email_confirmed_at = contribution.vouched_at = None
    contribution.attachments.all().delete()
    contribution.steps.update(text="")
    Contact.objects.filter(pk=contribution.pk).delete()


def _tell_moderators(contribution: Contribution, subject: str, key: str) -> None:
    letters.moderators(subject % contribution.reference, letters.desk_address(contribution), key)


def _locked(contribution: Contribution) -> Contribution:
    """Give the contribution as the database has it, kept from others. In a transaction only."""
    return Contribution.objects.select_for_update().get(pk=contribution.pk)
