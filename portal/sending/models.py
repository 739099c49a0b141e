"""What the guard of open forms remembers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sent(models.Model):
    """Something was sent from somewhere: kept for a day, to tell a flood.

    `origin` is a print of the network address whose salt changes every day.
    """

    origin = models.CharField(max_length=64)
    moment = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "portal"
        verbose_name = _("form that was sent")
        verbose_name_plural = _("forms that were sent")
        indexes = [
            # How much came in lately, and from where.
            models.Index(fields=["moment", "origin"], name="portal_sent_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M}"


class Blocked(models.Model):
    """Words, or an origin for the day, whose senders wait in the slower queue."""

    class Kind(models.TextChoices):
        """What is blocked."""

        WORDS = "words", _("words")
        ORIGIN = "origin", _("origin (a print, good for a day)")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.WORDS)
    value = models.CharField(_("value"), max_length=200)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        app_label = "portal"
        verbose_name = _("entry of the block list")
        verbose_name_plural = _("block list")
        ordering = ["kind", "value"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="portal_blocked_once"),
        ]

    def __str__(self) -> str:
        return self.value
