"""What the outbox holds."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.sealed import SealedTextField


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    """Reads of the outbox."""

    def waiting(self) -> Self:
        """Keep what no mail server has taken yet."""
        return self.filter(sent_at=None)

    def due(self, now: datetime) -> Self:
        """Keep what is to be tried now, longest waiting first."""
        return self.waiting().filter(next_try__lte=now).order_by("next_try", "pk")


class OutgoingMail(models.Model):
    """A mail that waits; once a mail server has taken it, only the print of its key is left.

    Where a `writer` is named, `text` holds the notes of which it makes the mail when it leaves.
    `next_try` is also the lease of whoever is sending it: nobody else tries before then.
    """

    key_print = models.CharField(max_length=64, unique=True)
    recipient = SealedTextField()
    subject = SealedTextField()
    text = SealedTextField()
    html = SealedTextField(blank=True)
    headers = SealedTextField(blank=True)  # JSON
    writer = models.CharField(max_length=20, blank=True)
    made_at = models.DateTimeField()
    next_try = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)  # its class only: its text may hold names
    sent_at = models.DateTimeField(null=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        app_label = "portal"
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        default_permissions = ()
        indexes = [
            models.Index(fields=["next_try"], condition=Q(sent_at=None), name="portal_mail_due"),
        ]

    def __str__(self) -> str:
        return self.key_print[:12]
