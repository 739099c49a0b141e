"""What belongs to one case alone: points, sources, figures and parties."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from casestudies.models.case import CaseStudy
from casestudies.vocabulary import Claimant, PartyKind
from portal.choices import is_one_of
from portal.models import PointBase, SourceBase


class Outcome(PointBase):
    """One thing that came of the case."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="outcomes", db_index=False
    )

    class Meta(PointBase.Meta):
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            # Also the index by which a case's outcomes are read, in order.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_outcome_position_once"
            )
        ]


class Challenge(PointBase):
    """One thing that was hard, went wrong or stayed open."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="challenges", db_index=False
    )

    class Meta(PointBase.Meta):
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        constraints = [
            # As for outcomes.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_challenge_position_once"
            )
        ]


class CaseLesson(PointBase):
    """One thing that this case alone teaches; the library's lessons stand in their own app."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="case_lessons", db_index=False
    )

    class Meta(PointBase.Meta):
        verbose_name = _("lesson of the case")
        verbose_name_plural = _("lessons of the case")
        constraints = [
            # As for outcomes.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_caselesson_position_once"
            )
        ]


class Source(SourceBase):
    """A public source that the case was compiled from."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="sources", db_index=False
    )

    class Meta(SourceBase.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            # Also the index by which a case's sources are read, in order.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_source_position_once"
            )
        ]


class Figure(models.Model):
    """A number that a source gives, and whose claim it is. A claim, not a measurement."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="figures", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    label = models.CharField(_("label"), max_length=200)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=4)
    unit = models.CharField(_("unit"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    claimed_by = models.CharField(_("claimed by"), max_length=20, choices=Claimant)
    # A source that a figure rests on cannot be deleted by itself, only with its case.
    source = models.ForeignKey(
        Source, verbose_name=_("source"), on_delete=models.RESTRICT, related_name="figures"
    )

    class Meta:
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        ordering = ["position"]
        constraints = [
            # Also the index by which a case's figures are read, in order.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_figure_position_once"
            ),
            is_one_of("claimed_by", Claimant, "casestudies_figure_claimant_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.shown_value} {self.unit}"

    @property
    def shown_value(self) -> str:
        """The value without idle zeros, thousands apart: 9,000 or 532.34."""
        return f"{self.value.normalize():,f}"

    def clean(self) -> None:
        """Refuse a source of another case."""
        if self.source_id and self.case_id and self.source.case_id != self.case_id:
            raise ValidationError({"source": _("This source belongs to another case.")})


class Party(models.Model):
    """Somebody else who took part or was concerned."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="parties", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=PartyKind)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["position"]
        constraints = [
            # Also the index by which a case's parties are read, in order.
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_party_position_once"
            ),
            is_one_of("kind", PartyKind, "casestudies_party_kind_is_known"),
        ]

    def __str__(self) -> str:
        return self.name
