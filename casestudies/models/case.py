"""The case study and what ties it to countries, companies and vocabularies."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casestudies.models.context import ContextProfile
from casestudies.models.reference import Collection, Company, Country
from casestudies.models.tags import Approach, PartnershipType, Theme
from casestudies.querysets import CaseStudyQuerySet
from casestudies.vocabulary import (
    AsgmStatus,
    CompanyRole,
    MineStage,
    OutcomeStatus,
    ReportStatus,
    StatusDriver,
)
from portal.choices import is_one_of
from portal.fields import ChoicesField, labels
from portal.markdown import RenderedField
from portal.models import Publishable
from portal.tagging import TermLink, VocabularyField

SUMMARY_LENGTH = 280
FIRST_YEAR, LAST_YEAR = 1500, 2100
# /cases/export.json and the like are files of a selection.
NOT_RESERVED = RegexValidator(
    r"^export$", _("This word is taken by an address."), inverse_match=True
)
YEAR_RANGE = [MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]


class CaseStudy(ContextProfile, Publishable):
    """One account of what was tried where large- and small-scale mining meet, and what came of it.

    Compiled from the public sources that it lists; never the text of another publication.
    """

    slug = models.SlugField(_("slug"), max_length=80, validators=[NOT_RESERVED])
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(
        _("summary"), max_length=SUMMARY_LENGTH, help_text=_("One or two sentences for a card.")
    )
    collection = models.ForeignKey(
        Collection, verbose_name=_("collection"), on_delete=models.PROTECT, related_name="cases"
    )
    mine = models.CharField(_("mine or project"), max_length=120)
    place = models.CharField(_("place"), max_length=120, help_text=_("Region and district."))
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Of the site's centre, to two decimals and no finer."),
    )
    longitude = models.DecimalField(
        _("longitude"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    countries = models.ManyToManyField(Country, verbose_name=_("countries"), related_name="cases")
    companies = models.ManyToManyField(
        Company, verbose_name=_("companies"), through="CaseCompany", related_name="cases"
    )
    year_from = models.PositiveSmallIntegerField(
        _("from year"), null=True, blank=True, validators=YEAR_RANGE
    )
    year_to = models.PositiveSmallIntegerField(
        _("to year"),
        null=True,
        blank=True,
        validators=YEAR_RANGE,
        help_text=_("Empty if the case goes on or its end is not known."),
    )
    mine_stage = models.CharField(_("mine stage"), max_length=20, choices=MineStage)
    asgm_status = models.CharField(
        _("status of the small-scale miners"), max_length=20, choices=AsgmStatus
    )
    themes = VocabularyField(verbose_name=_("themes"), through="casestudies.CaseTheme")
    partnership_types = VocabularyField(
        verbose_name=_("SDG 17 partnership types"), through="casestudies.CasePartnershipType"
    )
    approaches = VocabularyField(verbose_name=_("approaches"), through="casestudies.CaseApproach")

    context = models.TextField(_("context"), help_text=_("The setting, in Markdown."))
    context_html = RenderedField(source="context")
    what_was_done = models.TextField(_("what was done"), help_text=_("In Markdown."))
    what_was_done_html = RenderedField(source="what_was_done")

    outcome_status = models.CharField(
        _("outcome status"),
        max_length=20,
        choices=OutcomeStatus,
        default=OutcomeStatus.UNKNOWN,
        help_text=_("What became of the main result."),
    )
    outcome_as_of = models.PositiveSmallIntegerField(
        _("outcome as of year"), null=True, blank=True, validators=YEAR_RANGE
    )
    outcome_note = models.TextField(
        _("outcome note"), blank=True, help_text=_("One sentence with the reason.")
    )
    status_drivers = ChoicesField(
        _("what changed the result"), options=StatusDriver, blank=True, default=list
    )
    in_wgc_report = models.CharField(
        _("in the World Gold Council report of 2022"),
        max_length=10,
        choices=ReportStatus,
        default=ReportStatus.UNKNOWN,
    )
    last_checked = models.DateField(
        _("last checked"),
        null=True,
        blank=True,
        help_text=_("When the record was last compared with its sources."),
    )

    # Follows from the rest; written by casestudies/derived.py alone.
    completeness = models.PositiveSmallIntegerField(
        _("completeness of the record"), default=0, editable=False
    )

    objects = CaseStudyQuerySet.as_manager()

    class Meta(Publishable.Meta):
        abstract = False
        verbose_name = _("case study")
        verbose_name_plural = _("case studies")
        ordering = ["title"]
        indexes = [
            *Publishable.Meta.indexes,
            # A page of the desk's list is read in its order, the other cases are not sorted.
            models.Index(fields=["title"], name="casestudy_title"),
            # All that the desk's list counts of a case itself: it never reads the long texts.
            models.Index(
                fields=[
                    "state",
                    "outcome_status",
                    "mine_stage",
                    "asgm_status",
                    "in_wgc_report",
                    "collection",
                    "completeness",
                    "last_checked",
                    "id",
                ],
                name="casestudy_counted",
            ),
        ]
        constraints = [
            *Publishable.Meta.constraints,
            # What was sent in may leave these open; nobody publishes it before they are judged.
            is_one_of(
                "mine_stage",
                MineStage,
                "casestudies_case_mine_stage_is_known",
                Q(mine_stage="", state="draft"),
            ),
            is_one_of(
                "asgm_status",
                AsgmStatus,
                "casestudies_case_asgm_status_is_known",
                Q(asgm_status="", state="draft"),
            ),
            is_one_of("outcome_status", OutcomeStatus, "casestudies_case_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(year_from__isnull=True)
                | Q(year_to__isnull=True)
                | Q(year_from__lte=F("year_to")),
                name="casestudies_case_years_in_order",
                violation_error_message=_("The first year is after the last."),
            ),
            models.CheckConstraint(
                # Without “is not null” a missing one would make the condition unknown, which a
                # database takes for fulfilled.
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="casestudies_case_coordinates_both_or_none",
                violation_error_message=_("Give both coordinates, within range, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Give the address of the case."""
        return reverse("case", args=[self.slug])

    @property
    def latest_year(self) -> int | None:
        """The latest year that the case covers, as far as the record tells."""
        return latest_year(self.year_from, self.year_to, self.outcome_as_of)

    @property
    def status_driver_labels(self) -> list[str]:
        """The drivers in words."""
        return labels(StatusDriver, self.status_drivers)

    @property
    def context_facts(self) -> list[dict[str, Any]]:
        """The facts on the setting as label, value, explanation and whether it is known."""
        facts = []
        for name in self.FIELDS:
            field = self._meta.get_field(name)
            facts.append(
                {
                    "label": field.verbose_name,  # type: ignore[union-attr]
                    "value": getattr(self, f"get_{name}_display")(),
                    "explanation": field.help_text,  # type: ignore[union-attr]
                    "known": getattr(self, name) != "unknown",
                }
            )
        return facts


