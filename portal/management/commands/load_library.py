"""`manage.py load_library`: bring the database in line with a folder of library files."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.corpus import current_state
from portal.curation.care import Care
from portal.library import LoadError, load
from portal.sync import Tally


class Command(BaseCommand):
    """Check every file first; then write all of it, or nothing."""

    help = (
        "Checks a folder of library files and brings the database in line with it, all or nothing. "
        "A second run changes nothing. Records that the files do not mention stay as they are, and "
        "so do those that curators have worked on, unless --overwrite is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder and three switches."""
        parser.add_argument(
            "folder", nargs="?", type=Path, default=settings.LIBRARY_FOLDER,
            help="the library folder (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where a library was ever loaded"
        )
        parser.add_argument(
            "--overwrite", action="store_true",
            help="write over records that curators have worked on too; it stands in their history",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and tell what was done.

        Raises CommandError (exit status 1) with one line a problem when the files are not sound.
        """
        if options["if_empty"] and current_state().number > 0:
            self.stdout.write("The database already holds content: nothing loaded.")
            return
        care = Care(options["overwrite"])
        try:
            tally = load(options["folder"], self._progress, options["dry_run"], care)
        except LoadError as error:
            lines = "\n".join(f"  {problem}" for problem in error.problems)
            count = len(error.problems)
            raise CommandError(
                f"{count} {'problem' if count == 1 else 'problems'} in {options['folder']}; "
                f"nothing was loaded.\n(file, record, field: reason)\n{lines}"
            ) from error
        self._tell(tally, options["dry_run"])
        self._tell_kept(care.kept)

    def _progress(self, part: str, done: int, total: int) -> None:
        """Say how far a part is, at every quarter."""
        if done == total or done * 4 // total > (done - 1) * 4 // total:
            self.stdout.write(f"{part}: {done} of {total}")

    def _tell(self, tally: Tally, dry_run: bool) -> None:
        """Say what was done, by kind of row."""
        would = "would be " if dry_run else ""
        kinds: list[tuple[str, Counter[str]]] = [
            ("created", tally.created),
            ("changed", tally.changed),
            ("removed", tally.removed),
        ]
        for word, counter in kinds:
            for label, count in sorted(counter.items()):
                if count:
                    self.stdout.write(f"  {would}{word}: {count} {label}")
        if tally.touched:
            self.stdout.write(self.style.SUCCESS(f"{tally.touched} rows {would}written."))
        else:
            rows = tally.unchanged.total()
            self.stdout.write(
                self.style.SUCCESS(f"Nothing to change: all {rows} rows are as in the files.")
            )

    def _tell_kept(self, kept: list[str]) -> None:
        """Name what was left alone."""
        if kept:
            self.stdout.write(f"{len(kept)} left alone, since curators have worked on them:")
            for name in kept:
                self.stdout.write(f"  {name}")
