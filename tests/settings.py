"""The portal's settings, made fast and self-contained for tests."""

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, STATE_FOLDER

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
