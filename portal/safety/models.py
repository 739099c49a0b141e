"""The audit log: one row for each thing that was done with the desk's keys."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditAction(models.TextChoices):
    """What may be written into the audit log."""

    SIGNED_IN = "signed-in", _("Signed in")
    SIGN_IN_FAILED = "sign-in-failed", _("Sign-in failed")
    LOCKED_OUT = "locked-out", _("Locked out")
    SIGNED_OUT = "signed-out", _("Signed out")
    SESSION_EXPIRED = "session-expired", _("Session expired")
    PASSWORD_CHANGED = "password-changed", _("Password changed")
    SECOND_FACTOR_ON = "second-factor-on", _("Second factor set up")
    SECOND_FACTOR_OFF = "second-factor-off", _("Second factor turned off")
    SECOND_FACTOR_PASSED = "second-factor-passed", _("Second factor passed")
    SECOND_FACTOR_FAILED = "second-factor-failed", _("Second factor failed")
    RECOVERY_CODES_MADE = "recovery-codes-made", _("Recovery codes made")
    RECOVERY_CODE_USED = "recovery-code-used", _("Recovery code used")
    RIGHTS_CHANGED = "rights-changed", _("Person or rights changed")
    EXPORTED = "exported", _("Exported")
    IMPORTED = "imported", _("Imported")


class AuditEntry(models.Model):
    """One line of the audit log. Written once: it can be neither changed nor deleted one by one.

    Lines older than AUDIT_DAYS are removed together by `manage.py prune`.
    """

    moment = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("account"),
    )
    # Kept beside the account, which may be deleted.
    actor_name = models.CharField(_("who"), max_length=150, blank=True)
    action = models.CharField(_("what"), max_length=24, choices=AuditAction)
    subject = models.CharField(_("on what"), max_length=200, blank=True)
    detail = models.TextField(_("detail"), blank=True)
    address_print = models.CharField(
        _("print of the address"),
        max_length=16,
        blank=True,
        help_text=_("The same address has the same print; the address itself is not kept."),
    )

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-moment", "-pk"]
        indexes = [
            # The log is read newest first, and pruned by age.
            models.Index(fields=["-moment", "-id"], name="portal_audit_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.moment:%Y-%m-%d %H:%M} {self.actor_name} {self.get_action_display()}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new line. Raises TypeError for one that is written already."""
        if not self._state.adding:
            raise TypeError("the audit log is written once")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raise TypeError: no single line may be taken out."""
        raise TypeError("the audit log is written once")
