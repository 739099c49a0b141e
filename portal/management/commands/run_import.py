"""Works off an import that is too long for a request. The desk starts it; nobody needs to."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.models import ImportJob
from portal.spreadsheets import jobs


class Command(BaseCommand):
    """`manage.py run_import JOB check|import`."""

    help = "Work off an import that was sent at the desk."

    def add_arguments(self, parser: Any) -> None:
        """Take the job and what is to be done."""
        parser.add_argument("job")
        parser.add_argument("what", choices=["check", "import"])

    def handle(self, *args: Any, job: str, what: str, **options: Any) -> None:
        """Do it."""
        found = ImportJob.objects.select_related("person").get(pk=job)
        jobs.tell(found, 0, 0)
        jobs.run(found, what)
