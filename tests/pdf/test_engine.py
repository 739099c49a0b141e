"""One short-lived process a document: limits, turns, and what happens when it fails."""

import fcntl
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.pdf import engine
from portal.pdf.document import Chapter, Document, heading, paragraph
from portal.pdf.engine import BusyError, UnsettableError, typeset
from tests.pdf.reading import assert_accessible, words_of


def document(*blocks: Any, name: str = "one") -> Document:
    chapters = [Chapter("good", [*heading(1, "Good"), paragraph("words")])]
    chapters.append(Chapter(name, [*heading(1, "A title"), *blocks]))
    return Document("A title", "What it is.", "a4", "en", "foot", chapters)


def test_a_document_is_pdf_ua_with_title_language_and_tags() -> None:
    found = assert_accessible(typeset(document(), timezone.now()))
    assert found["title"] == "A title"
    assert found["outline"] == ["Good", "A title"]


def test_the_same_document_at_the_same_moment_is_the_same_bytes() -> None:
    now = timezone.now()
    assert typeset(document(), now) == typeset(document(), now)


def test_what_the_standard_refuses_is_set_without_it_and_told_with_its_chapter(
    caplog: pytest.LogCaptureFixture,
) -> None:
    skipping = ["heading", 4, ["Too deep"], "", ""]
    pdf = typeset(document(skipping, name="faulty-chapter"), timezone.now())
    assert "Toodeep" in words_of(pdf)
    (record,) = caplog.records
    assert "not PDF/UA" in record.getMessage()
    assert "faulty-chapter" in record.getMessage()


def test_what_typst_refuses_altogether_is_an_error_with_its_reason(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(UnsettableError):
        typeset(document(["paragraph", 12, ""]), timezone.now())
    assert "stopped with status 1" in caplog.text


def test_time_is_limited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "slow.py"
    slow.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(engine, "WORKER", slow)
    monkeypatch.setattr(engine, "SECONDS", 1)
    began = time.monotonic()
    with pytest.raises(UnsettableError):
        typeset(document(), timezone.now())
    assert time.monotonic() - began < 20


def test_memory_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MEMORY", 300 * 1024**2)
    many = [paragraph("word " * 200) for _ in range(20_000)]
    with pytest.raises(UnsettableError):
        typeset(document(*many), timezone.now())


def test_a_killed_process_is_an_error_and_gives_its_turn_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    suicide = tmp_path / "suicide.py"
    suicide.write_text(
        "import os, signal, sys; sys.stdout.write('%PDF-half'); sys.stdout.flush();"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    with monkeypatch.context() as patched:
        patched.setattr(engine, "WORKER", suicide)
        for _ in range(engine.AT_ONCE + 1):
            with pytest.raises(UnsettableError):
                typeset(document(), timezone.now())
    assert_accessible(typeset(document(), timezone.now()))


def test_the_process_stops_by_itself_when_its_parent_is_gone() -> None:
    """It sets an alarm for itself: nothing is left behind for longer than a document may take."""
    source = engine.WORKER.read_text()
    assert 'signal.alarm(order["seconds"])' in source
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_no_more_than_two_at_once_and_the_next_waits_then_hears_that_it_is_busy(
    monkeypatch: pytest.MonkeyPatch, kept_in: Path
) -> None:
    kept_in.mkdir(parents=True)
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    locks = [(kept_in / f"turn-{number}.lock").open("w") for number in range(engine.AT_ONCE)]
    for lock in locks:
        fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(BusyError):
        typeset(document(), timezone.now())
    monkeypatch.setattr(engine, "PATIENCE", 20)
    threading.Timer(0.3, locks[0].close).start()
    assert typeset(document(), timezone.now()).startswith(b"%PDF-")
    locks[1].close()


def test_those_who_wait_leave_threads_for_pages(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = [engine._door.acquire(blocking=False) for _ in range(engine.MOST_AT_DOOR)]
    assert all(held)
    try:
        with pytest.raises(BusyError):
            typeset(document(), timezone.now())
    finally:
        for _ in held:
            engine._door.release()


def test_the_process_reads_no_file_outside_the_templates(tmp_path: Path) -> None:
    """Even a template of ours could not: Typst refuses paths outside its root."""
    outside = engine.TEMPLATES.parent / "base.html"
    assert outside.exists()
    code = (
        "import typst, sys\n"
        f"typst.compile(b'#read(\"../base.html\")', root={str(engine.TEMPLATES)!r})\n"
    )
    done = subprocess.run(
        [os.sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "escape" in done.stderr or "access denied" in done.stderr
