"""What is known of each source address: one row an address, however many sources cite it."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkState(models.TextChoices):
    """How an address stands."""

    ANSWERS = "answers", _("Answers")
    BROKEN = "broken", _("Broken")
    # It answers that programs, or people not signed in, may not see the page.
    UNCLEAR = "unclear", _("Look yourself")


class LinkFault(models.TextChoices):
    """Why an address gave no answer at all."""

    TIMEOUT = "timeout", _("no answer in time")
    NO_HOST = "no-host", _("there is no such host")
    NO_CONNECTION = "no-connection", _("no connection")
    REDIRECTS = "redirects", _("led on too many times")
    PRIVATE = "private", _("not a public address")
    NO_ADDRESS = "no-address", _("no address of the web")
    PROTOCOL = "protocol", _("an answer that makes no sense")


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Reads of checked addresses."""

    def broken(self) -> Self:
        """Keep addresses that are broken, those broken longest first."""
        return self.filter(state=LinkState.BROKEN).order_by("broken_since", "address")


class LinkCheck(models.Model):
    """The last check of one address."""

    address = models.URLField(_("address"), max_length=500, unique=True)
    checked_at = models.DateTimeField(_("checked"))
    state = models.CharField(_("state"), max_length=8, choices=LinkState)
    status = models.PositiveSmallIntegerField(_("status code"), null=True, blank=True)
    fault = models.CharField(_("fault"), max_length=16, choices=LinkFault, blank=True)
    final_address = models.CharField(_("led on to"), max_length=2000, blank=True)
    broken_since = models.DateTimeField(_("broken since"), null=True, blank=True)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("source address")
        verbose_name_plural = _("source addresses")
        ordering = ["address"]
        indexes = [
            # The desk lists broken addresses.
            models.Index(fields=["state", "broken_since"], name="portal_linkcheck_state"),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def outcome(self) -> str:
        """Say in words what came of the check: a status code or a fault."""
        return str(self.get_fault_display()) if self.fault else str(self.status)
