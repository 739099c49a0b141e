"""`manage.py check_search`: compare the search indexes with the tables."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.search import all_indexes
from portal.search.upkeep import drift

SHOWN = 10  # keys or words that are named


class Command(BaseCommand):
    """Report every document and word that differs. Changes nothing."""

    help = (
        "Compares every search index with the published records and reports what is missing, left "
        "over or outdated. Changes nothing; exits with status 1 where anything differs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and tell.

        Raises CommandError (exit status 1) where an index differs from the tables.
        """
        drifted = []
        for index in all_indexes():
            found = drift(index)
            if not found:
                self.stdout.write(f"{index.name}: in step")
                continue
            drifted.append(index.name)
            kinds: dict[str, list[Any]] = {
                "missing": found.missing,
                "left over": found.left_over,
                "outdated": found.outdated,
                "words miscounted": found.words,
            }
            for kind, items in kinds.items():
                if items:
                    named = ", ".join(map(str, items[:SHOWN]))
                    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
                    self.stdout.write(f"{index.name}: {len(items)} {kind}: {named}{more}")
        if drifted:
            raise CommandError(
                f"Out of step: {', '.join(drifted)}. `manage.py rebuild_search` mends it."
            )
