"""`manage.py refresh_completeness`: score every case anew."""

from typing import Any

from django.core.management.base import BaseCommand

from casestudies.derived import refresh_completeness
from casestudies.models import CaseStudy
from casestudies.search import CASE_INDEX
from portal.changes import change


class Command(BaseCommand):
    """Scores every case anew: a record also grows old when nobody touches it."""

    help = (
        "Scores how complete every case's record is. Scores follow every change by themselves; "
        "run this once a night, since a record checked long ago loses points as time goes by."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Score, and tell how many cases differ."""
        with change() as touched:
            keys = refresh_completeness(list(CaseStudy.objects.values_list("pk", flat=True)))
            if keys:
                touched.records.setdefault(CASE_INDEX.name, set()).update(keys)
        self.stdout.write(f"{len(keys):,} scores differ")
