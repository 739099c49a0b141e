"""Documents of a test are kept in a folder of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def kept_in(tmp_path: Path, settings: Any) -> Path:
    """The folder of finished documents."""
    settings.STATE_FOLDER = tmp_path
    return tmp_path / "pdf"
