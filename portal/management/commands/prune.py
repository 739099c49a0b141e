"""`manage.py prune`: remove what need not be kept of people."""

from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.following import subscribing
from portal.mail import outbox
from portal.models import Sent
from portal.safety import audit


class Command(BaseCommand):
    """Remove failed sign-ins that no longer count, old lines of the audit log, dead sessions."""

    help = (
        "Removes failed sign-ins that no longer count (with their network addresses), lines of the "
        "audit log older than AUDIT_DAYS, sessions that are over, prints of where forms came from, "
        "what is left of mails that were sent, and addresses of followers that nobody confirmed "
        "within a week. For a daily cron line."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove, and say how much."""
        limit = timezone.now() - settings.AXES_COOLOFF_TIME
        attempts = AccessAttempt.objects.filter(attempt_time__lt=limit).delete()[0]
        entries = audit.prune()
        yesterday = timezone.now() - timedelta(days=1)
        Sent.objects.filter(moment__lt=yesterday).delete()
        outbox.forget_sent(timezone.now())
        subscribing.forget(timezone.now())
        call_command("clearsessions")
        self.stdout.write(f"failed sign-ins: {attempts}; lines of the audit log: {entries}")
