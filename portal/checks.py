"""System checks of the frame: what Django cannot know is wrong with this deployment."""

import os
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection
from django.urls import resolve, reverse

SUPPORTED = {"sqlite", "postgresql"}


def database_is_supported(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """portal.E001: only SQLite and PostgreSQL are tested, and search relies on their features."""
    if connection.vendor in SUPPORTED:
        return []
    return [
        Error(
            f"The database {connection.vendor} is not supported.",
            hint="Point DATABASE_URL at PostgreSQL, or leave it out to use SQLite.",
            id="portal.E001",
        )
    ]


def state_folder_is_writable(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """portal.E002: the state folder holds the database, collected files and caches."""
    folder = settings.STATE_FOLDER
    if not folder.exists() or os.access(folder, os.W_OK):
        return []
    return [
        Error(
            f"The state folder {folder} cannot be written to.",
            hint="Give its owner the right to write, or point STATE_FOLDER elsewhere.",
            id="portal.E002",
        )
    ]


def admin_path_is_free(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """portal.E003: the admin must not lie under an address that a public page has."""
    if resolve(reverse("admin:index")).app_name == "admin":
        return []
    return [
        Error(
            f"ADMIN_PATH is {settings.ADMIN_PATH}, but a page of the site has that address.",
            hint="Choose another path, such as desk/.",
            id="portal.E003",
        )
    ]


def register_checks() -> None:
    """Make `manage.py check` run the checks of this module."""
    register(database_is_supported, Tags.compatibility)
    register(state_folder_is_writable, Tags.files)
    register(admin_path_is_free, Tags.urls)
