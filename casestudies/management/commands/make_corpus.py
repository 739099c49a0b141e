"""`manage.py make_corpus`: fill an empty database with synthetic cases, for measuring."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from casestudies.models import CaseStudy
from casestudies.synthetic import fill, remove_cases

SEED = 20261125


class Command(BaseCommand):
    """Write synthetic cases into the database that the portal uses."""

    help = (
        "Fills the database with synthetic cases made of the words of the shipped library, and "
        "with its lessons and glossary. The cases tell of nothing that happened."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the number of cases, the seed and a switch."""
        parser.add_argument("count", type=int, help="how many cases")
        parser.add_argument(
            "--seed", type=int, default=SEED, help="the same seed gives the same cases"
        )
        parser.add_argument(
            "--replace", action="store_true", help="delete all cases that are there first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill, and tell how far it is.

        Raises CommandError where the database holds cases, unless they are to be replaced.
        """
        if options["count"] < 1:
            raise CommandError("Give the number of cases: 1 or more.")
        present = CaseStudy.objects.count()
        if present and not options["replace"]:
            raise CommandError(
                f"The database holds {present:,} cases: nothing was made. Name an empty database "
                "in DATABASE_URL, or say --replace to delete them first."
            )
        if present:
            self.stdout.write(f"Deleting {present:,} cases")
            remove_cases()
        self.started = time.monotonic()
        fill(settings.LIBRARY_FOLDER, options["count"], options["seed"], self._progress)
        self.stdout.write(
            self.style.SUCCESS(f"{options['count']:,} cases and their index: {self._elapsed()}")
        )

    def _progress(self, done: int, total: int) -> None:
        """Say how far it is, ten times."""
        if done == total or done * 10 // total > (done - 1_000) * 10 // total:
            self.stdout.write(f"{done:,} of {total:,} cases: {self._elapsed()}")

    def _elapsed(self) -> str:
        return f"{time.monotonic() - self.started:.0f} s"
