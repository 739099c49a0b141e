"""The databases that are measured on: SQLite files under var/bench, kept between runs."""

import hashlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

from bench.machine import tell
from bench.places import BASE, FOLDER
from bench.processes import inside, manage

# A corpus is made anew when what makes it has changed.
MADE_BY = ("casestudies/synthetic/*.py", "*/migrations/*.py", "fixtures/**/*.json",
           "portal/search/*.py", "casestudies/search.py", "casestudies/facets.py",
           "bench/inside/tables.py", "bench/peers/models.py")  # fmt: skip


def library() -> Path:
    """Give the database of the shipped library."""
    return _kept("library", lambda path: manage(str(path), "load_library"))


def corpus(size: int) -> Path:
    """Give the database of a synthetic corpus."""
    return _kept(f"corpus-{size}", lambda path: manage(str(path), "make_corpus", str(size)))


def _kept(name: str, fill: Callable[[Path], None]) -> Path:
    """Give a database; make it if it is not there in the present form."""
    path = FOLDER / f"{name}-{_fingerprint()}.sqlite3"
    if path.exists():
        return path
    tell(f"Making {path.relative_to(BASE)}")
    for old in FOLDER.glob(f"{name}-*"):
        old.unlink()
    # Only a finished one gets the name by which it is found again.
    unfinished = FOLDER / f"{name}-unfinished.sqlite3"
    manage(str(unfinished), "migrate", "--verbosity", "0")
    fill(unfinished)
    inside("tables", str(unfinished))
    with sqlite3.connect(unfinished) as connection:
        connection.execute("ANALYZE")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    unfinished.rename(path)
    return path


def _fingerprint() -> str:
    digest = hashlib.blake2b(digest_size=4)
    for pattern in MADE_BY:
        for path in sorted(BASE.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
