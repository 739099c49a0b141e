"""Starts the frame: system checks, the corpus version and the rooms that every app may have."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

# The rooms of an app that the frame looks for, so that nothing is imported against the arrows.
ROOMS = (
    "annotations",
    "chapters",
    "curation",
    "desk",
    "derived",
    "exports",
    "feeds",
    "following",
    "library",
    "linked_data",
    "margins",
    "panels",
    "search",
    "sitemaps",
)


class PortalConfig(AppConfig):
    """The frame itself, as an app because the corpus version is a row in the database."""

    name = "portal"
    verbose_name = _("Portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register checks and signals, then let each app furnish the shared rooms."""
        from portal import checks, signals
        from portal.curation import anatomy
        from portal.following import digests
        from portal.mail import letters
        from portal.safety import listeners

        checks.register_checks()
        signals.connect()
        listeners.connect()
        letters.register_writer(digests.WRITER, digests.write)
        for room in ROOMS:
            autodiscover_modules(room)
        post_migrate.connect(anatomy.name_kinds, sender=self, dispatch_uid="name-kinds")
