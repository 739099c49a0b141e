"""Makes the groups Editor, Reviewer, Publisher and Moderator, or brings their rights in line."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.curation.rights import set_up_roles


class Command(BaseCommand):
    """`manage.py setup_roles`: may be run again at any time."""

    help = "Make the groups Editor, Reviewer, Publisher and Moderator with their rights."

    def handle(self, *args: Any, **options: Any) -> None:
        """Set up the roles and name them."""
        for group in set_up_roles(settings.CONTENT_APPS):
            count = group.permissions.count()
            if options["verbosity"]:
                self.stdout.write(f"{group.name}: {count} permissions")
