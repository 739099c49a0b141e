"""One short-lived process a document: limits, turns, and what happens when it fails."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from portal.pdf import engine
from portal.pdf.document import Chapter, Document, heading, paragraph
from portal.pdf.engine import BusyError, UnsettableError, turn, typeset
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


def test_memory_is_limited(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hungry = tmp_path / "hungry.py"
    limits = engine.WORKER.read_text().split("told: dict")[0]  # all that it does before it sets
    hungry.write_text(limits + "held = bytearray(400 * 1024**2)\n    return 0\n\n\nmain()\n")
    monkeypatch.setattr(engine, "WORKER", hungry)
    monkeypatch.setattr(engine, "MEMORY", 300 * 1024**2)
    with pytest.raises(UnsettableError):
        typeset(document(), timezone.now())
    assert "MemoryError" in caplog.text


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


def test_the_process_stops_by_itself_when_nobody_stops_it() -> None:
    """Its parent may be gone: an alarm of its own ends it."""
    order = {"memory": 2 * 1024**3, "seconds": 1, "data": {"chapters": []}, "timestamp": 0,
             "template": "/dev/stdin", "root": "/", "fonts": str(engine.FONTS)}  # fmt: skip
    command = [sys.executable, "-I", str(engine.WORKER)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as process:  # fmt: skip
        assert process.stdin is not None
        # The template is read from a pipe that never ends.
        process.stdin.write(json.dumps(order).encode() + b"\n" * 10)
        process.stdin.flush()
        began = time.monotonic()
        process.stdin.close()
        process.wait(20)
    assert time.monotonic() - began < 15


def test_two_documents_at_once_over_all_processes_and_the_next_hears_that_it_is_busy(
    monkeypatch: pytest.MonkeyPatch, kept_in: Path
) -> None:
    assert engine.AT_ONCE == 2
    kept_in.mkdir(parents=True)
    holder = (
        "import fcntl, sys\n"
        "file = open(sys.argv[1], 'w'); fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True); sys.stdin.read()\n"
    )
    others = [
        subprocess.Popen(
            [sys.executable, "-c", holder, str(kept_in / f"turn-{number}.lock")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for number in range(engine.AT_ONCE)
    ]  # fmt: skip
    for other in others:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
    monkeypatch.setattr(engine, "PATIENCE", 0.2)
    with pytest.raises(BusyError), turn():
        pass
    monkeypatch.setattr(engine, "PATIENCE", 20)
    threading.Timer(0.3, others[0].kill).start()  # who dies gives its turn back
    with turn():
        pass
    for other in others:
        other.kill()
        other.communicate()


def test_those_who_wait_leave_threads_for_pages() -> None:
    held = [engine._door.acquire(blocking=False) for _ in range(engine.MOST_AT_DOOR)]
    assert all(held)
    try:
        with pytest.raises(BusyError), turn():
            pass
    finally:
        for _ in held:
            engine._door.release()


def test_without_a_place_for_its_files_a_document_is_not_made(
    settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.STATE_FOLDER = tmp_path / "file"
    settings.STATE_FOLDER.write_text("in the way")
    with pytest.raises(UnsettableError), turn():
        pass
    assert "No PDF can be made" in caplog.text


def test_the_chapter_at_fault_is_found_among_many(caplog: pytest.LogCaptureFixture) -> None:
    made = document(["heading", 4, ["Too deep"], "", ""], name="the-one")
    good = [Chapter(f"good-{n}", [*heading(1, "Good")]) for n in range(9)]
    made.chapters[1:1] = good
    typeset(made, timezone.now())
    assert "the-one" in caplog.text


def test_the_process_reads_no_file_outside_the_templates(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Even a template of ours could not."""
    curious = engine.TEMPLATES / "portal" / "curious-test.typ"
    curious.write_text('#read("/../base.html")\n#read("../../base.html")')
    monkeypatch.setattr(engine, "TEMPLATE", curious)
    try:
        with pytest.raises(UnsettableError):
            typeset(document(), timezone.now())
    finally:
        curious.unlink()
    assert "escape" in caplog.text or "access denied" in caplog.text


def test_templates_run_no_text_as_code_and_fetch_nothing() -> None:
    for template in engine.TEMPLATES.rglob("*.typ"):
        source = template.read_text()
        assert "eval(" not in source, template
        assert "@preview" not in source, template
        assert "read(" not in source.replace("thread(", ""), template
