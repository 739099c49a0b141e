"""Who follows what by e-mail. Addresses are sealed, and gone with the last subscription."""

from datetime import datetime, timedelta
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.following.kinds import LONGEST
from portal.sealed import SealedTextField


class Follower(models.Model):
    """A mail address that something is or was to be sent to.

    `asked_on` and `asked_times` count the mails that ask for a confirmation: nobody can fill
    somebody else's mailbox with them.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    address = SealedTextField()
    address_print = models.CharField(max_length=64, unique=True)
    asked_on = models.DateField(null=True)
    asked_times = models.PositiveSmallIntegerField(default=0)

    class Meta:
        app_label = "portal"
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class Frequency(models.TextChoices):
    """How often a digest is sent at most."""

    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")


DAYS = {Frequency.DAILY: 1, Frequency.WEEKLY: 7}


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Reads of subscriptions."""

    def due(self, now: datetime) -> Self:
        """Keep what a digest is due for. Days are counted: no run comes a minute too early."""
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        is_due = Q()
        for frequency, days in DAYS.items():
            before = today - timedelta(days=days - 1)
            is_due |= Q(frequency=frequency, looked_at__lt=before)
        return self.filter(is_due, confirmed_at__isnull=False)


class Subscription(models.Model):
    """Somebody wants news of something. Nothing is sent before it is confirmed.

    `subject` is the slug by which the kind finds it; `looked_at` is when it was last looked at
    whether there is anything new.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    follower = models.ForeignKey(
        Follower, on_delete=models.CASCADE, related_name="subscriptions", db_index=False
    )
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=LONGEST)
    frequency = models.CharField(max_length=10, choices=Frequency, default=Frequency.WEEKLY)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        app_label = "portal"
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        default_permissions = ()
        constraints = [
            # Also the index by which somebody's subscriptions are read.
            models.UniqueConstraint(
                fields=["follower", "kind", "subject"], name="portal_subscription_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["frequency", "looked_at"],
                condition=Q(confirmed_at__isnull=False),
                name="portal_subscription_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject}"

    @property
    def what(self) -> str:
        """How addresses name what is followed."""
        return f"{self.kind}:{self.subject}"


class Delivery(models.Model):
    """Somebody was told of an item: written with the mail, so that it happens once."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, db_index=False)
    item = models.CharField(max_length=150)
    moment = models.DateTimeField()

    class Meta:
        app_label = "portal"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["follower", "item"], name="portal_delivery_once"),
        ]

    def __str__(self) -> str:
        return self.item
