"""The style sheet of the site: files by concern, given to browsers as one.

Many small files are good to work in and slow to fetch. This finder of static files puts them
together, in the order below, as css/site.css; collecting and serving work as for any other file.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

from portal.env import BASE

# Tokens first: they say the order of the layers.
PARTS = (
    "tokens", "base", "layout", "components", "forms", "tiles", "charts", "matrix", "map",
    "browse", "results", "record", "reading", "guidance", "sending", "dialogues", "home", "print",
)  # fmt: skip
SHEET = "css/site.css"


def sheet() -> str:
    """Give the whole style sheet."""
    return "\n".join((BASE / f"static/css/{part}.css").read_text("utf-8") for part in PARTS)


class StylesheetFinder(BaseFinder):
    """Finds css/site.css, written to the state folder whenever its parts have changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(settings.STATE_FOLDER / "stylesheets")

    def check(self, **kwargs: Any) -> list[Any]:
        """Find nothing to complain of: a missing part fails at once when it is read."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Give the place of the sheet, or nothing for another path."""
        if path != SHEET:
            return []
        return [self._written()] if find_all else self._written()

    def list(self, ignore_patterns: Iterable[str] | None) -> Any:
        """Give the sheet to whoever collects static files."""
        self._written()
        yield SHEET, self.storage

    def _written(self) -> str:
        """Bring the file in line and give its place."""
        place = settings.STATE_FOLDER / "stylesheets" / SHEET
        text = sheet()
        if not place.exists() or place.read_text("utf-8") != text:
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_suffix(".new")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(place)
        return str(place)
