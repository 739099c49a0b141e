"""`manage.py rebuild_search`: write the search indexes anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from portal.models import SearchWord
from portal.search import all_indexes
from portal.search.upkeep import rebuild


class Command(BaseCommand):
    """Write every search index anew from the tables, each all or nothing."""

    help = (
        "Writes the search indexes anew from the published records. They are kept in step by "
        "themselves; this repairs them, for example after rows were changed outside of Django."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take one switch."""
        parser.add_argument(
            "--if-empty", action="store_true", help="leave indexes alone that hold anything"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, and tell how many documents each index holds."""
        for index in all_indexes():
            if options["if_empty"] and SearchWord.objects.filter(index=index.name).exists():
                continue
            count = rebuild(index)
            self.stdout.write(f"{index.name}: {count:,} documents")
