"""The controlled vocabularies that case studies, lessons and contributions share."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from casestudies.models.goal import GoalGroup
from portal.tagging import Term


class Theme(Term):
    """What a record is about."""

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def get_absolute_url(self) -> str:
        """Give the address of the theme's page."""
        return reverse("theme", args=[self.slug])


class PartnershipType(Term):
    """A type of partnership under Sustainable Development Goal 17, with the targets it covers."""

    group = models.ForeignKey(GoalGroup, on_delete=models.PROTECT, related_name="partnership_types")
    how_it_applies = models.TextField(
        _("how it applies"),
        blank=True,
        help_text=_("Only where the group's own text does not say it already."),
    )

    class Meta(Term.Meta):
        verbose_name = _("SDG 17 partnership type")
        verbose_name_plural = _("SDG 17 partnership types")

    def get_absolute_url(self) -> str:
        """Give the address of the partnership type's page."""
        return reverse("partnership-type", args=[self.slug])


class Approach(Term):
    """What kind of response a case shows."""

    class Meta(Term.Meta):
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")
