"""A dialogue with its statements, and what people answer."""

import secrets
from datetime import date
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casestudies.models import Country, Theme
from contributions.dialogues.querysets import DialogueQuerySet, ResponseQuerySet
from contributions.dialogues.vocabulary import (
    Choice,
    Standing,
    Status,
    StepKind,
    TextState,
)
from contributions.vocabulary import DeclineReason, StakeholderKind
from lessons.models import Lesson
from portal.choices import is_one_of
from portal.fields import ChoicesField, LinesField, labels
from portal.markdown import RenderedField
from portal.models import PointBase, Publishable
from portal.tagging import TermLink, VocabularyField

LONGEST_TEXT = 2_000  # characters of a response
LONGEST_NAME = 60


class Dialogue(Publishable):
    """A call for input. Its status follows from its dates and from its report, and is not stored.

    It closes by itself at the end of `closes_on` (UTC), or earlier by `closed_at`.
    """

    slug = models.SlugField(_("slug"), max_length=80)
    title = models.CharField(_("title"), max_length=160)
    question = models.CharField(_("question"), max_length=300)
    background = models.TextField(_("background"), help_text=_("In Markdown."))
    background_html = RenderedField(source="background")
    draft_text = models.TextField(
        _("draft that is asked about"), blank=True, help_text=_("In Markdown; may stay empty.")
    )
    draft_text_html = RenderedField(source="draft_text")
    asked = ChoicesField(_("who is asked"), options=StakeholderKind)
    convenors = LinesField(
        _("convenors"), blank=False, help_text=_("Organisations or public bodies, one a line.")
    )
    rules = models.TextField(
        _("rules"), help_text=_("In Markdown: what is published, and what is not.")
    )
    rules_html = RenderedField(source="rules")
    opens_on = models.DateField(_("opens on"))
    closes_on = models.DateField(
        _("closes on"), help_text=_("The last day; it ends at midnight, UTC.")
    )
    themes = VocabularyField(
        verbose_name=_("themes"), through="contributions.DialogueTheme", blank=True
    )
    lessons = models.ManyToManyField(
        Lesson, verbose_name=_("lessons"), related_name="dialogues", blank=True
    )
    we_asked = models.TextField(_("we asked"), blank=True, help_text=_("In Markdown."))
    we_asked_html = RenderedField(source="we_asked")
    you_said = models.TextField(_("you said"), blank=True, help_text=_("In Markdown."))
    you_said_html = RenderedField(source="you_said")
    we_did = models.TextField(_("we did"), blank=True, help_text=_("In Markdown."))
    we_did_html = RenderedField(source="we_did")
    closed_at = models.DateTimeField(_("closed early"), null=True, blank=True, editable=False)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True, editable=False)

    objects = DialogueQuerySet.as_manager()

    class Meta(Publishable.Meta):
        abstract = False
        verbose_name = _("dialogue")
        verbose_name_plural = _("dialogues")
        ordering = ["-closes_on", "title"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="contributions_dialogue_closes_after_it_opens",
                violation_error_message=_("It cannot close before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the first time it is published with its report, keep the moment."""
        if self.is_published and self.reported_at is None and self.has_report:
            self.reported_at = timezone.now()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "reported_at"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Give the address of the dialogue."""
        return reverse("dialogue", args=[self.slug])

    @property
    def status(self) -> Status:
        """How far it has come, today."""
        if self.is_over:
            return Status.REPORTED if self.has_report else Status.CLOSED
        return Status.OPEN if self.opens_on <= timezone.localdate() else Status.PLANNED

    @property
    def is_open(self) -> bool:
        """Say whether responses are taken now."""
        return self.is_published and self.status == Status.OPEN

    @property
    def is_over(self) -> bool:
        """Say whether it has closed, by its date or early."""
        return self.closed_at is not None or timezone.localdate() > self.closes_on

    @property
    def has_begun(self) -> bool:
        """Say whether it is open or has been."""
        return self.is_over or timezone.localdate() >= self.opens_on

    @property
    def has_report(self) -> bool:
        """Say whether all three texts of the report are there."""
        return all((self.we_asked.strip(), self.you_said.strip(), self.we_did.strip()))

    @property
    def last_day(self) -> date:
        """The day on which it closed or will close."""
        return timezone.localdate(self.closed_at) if self.closed_at else self.closes_on

    @property
    def asked_labels(self) -> list[str]:
        """Who is asked, in words."""
        return labels(StakeholderKind, self.asked)


class DialogueTheme(TermLink):
    """A theme of a dialogue."""

    content_object = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="theme_items", db_index=False
    )
    tag = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="dialogue_items")

    class Meta:
        constraints = [
            # Also the index by which a dialogue's themes are read.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="contributions_dialoguetheme_once"
            )
        ]


class Statement(PointBase):
    """A short text that people agree or disagree with, or pass."""

    dialogue = models.ForeignKey(
        Dialogue, on_delete=models.CASCADE, related_name="statements", db_index=False
    )

    class Meta(PointBase.Meta):
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            # Also the index by which a dialogue's statements are read, in order.
            models.UniqueConstraint(
                fields=["dialogue", "position"], name="contributions_statement_position_once"
            )
        ]


def _new_code() -> str:
    return secrets.token_hex(5)


class Response(models.Model):
    """What one person answered. Their votes count at once, their words after a moderator's look.

    `key_print` is the print of the key that the form carried: whoever holds the key can change and
    withdraw it. `code` names it in public addresses: unlike a primary key it tells nothing of how
    many there are. A response that was withdrawn keeps no content.
    """

    outside_corpus = True  # most of it is never public; services refresh the pages that show it

    dialogue = models.ForeignKey(
        Dialogue, verbose_name=_("dialogue"), on_delete=models.PROTECT, related_name="responses"
    )
    reply_to = models.ForeignKey(
        "self",
        verbose_name=_("reply to"),
        on_delete=models.PROTECT,
        null=True,
        related_name="replies",
    )
    key_print = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=10, unique=True, default=_new_code)
    kind = models.CharField(_("speaks as"), max_length=20, choices=StakeholderKind, blank=True)
    country = models.ForeignKey(
        Country, verbose_name=_("country"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    name = models.CharField(_("name to show"), max_length=LONGEST_NAME, blank=True)
    text = models.TextField(_("text"), blank=True)
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing, default=Standing.COUNTED
    )
    text_state = models.CharField(
        _("state of the text"), max_length=10, choices=TextState, default=TextState.NONE
    )
    decline_reason = models.CharField(
        _("why it was declined"), max_length=12, choices=DeclineReason, blank=True
    )
    # Why its author asks for another moderator; for moderators only.
    appeal = models.TextField(_("appeal"), blank=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("claimed by"), on_delete=models.SET_NULL,
        null=True, related_name="+",
    )  # fmt: skip
    oddities = models.JSONField(_("what looks odd"), default=list)
    is_flagged = models.BooleanField(_("flagged"), default=False)
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    text_published_at = models.DateTimeField(_("text published"), null=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        default_permissions = ()
        permissions = [("moderate_response", _("Can moderate responses"))]
        ordering = ["-sent_at"]
        constraints = [
            is_one_of("standing", Standing, "contributions_response_standing_is_known"),
            is_one_of("text_state", TextState, "contributions_response_text_state_is_known"),
        ]
        indexes = [
            # Numbers by kind, and the threads of a page.
            models.Index(
                fields=["dialogue", "standing", "kind"], name="contributions_response_kind"
            ),
            models.Index(fields=["dialogue", "-sent_at"], name="contributions_response_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.dialogue} ({self.code})"

    def get_absolute_url(self) -> str:
        """Give the address of the dialogue; the words stand on one of its pages."""
        return self.dialogue.get_absolute_url()

    @property
    def is_withdrawn(self) -> bool:
        """Say whether its author has taken it back."""
        return self.standing == Standing.WITHDRAWN

    @property
    def is_shown(self) -> bool:
        """Say whether its words are public."""
        return self.standing == Standing.COUNTED and self.text_state == TextState.PUBLISHED

    @property
    def decline_definition(self) -> str:
        """Why its words are not shown, in a sentence."""
        return str(DeclineReason(self.decline_reason).definition) if self.decline_reason else ""

    @property
    def may_appeal(self) -> bool:
        """Say whether another moderator can be asked for: once for the same words. One query.

        What counts no more is no matter of its words.
        """
        if self.text_state != TextState.DECLINED or self.standing == Standing.SHUT_OUT:
            return False
        return all(kind != StepKind.APPEALED for kind, _actor in self.steps_of_decision)

    @property
    def steps_of_decision(self) -> list[tuple[str, int | None]]:
        """The kinds and actors of the steps since these words came or were last published.

        One query.
        """
        begun = (StepKind.PUBLISHED, StepKind.REWRITTEN)
        steps = self.steps.values_list("kind", "actor")
        return list(takewhile(lambda step: step[0] not in begun, steps))

    @property
    def signature(self) -> str:
        """The name that stands beside the words."""
        return self.name or str(_("Anonymous"))


class Vote(models.Model):
    """What a response says to one statement."""

    outside_corpus = True

    response = models.ForeignKey(
        Response, on_delete=models.CASCADE, related_name="votes", db_index=False
    )
    # A statement that somebody has answered cannot be taken out.
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="votes")
    choice = models.CharField(max_length=10, choices=Choice)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        default_permissions = ()
        constraints = [
            # Also the index by which a response's votes are read.
            models.UniqueConstraint(
                fields=["response", "statement"], name="contributions_vote_once"
            ),
            is_one_of("choice", Choice, "contributions_vote_choice_is_known"),
        ]

    def __str__(self) -> str:
        return self.choice


class ResponseStep(models.Model):
    """One step in the life of a response: who did what, when and why. Written once.

    Nobody stands beside what the author of a response did. No step holds any of its words.
    """

    outside_corpus = True

    response = models.ForeignKey(Response, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(_("step"), max_length=10, choices=StepKind)
    reason = models.CharField(_("reason"), max_length=12, choices=DeclineReason, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # Kept beside the account, which may be deleted.
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    moment = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step of a response")
        verbose_name_plural = _("steps of responses")
        default_permissions = ()
        ordering = ["-moment", "-pk"]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M} {self.get_kind_display()}"
