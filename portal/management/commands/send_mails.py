"""`manage.py send_mails`: send what waits in the outbox."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.mail import outbox
from portal.mail.models import OutgoingMail


class Command(BaseCommand):
    """Send what waits in the outbox."""

    help = (
        "Sends the mails that wait: what failed before, and what was not tried at once. "
        "For a cron line every few minutes; two runs at once do no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the option to give up on old mails."""
        parser.add_argument(
            "--give-up-after",
            type=int,
            metavar="DAYS",
            help="remove mails that no mail server has taken for so many days",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Send, and say how many left and how many wait."""
        report = outbox.send_waiting()
        line = f"mails sent: {report.sent}; failed: {report.failed}"
        if days := options["give_up_after"]:
            line += f"; given up: {outbox.give_up(timezone.now() - timedelta(days=days))}"
        waiting = OutgoingMail.objects.waiting().order_by("made_at")
        if first := waiting.first():
            line += f"; waiting: {waiting.count()}, the oldest since {first.made_at:%Y-%m-%d %H:%M}"
            line += f" ({first.error})" if first.error else ""
        self.stdout.write(line)
