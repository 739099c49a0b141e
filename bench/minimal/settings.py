"""Settings: the portal's, with other pages and without use of the database."""

import os
from pathlib import Path

from portal.settings import *  # noqa: F403
from portal.settings import MIDDLEWARE, TEMPLATES

FOLDER = Path(os.environ["MINIMAL_FOLDER"])
ROOT_URLCONF = "bench.minimal.urls"
# The portal's page cache asks the database on every request, which is not part of the floor.
MIDDLEWARE = [name for name in MIDDLEWARE if name != "portal.middleware.PublicPageMiddleware"]
TEMPLATES = [{**TEMPLATES[0], "DIRS": [FOLDER / "templates"], "APP_DIRS": False}]
STATIC_ROOT = FOLDER / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