def latest_year(year_from: int | None, year_to: int | None, as_of: int | None) -> int | None:
    """Give the latest year covered: the end, else the last year reported on, else the start."""
    return year_to or as_of or year_from


class CaseCompany(models.Model):
    """A company in a case, and what it is to the case. The first operator is the main one."""

    case = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="company_roles", db_index=False
    )
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="case_roles")
    role = models.CharField(_("role"), max_length=20, choices=CompanyRole)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    note = models.CharField(
        _("note"), max_length=200, blank=True, help_text=_("Subsidiary, former name, share, date.")
    )

    class Meta:
        verbose_name = _("company in a case")
        verbose_name_plural = _("companies in cases")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "position"], name="casestudies_casecompany_position_once"
            ),
            # Also the index by which a case's companies are read.
            models.UniqueConstraint(
                fields=["case", "company", "role"], name="casestudies_casecompany_role_once"
            ),
            is_one_of("role", CompanyRole, "casestudies_casecompany_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.company} ({self.get_role_display()})"


class CaseTheme(TermLink):
    """A theme of a case."""

    content_object = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="theme_items", db_index=False
    )
    tag = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="case_items")

    class Meta:
        constraints = [
            # Also the index by which a case's themes are read; the tag's own serves the facet.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="casestudies_casetheme_once"
            )
        ]


class CasePartnershipType(TermLink):
    """A partnership type of a case."""

    content_object = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="partnership_type_items", db_index=False
    )
    tag = models.ForeignKey(PartnershipType, on_delete=models.PROTECT, related_name="case_items")

    class Meta:
        constraints = [
            # As for themes.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="casestudies_casepartnershiptype_once"
            )
        ]


class CaseApproach(TermLink):
    """An approach of a case."""

    content_object = models.ForeignKey(
        CaseStudy, on_delete=models.CASCADE, related_name="approach_items", db_index=False
    )
    tag = models.ForeignKey(Approach, on_delete=models.PROTECT, related_name="case_items")

    class Meta:
        constraints = [
            # As for themes.
            models.UniqueConstraint(
                fields=["content_object", "tag"], name="casestudies_caseapproach_once"
            )
        ]
