"""Finished documents on disk: written whole or not at all, and checked when they are read.

The name of a file holds everything that the document depends on, so nothing in it is ever out of
date; the files used longest ago go when there are too many.
"""

import logging
import os
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings

MOST_BYTES = 256 * 1024**2
DIGEST = 32  # bytes before the document, by which a damaged file is known
LEFT_BEHIND = 3_600  # seconds after which a half-written file belongs to nobody

logger = logging.getLogger(__name__)


def read(key: str) -> bytes | None:
    """Give the document of a key; nothing if there is none, or if its file is not whole."""
    path = _path(key)
    try:
        content = path.read_bytes()
    except OSError:
        return None
    document = memoryview(content)[DIGEST:]
    if sha256(document).digest() != content[:DIGEST]:
        logger.warning("A kept PDF was damaged and is made anew")
        return None
    with suppress(OSError):
        os.utime(path)  # it was used now
    return bytes(document)


def keep(key: str, document: bytes) -> None:
    """Keep a document. That it cannot be (a full disk) is logged, and matters to nobody else."""
    path = _path(key)
    try:
        _write(path, document)
        _sweep(path.parent)
    except OSError as error:
        logger.warning("A finished PDF could not be kept: %s", error)


def clear() -> None:
    """Delete all kept documents: something in them was withdrawn."""
    for path in (settings.STATE_FOLDER / "pdf").glob("*.pdf"):
        with suppress(OSError):
            path.unlink()


def _path(key: str) -> Path:
    folder: Path = settings.STATE_FOLDER / "pdf"
    return folder / f"{sha256(key.encode()).hexdigest()}.pdf"


def _write(path: Path, document: bytes) -> None:
    """Write beside, then rename: readers see the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(sha256(document).digest())
            file.write(document)
            file.close()
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


def _sweep(folder: Path) -> None:
    """Remove what a killed process left, and the documents used longest ago beyond MOST_BYTES."""
    for part in folder.glob("*.part"):
        if part.stat().st_mtime < time.time() - LEFT_BEHIND:
            part.unlink(missing_ok=True)
    files = [(path, path.stat()) for path in folder.glob("*.pdf")]
    size = sum(stat.st_size for _path, stat in files)
    for path, stat in sorted(files, key=lambda file: file[1].st_mtime):
        if size <= MOST_BYTES:
            return
        path.unlink(missing_ok=True)
        size -= stat.st_size
