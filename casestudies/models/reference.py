"""What cases refer to: countries, companies and collections."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.fields import LinesField


class Country(models.Model):
    """A country, by its ISO 3166-1 codes, with its UN name and its place in UN M49."""

    code = models.CharField(
        _("ISO alpha-2 code"), max_length=2, primary_key=True, help_text=_("For example GH.")
    )
    alpha3 = models.CharField(_("ISO alpha-3 code"), max_length=3, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True, help_text=_("UN short form."))
    name_fr = models.CharField(_("French name"), max_length=100)
    name_es = models.CharField(_("Spanish name"), max_length=100)
    name_pt = models.CharField(_("Portuguese name"), max_length=100)
    aliases = LinesField(
        _("also known as"), help_text=_("Abbreviations and common names, one a line.")
    )
    sub_region = models.CharField(_("UN M49 sub-region"), max_length=100)
    sub_region_code = models.CharField(_("sub-region code"), max_length=3)
    intermediate_region = models.CharField(
        _("UN M49 intermediate region"), max_length=100, blank=True
    )
    intermediate_region_code = models.CharField(
        _("intermediate region code"), max_length=3, blank=True
    )

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Z][A-Z]$"),
                name="casestudies_country_code_is_alpha2",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Give the address of the country's page."""
        return reverse("country", args=[self.code])


class Company(models.Model):
    """A mining company under its present, canonical name.

    Listing an event under a present parent does not say that the parent is liable for it.
    """

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=150, unique=True)
    aliases = LinesField(
        _("also known as"), help_text=_("Subsidiaries, former and short names, one a line.")
    )
    home_country = models.ForeignKey(
        Country,
        verbose_name=_("home country"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="home_companies",
        help_text=_("Country of the head office; empty where it is not well known."),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Give the address of the company's page."""
        return reverse("company", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        """Give the slug: how stored revisions name this row."""
        return (self.slug,)


class Collection(models.Model):
    """A set of cases with one origin: what it is, where it was published, what may be done."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=150, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    description = models.TextField(_("description"))
    publication = models.TextField(
        _("publication"), blank=True, help_text=_("Title, publisher and year, if published.")
    )
    rights_note = models.TextField(_("rights"), blank=True)

    class Meta:
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Give the slug: how stored revisions name this row."""
        return (self.slug,)
