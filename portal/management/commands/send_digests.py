"""`manage.py send_digests`: tell followers by mail what is new."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.following.digests import send_digests
from portal.mail.outbox import send_waiting


class Command(BaseCommand):
    """Tell followers by mail what is new."""

    help = (
        "Posts one digest to each follower for whom one is due and something is new. For a daily "
        "cron line. May be stopped anywhere and run again: nobody is told anything twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the moment that counts as now."""
        parser.add_argument("--now", metavar="ISO", help="the moment that counts as now")

    def handle(self, *args: Any, **options: Any) -> None:
        """Post the digests, try to send them, and say how many."""
        report = send_digests(_moment(options["now"]))
        self.stdout.write(f"digests: {report.digests}; news told: {report.items}")
        if settings.MAIL_AT_ONCE:
            send_waiting()
        if report.failed:
            raise CommandError(f"digests that could not be made: {report.failed}")


def _moment(text: str | None) -> datetime:
    """Read the moment that counts as now; one without a time zone is UTC."""
    if not text:
        return timezone.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"“{text}” is no moment: for example 2026-03-01T06:00") from error
    return moment if moment.tzinfo else timezone.make_aware(moment)
