"""What stakeholders say: what the public reads of it. How it is sent in stands in `sending/`."""

from html import unescape

from django.db import models
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

import contributions.dialogues.models  # noqa: F401  Django looks for an app's models here
from casestudies.models import CaseStudy, Country, PartnershipType, Theme
from casestudies.vocabulary import PartyKind, ReportStatus
from contributions.querysets import PerspectiveQuerySet
from contributions.sending.models import (
    Attachment,
    Contact,
    Contribution,
    ContributionStep,
    Flag,
    ReplyInvitation,
)
from contributions.vocabulary import ContributionKind, Identity, Passage, StakeholderKind
from lessons.models import Lesson
from portal.choices import is_one_of
from portal.markdown import RenderedField
from portal.models import Publishable, SourceBase
from portal.tagging import TermLink, VocabularyField

# Django looks for an app's models here; these stand with the part that they belong to.
__all__ = ["Attachment", "Contact", "Contribution", "ContributionStep", "Flag", "ReplyInvitation"]


class Organisation(models.Model):
    """A body that speaks: company, ministry, association, NGO."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=PartyKind)
    country = models.ForeignKey(
        Country,
        verbose_name=_("country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        help_text=_("Empty for international bodies."),
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]
        constraints = [is_one_of("kind", PartyKind, "contributions_organisation_kind_is_known")]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Give the name: how stored revisions name this row."""
        return (self.name,)


class Perspective(Publishable):
    """What a stakeholder says; never this library's view.

    Either an organisation's own view as published by it, or a contribution that was sent in and
    that a moderator published. The first has an organisation, the second says who speaks in
    `speaker_…` and may have none.
    """

    slug = models.SlugField(_("slug"), max_length=80)
    kind_of_contribution = models.CharField(
        _("kind of contribution"),
        max_length=20,
        choices=ContributionKind,
        default=ContributionKind.PUBLISHED_VIEW,
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="perspectives",
        null=True,
        blank=True,
        help_text=_("Empty for what was sent in."),
    )
    identity = models.CharField(
        _("how far it is known who speaks"),
        max_length=10,
        choices=Identity,
        default=Identity.PUBLISHED,
    )
    speaker_name = models.CharField(_("name shown"), max_length=100, blank=True)
    speaker_kind = models.CharField(
        _("kind of stakeholder"), max_length=20, choices=StakeholderKind, blank=True
    )
    speaker_country = models.ForeignKey(
        Country,
        verbose_name=_("country of the speaker"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="perspectives_sent_in",
    )
    district = models.CharField(_("district"), max_length=100, blank=True)
    vouched_by = models.CharField(_("vouched for by"), max_length=150, blank=True)
    passage = models.CharField(
        _("part of the page that it answers"), max_length=20, choices=Passage, blank=True
    )
    quote = models.CharField(_("words that it answers"), max_length=500, blank=True)
    said_on = models.DateField(_("sent on"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=160)
    body = models.TextField(_("body"), help_text=_("In Markdown."))
    body_html = RenderedField(source="body")
    note = models.TextField(_("note"), blank=True)
    themes = VocabularyField(verbose_name=_("themes"), through="contributions.PerspectiveTheme")
    partnership_types = VocabularyField(
        verbose_name=_("SDG 17 partnership types"),
        through="contributions.PerspectivePartnershipType",
    )
    lessons = models.ManyToManyField(
        Lesson, verbose_name=_("lessons"), related_name="perspectives", blank=True
    )
    cases = models.ManyToManyField(
        CaseStudy, verbose_name=_("case studies"), related_name="perspectives", blank=True
    )
    in_wgc_report = models.CharField(
        _("contributed to the World Gold Council report of 2022"),
        max_length=10,
        choices=ReportStatus,
        default=ReportStatus.UNKNOWN,
    )

    objects = PerspectiveQuerySet.as_manager()

    class Meta(Publishable.Meta):
        abstract = False
        verbose_name = _("perspective")
        verbose_name_plural = _("perspectives")
        ordering = ["organisation__name", "title"]
        constraints = [
            *Publishable.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False) | ~models.Q(speaker_kind=""),
                name="contributions_perspective_has_a_speaker",
                violation_error_message=_("Either an organisation or a kind of stakeholder."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_sent_in(self) -> bool:
        """Whether its author sent it here, and did not publish it elsewhere."""
        return self.kind_of_contribution != ContributionKind.PUBLISHED_VIEW

    @property
    def speaker(self) -> str:
        """Who speaks, in words: a name where there is one."""
        if self.organisation:
            return self.organisation.name
        return self.speaker_name or str(Identity.ANONYMOUS.label)

    @property
    def identity_definition(self) -> str:
        """What is known of who speaks, in a sentence."""
        return str(Identity(self.identity).definition)

    @property
    def stakeholder(self) -> StakeholderKind:
        """What kind of stakeholder speaks."""
        return StakeholderKind(self.organisation.kind if self.organisation else self.speaker_kind)

    @property
    def country(self) -> Country | None:
        """The country of who speaks; none for international bodies, or where it was not said."""
        return self.organisation.country if self.organisation else self.speaker_country

    @property
    def excerpt(self) -> str:
        """The first words of the body, as plain text."""
        return Truncator(unescape(strip_tags(self.body_html))).words(40)

    def get_absolute_url(self) -> str:
        """Give the address of the perspective."""
        return reverse("perspective", args=[self.slug])


class PerspectiveTheme(TermLink):
    """A theme of a perspective."""

    content_object = models.ForeignKey(
        Perspective, on_delete=models.CASCADE, related_name="theme_items", db_index=False
    )
    tag = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="perspective_items")

    class Meta:
        constraints = [
            # Also the index by which a perspective's themes are read.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="contributions_perspectivetheme_once"
            )
        ]


class PerspectivePartnershipType(TermLink):
    """A partnership type of a perspective."""

    content_object = models.ForeignKey(
        Perspective,
        on_delete=models.CASCADE,
        related_name="partnership_type_items",
        db_index=False,
    )
    tag = models.ForeignKey(
        PartnershipType, on_delete=models.PROTECT, related_name="perspective_items"
    )

    class Meta:
        constraints = [
            # As for themes.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="contributions_perspectivesdg17_once"
            )
        ]


class PerspectiveSource(SourceBase):
    """Where the organisation published its view."""

    perspective = models.ForeignKey(
        Perspective, on_delete=models.CASCADE, related_name="sources", db_index=False
    )

    class Meta(SourceBase.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            # Also the index by which a perspective's sources are read, in order.
            models.UniqueConstraint(
                fields=["perspective", "position"], name="contributions_source_position_once"
            )
        ]
