"""`manage.py forget_contacts`: erase contact data, and drafts that were never sent, in time."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from contributions.sending import services

DAYS, DRAFT_DAYS = 365, 60


class Command(BaseCommand):
    """Erase what need not be kept any longer. May be run at any time, and again."""

    help = (
        "Erases contact data given longer ago than --days, with a step in the history of its "
        "contribution, and drafts that were begun longer ago than --draft-days and never sent. "
        "For a daily cron line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take how long each is kept."""
        parser.add_argument("--days", type=int, default=DAYS)
        parser.add_argument("--draft-days", type=int, default=DRAFT_DAYS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase, and say how much."""
        now = timezone.now()
        contacts, drafts = services.forget_before(
            now - timedelta(days=options["days"]), now - timedelta(days=options["draft_days"])
        )
        self.stdout.write(f"contacts: {contacts}; drafts: {drafts}")
