"""`manage.py prepare`: everything between a checkout and a server that can start."""

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.urls import reverse


class Command(BaseCommand):
    """Migrate, set up roles, fill what is empty and collect static files."""

    help = (
        "Migrates, sets up roles, loads the library when the database is empty, fills search "
        "indexes that are empty, and collects static files."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, then say where the portal will be and how to make an administrator."""
        settings.STATE_FOLDER.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("setup_roles", verbosity=0)
        call_command("load_library", if_empty=True)
        call_command("rebuild_search", if_empty=True)
        call_command("refresh_completeness", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        site = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
        self.stdout.write(
            f"\n  Common Ground: {site}/\n"
            f"  To sign in to {site}{reverse('admin:index')} make an administrator: make admin\n"
            f"  Ctrl-C stops the server.\n"
        )
