"""Sustainable Development Goal 17 as a guide: the goal, its groups and its targets."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.fields import LinesField
from portal.models import SourceBase


class Goal(models.Model):
    """The goal itself: what it says and why it stands here. One row."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    statement = models.TextField(_("statement"))
    why_here = models.TextField(_("why it stands here"))
    notes = models.TextField(_("notes"), help_text=_("How close the wording is to the UN text."))

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goal")

    def __str__(self) -> str:
        return f"{self.number}: {self.name}"


class GoalSource(SourceBase):
    """A source of the guide to the goal."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="sources", db_index=False)

    class Meta(SourceBase.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            # Also the index by which a goal's sources are read.
            models.UniqueConstraint(
                fields=["goal", "position"], name="casestudies_goalsource_position_once"
            )
        ]


class GoalGroup(models.Model):
    """One of the goal's five groups of targets, such as finance."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    summary = models.TextField(_("summary"))
    how_it_applies = models.TextField(_("how it applies"))
    examples = LinesField(_("examples of partnerships"))
    questions = LinesField(_("questions to ask"))

    class Meta:
        verbose_name = _("group of targets")
        verbose_name_plural = _("groups of targets")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """A target of the goal, in this library's own words."""

    class WordingSeen(models.TextChoices):
        """How much of the official wording was seen when the paraphrase was written."""

        FULL = "full", _("Official wording seen in full")
        PARTIAL = "partial", _("Official wording seen in part")
        SUMMARY = "summary", _("Only a summary of the group was seen")

    number = models.CharField(
        _("number"), max_length=6, unique=True, validators=[RegexValidator(r"^17\.\d{1,2}$")]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    partnership_type = models.ForeignKey(
        "casestudies.PartnershipType", on_delete=models.PROTECT, related_name="targets"
    )
    paraphrase = models.TextField(_("paraphrase"))
    relevance = models.TextField(_("relevance to large- and small-scale gold mining"))
    wording_seen = models.CharField(_("wording seen"), max_length=8, choices=WordingSeen)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.number
