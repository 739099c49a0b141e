"""`manage.py reset_second_factor`: for somebody who has lost phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from portal.safety.second_factor import remove


class Command(BaseCommand):
    """Take a person's second factor away; the person sets it up anew."""

    help = "Removes the second factor of a person who has lost it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the name that the person signs in with."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove it. Raises CommandError for a name that nobody has."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(f"nobody signs in as {options['username']}")
        had_one = remove(user, by=None)
        self.stdout.write("removed" if had_one else "there was no second factor")
