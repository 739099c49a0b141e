"""Finished documents on disk: written whole or not at all, and checked when they are read.

The name of a file holds everything that the document depends on, so nothing in it is ever out of
date; the files used longest ago go when there are too many.
"""

import logging
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

MOST_BYTES = 256 * 1024**2
DIGEST = 16  # bytes before the document, by which a damaged file is known
LEFT_BEHIND = 3_600  # seconds after which a half-written file belongs to nobody

logger = logging.getLogger(__name__)


def kept_or_made(key: str, make: Callable[[], bytes]) -> bytes:
    """Give the document of a key: from disk if a whole one is there, else made, and kept.

    That it cannot be kept (a full disk) is logged and does not matter to who asked.
    """
    path = _folder() / f"{blake2b(key.encode(), digest_size=16).hexdigest()}.pdf"
    if (document := _read(path)) is not None:
        return document
    document = make()
    try:
        _write(path, document)
        _sweep(path.parent)
    except OSError as error:
        logger.warning("A finished PDF could not be kept: %s", error)
    return document


def _folder() -> Path:
    folder: Path = settings.STATE_FOLDER / "pdf"
    return folder


def _read(path: Path) -> bytes | None:
    """Give a kept document; nothing if there is none, or if the file is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    digest, document = content[:DIGEST], content[DIGEST:]
    if blake2b(document, digest_size=DIGEST).digest() != digest:
        logger.warning("A kept PDF was damaged and is made anew")
        return None
    with suppress(OSError):
        os.utime(path)  # it was used now
    return document


def _write(path: Path, document: bytes) -> None:
    """Write beside, then rename: readers see the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        try:
            file.write(blake2b(document, digest_size=DIGEST).digest())
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
