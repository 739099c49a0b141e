"""The portal's settings, made fast and self-contained for tests."""

import os

from portal.env import BASE

# Tests that run side by side share no file.
STATE = BASE / "var" / "tests" / os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ.setdefault("STATE_FOLDER", str(STATE))

from portal.settings import *  # noqa: E402, F403
from portal.settings import DATABASES, STATE_FOLDER  # noqa: E402

# A file and not memory: some tests start further processes on the test database.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    STATE_FOLDER.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["TEST"] = {"NAME": str(STATE_FOLDER / "test.sqlite3")}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True  # serve from static/ itself: nothing is collected for tests
