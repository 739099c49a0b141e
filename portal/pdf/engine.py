"""From a document to the bytes of a PDF: one short-lived process each, at most two at once.

Typst keeps what it has set in memory and knows no limit of time; a process of its own has both
limits, and takes its memory with it when it ends.
"""

import fcntl
import json
import logging
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

from django.conf import settings

from portal.pdf.document import Document
from portal.typesetting import FONTS, TEMPLATES

TEMPLATE = TEMPLATES / "portal/document.typ"
WORKER = Path(__file__).parent / "worker.py"
MEMORY = 2 * 1024**3  # bytes of address space; what is really used is far less
SECONDS = 30  # that one document may take
AT_ONCE = 2  # documents on this machine
PATIENCE = 20  # seconds that a request waits for its turn
PAUSE = 0.03  # seconds between two looks whether it has come
# Requests of one process that set or wait: its other threads stay free for pages.
MOST_AT_DOOR = 5

logger = logging.getLogger(__name__)
_door = BoundedSemaphore(MOST_AT_DOOR)


class BusyError(Exception):
    """Too many documents are being made just now; later there will be room."""


class UnsettableError(Exception):
    """The document could not be made. The log says why."""


def typeset(document: Document, moment: datetime) -> bytes:
    """Give a document as PDF/UA; as plain tagged PDF, with a line in the log, if that is refused.

    `moment` is noted in the file as its date. Call it within a `turn()`. Raises UnsettableError
    when the process fails or passes one of its limits.
    """
    order = {
        "template": str(TEMPLATE),
        "root": str(TEMPLATES),
        "fonts": str(FONTS),
        "memory": MEMORY,
        "seconds": SECONDS,
        "timestamp": int(moment.timestamp()),
        "data": document.as_data(),
    }
    return _run(document.title, json.dumps(order, ensure_ascii=False).encode())


def _run(title: str, order: bytes) -> bytes:
    """Run the process."""
    command = [sys.executable, "-I", str(WORKER)]
    try:
        done = subprocess.run(  # noqa: S603
            command, input=order, capture_output=True, timeout=SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired as error:
        logger.error("PDF “%s”: not finished within %d seconds", title, SECONDS)
        raise UnsettableError from error
    told = _told(done.stderr)
    if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
        reason = told.get("failure") or done.stderr[-2000:].decode(errors="replace")
        logger.error("PDF “%s”: stopped with status %d: %s", title, done.returncode, reason)
        raise UnsettableError
    if "refusal" in told:
        logger.warning("PDF “%s”: not PDF/UA: %s (at: %s)", title, told["refusal"], told["chapter"])
    elif not told:
        logger.warning("PDF “%s”: the process tells nothing readable", title)
    return done.stdout


def _told(text: bytes) -> dict[str, Any]:
    """Read what the process tells in its last line; nothing where it was cut short."""
    try:
        told = json.loads(text.strip().rpartition(b"\n")[2])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one of the turns that all processes of this machine share.

    A turn is a lock on a file: whoever dies gives it back. Raises BusyError when the wait is long,
    and UnsettableError where there is no place for the files.
    """
    if not _door.acquire(blocking=False):
        raise BusyError
    try:
        with ExitStack() as files:
            _wait_for_one([files.enter_context(file) for file in _lock_files()])
            yield
    finally:
        _door.release()


def _lock_files() -> list[IO[str]]:
    """Open the files that are locked. Raises UnsettableError where that cannot be."""
    folder = settings.STATE_FOLDER / "pdf"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [(folder / f"turn-{number}.lock").open("w") for number in range(AT_ONCE)]
    except OSError as error:
        logger.error("No PDF can be made: %s", error)
        raise UnsettableError from error


def _wait_for_one(files: Sequence[IO[str]]) -> None:
    """Lock one of the files. Raises BusyError after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        for file in files:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return
        if time.monotonic() > deadline:
            raise BusyError
        time.sleep(PAUSE)
