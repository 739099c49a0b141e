"""Tell what the columns of exported files hold."""

from typing import Any

from django.core.management.base import BaseCommand

from casestudies.exports.dictionary import as_markdown


class Command(BaseCommand):
    """Writes the data dictionary as Markdown; docs/data-dictionary.md is what it wrote last."""

    help = "Write the data dictionary of exported files, as Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it to the standard output."""
        self.stdout.write(as_markdown(), ending="")
