"""What was sent in: the text as it came, who may be written to, and every step it took.

None of this is public. What a moderator publishes becomes a Perspective.
"""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudy, Country
from contributions.vocabulary import (
    ContributionKind,
    ContributionState,
    DeclineReason,
    Identity,
    Passage,
    StakeholderKind,
)
from lessons.models import Lesson
from portal.choices import is_one_of
from portal.sealed import SealedTextField

# Without letters and digits that look alike: a reference is read out on the phone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SENT_IN = [kind for kind in ContributionKind if kind is not ContributionKind.PUBLISHED_VIEW]


def new_reference() -> str:
    """Give a reference such as “K7QM-4XDR”: names a contribution, opens nothing."""
    letters = "".join(secrets.choice(_ALPHABET) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Contribution(models.Model):
    """Something that was sent in, or is being written.

    `answers` are the contributor's own words by question. Moderators do not change them: what they
    leave out of it stands in `public_text`.
    """

    outside_corpus = True

    reference = models.CharField(_("reference"), max_length=9, unique=True, default=new_reference)
    # What is stored of the key in the private link (portal/sending/tickets.py).
    key_print = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=ContributionKind)
    state = models.CharField(
        _("state"), max_length=10, choices=ContributionState, default=ContributionState.DRAFT
    )
    answers = models.JSONField(_("answers"), default=dict)
    case = models.ForeignKey(
        CaseStudy, verbose_name=_("case study"), on_delete=models.SET_NULL, null=True, blank=True,
        related_name="contributions",
    )  # fmt: skip
    lesson = models.ForeignKey(
        Lesson, verbose_name=_("lesson"), on_delete=models.SET_NULL, null=True, blank=True,
        related_name="contributions",
    )  # fmt: skip
    passage = models.CharField(_("passage"), max_length=20, choices=Passage, blank=True)
    quote = models.CharField(_("words that it answers"), max_length=500, blank=True)
    identity = models.CharField(
        _("identity"), max_length=10, choices=Identity, default=Identity.ANONYMOUS
    )
    shown_name = models.CharField(_("name to be shown"), max_length=100, blank=True)
    organisation = models.CharField(_("organisation"), max_length=150, blank=True)
    stakeholder_kind = models.CharField(
        _("kind of stakeholder"), max_length=20, choices=StakeholderKind, blank=True
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    district = models.CharField(_("district"), max_length=100, blank=True)
    consented_at = models.DateTimeField(_("consent given"), null=True, blank=True)
    email_confirmed_at = models.DateTimeField(_("e-mail confirmed"), null=True, blank=True)
    vouched_at = models.DateTimeField(_("vouched for"), null=True, blank=True)

    oddities = models.JSONField(_("what is odd"), default=list, blank=True)
    is_risky = models.BooleanField(_("risk to persons"), default=False)
    is_escalated = models.BooleanField(_("a further opinion is needed"), default=False)
    # Whether it accuses somebody who is named; nobody has said as long as it is empty.
    is_accusing = models.BooleanField(_("accuses somebody who is named"), null=True, blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("claimed by"), on_delete=models.SET_NULL,
        null=True, blank=True, related_name="+",
    )  # fmt: skip
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    public_title = models.CharField(_("title"), max_length=160, blank=True)
    public_text = models.TextField(_("text to be published"), blank=True)
    # What of quote, district and name moderators leave out of what is published.
    left_out = models.JSONField(_("left out"), default=list, blank=True)

    created_at = models.DateTimeField(_("begun"), auto_now_add=True)
    touched_at = models.DateTimeField(_("last changed"), auto_now=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    perspective = models.OneToOneField(
        "contributions.Perspective", verbose_name=_("published as"), on_delete=models.SET_NULL,
        null=True, blank=True, related_name="contribution",
    )  # fmt: skip
    draft_case = models.ForeignKey(
        CaseStudy, verbose_name=_("draft of a case"), on_delete=models.SET_NULL, null=True,
        blank=True, related_name="+",
    )  # fmt: skip

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        ordering = ["sent_at", "pk"]
        default_permissions = ()
        permissions = [("moderate_contribution", "Can moderate contributions")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SENT_IN), name="contributions_sent_kind_is_known"
            ),
            is_one_of("state", ContributionState, "contributions_sent_state_is_known"),
        ]
        indexes = [
            # The queue: what waits, oldest first.
            models.Index(fields=["state", "sent_at"], name="contributions_queue"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        """Whether its contributor may still change the text that a moderator will read."""
        return self.state in (
            ContributionState.DRAFT,
            ContributionState.WAITING,
            ContributionState.ASKED,
        )

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was taken back: nothing of it is left but that."""
        return self.state == ContributionState.WITHDRAWN


class Contact(models.Model):
    """How its contributor is reached: sealed, for moderators only, and forgotten in time."""

    outside_corpus = True

    contribution = models.OneToOneField(
        Contribution, on_delete=models.CASCADE, related_name="contact", primary_key=True
    )
    email = SealedTextField(_("e-mail"), blank=True)
    phone = SealedTextField(_("telephone"), blank=True)
    voucher_email = SealedTextField(_("e-mail of who vouches"), blank=True)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.contribution_id)


class Attachment(models.Model):
    """A file that came with a contribution: sealed, for moderators only, never served inline."""

    class Type(models.TextChoices):
        """What a file is, told from its bytes."""

        IMAGE = "image/jpeg", _("picture")
        PDF = "application/pdf", _("PDF")
        AUDIO_MPEG = "audio/mpeg", _("sound (MP3)")
        AUDIO_OGG = "audio/ogg", _("sound (Ogg)")
        AUDIO_MP4 = "audio/mp4", _("sound (M4A)")
        AUDIO_AMR = "audio/amr", _("sound (AMR)")

    outside_corpus = True

    contribution = models.ForeignKey(
        Contribution, on_delete=models.CASCADE, related_name="attachments"
    )
    type = models.CharField(_("type"), max_length=20, choices=Type)
    size = models.PositiveIntegerField(_("size"))  # bytes, before sealing
    digest = models.CharField(max_length=64)  # of what was sent: the same file is stored once
    content = models.BinaryField(editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("file that was sent in")
        verbose_name_plural = _("files that were sent in")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "digest"], name="contributions_attachment_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()}, {self.size}"


class ContributionStep(models.Model):
    """One step of a contribution. `by` is empty for its contributor and for readers."""

    class Action(models.TextChoices):
        """What was done."""

        SENT = "sent", _("Sent")
        CHANGED = "changed", _("Changed by the contributor")
        CONFIRMED = "confirmed", _("E-mail confirmed")
        VOUCHED = "vouched", _("Vouched for")
        CLAIMED = "claimed", _("Claimed")
        RELEASED = "released", _("Given back to the queue")
        REDACTED = "redacted", _("Text for the public changed")
        ASKED = "asked", _("Asked the contributor")
        ANSWERED = "answered", _("Answered by the contributor")
        ESCALATED = "escalated", _("Second opinion asked for")
        SECONDED = "seconded", _("Second opinion: it may be published")
        OBJECTED = "objected", _("Second opinion: it should not be published")
        JUDGED = "judged", _("Judged, and not published")
        MARKED_RISKY = "risky", _("Marked as a risk to persons")
        INVITED = "invited", _("Named party invited to reply")
        PUBLISHED = "published", _("Published")
        DECLINED = "declined", _("Declined")
        TAKEN_DOWN = "taken-down", _("Taken down")
        APPEALED = "appealed", _("Appeal")
        FLAGGED = "flagged", _("Flagged by a reader")
        FLAG_CLOSED = "flag-closed", _("Flag looked at")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        FORGOTTEN = "forgotten", _("Contact data erased")

    outside_corpus = True

    contribution = models.ForeignKey(Contribution, on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(_("step"), max_length=12, choices=Action)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    moment = models.DateTimeField(_("when"), auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=20, choices=DeclineReason, blank=True)
    text = models.TextField(_("text"), blank=True)
    # Whether the private page shows the text to the contributor.
    is_told = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("step of a contribution")
        verbose_name_plural = _("steps of contributions")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.get_action_display()


class ReplyInvitation(models.Model):
    """Somebody named in what was published was invited to reply: shown with the date."""

    perspective = models.ForeignKey(
        "contributions.Perspective", on_delete=models.CASCADE, related_name="invitations"
    )
    party = models.CharField(_("who was invited"), max_length=150)
    invited_on = models.DateField(_("invited on"))
    reply = models.ForeignKey(
        "contributions.Perspective", verbose_name=_("reply"), on_delete=models.SET_NULL, null=True,
        blank=True, related_name="answered_invitations",
    )  # fmt: skip

    class Meta:
        verbose_name = _("invitation to reply")
        verbose_name_plural = _("invitations to reply")
        ordering = ["invited_on", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["perspective", "party"], name="contributions_invitation_once"
            )
        ]

    def __str__(self) -> str:
        return self.party


class Flag(models.Model):
    """A reader says that something published should not stand there so."""

    outside_corpus = True

    # One of the two: what a reader flags.
    perspective = models.ForeignKey(
        "contributions.Perspective", on_delete=models.CASCADE, null=True, related_name="flags"
    )
    response = models.ForeignKey(
        "contributions.Response", on_delete=models.CASCADE, null=True, related_name="flags"
    )
    key_print = models.CharField(max_length=64, unique=True, editable=False)
    text = models.TextField(_("what is wrong with it"))
    is_odd = models.BooleanField(default=False)
    made_at = models.DateTimeField(_("when"), auto_now_add=True)
    closed_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    outcome = models.TextField(_("what came of it"), blank=True)

    class Meta:
        verbose_name = _("flag")
        verbose_name_plural = _("flags")
        ordering = ["made_at"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(perspective=None) ^ Q(response=None), name="contributions_flag_of_one"
            )
        ]
        indexes = [
            # What nobody has looked at, oldest first.
            models.Index(fields=["closed_at", "made_at"], name="contributions_open_flags"),
        ]

    def __str__(self) -> str:
        return f"{self.subject}"

    @property
    def subject(self) -> Any:
        """What is flagged: it has an address and words that name it."""
        return self.perspective or self.response


def note(
    contribution: Contribution, action: ContributionStep.Action, by: Any = None, **values: Any
) -> ContributionStep:
    """Write a step down."""
    return ContributionStep.objects.create(
        contribution=contribution, action=action, by=by, **values
    )


def forget_flags(flags: models.QuerySet[Flag]) -> None:
    """Empty the flags of what was withdrawn: readers may have quoted it. Open ones are closed."""
    flags.filter(closed_at=None).update(closed_at=timezone.now())
    flags.update(text="", outcome="")
