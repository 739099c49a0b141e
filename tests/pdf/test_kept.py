"""Finished documents on disk: whole or not at all."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from portal.pdf import kept
from portal.pdf.kept import keep, read

WHOLE = b"%PDF-1 whole"


def test_a_kept_document_is_there_for_its_key_alone(kept_in: Path) -> None:
    assert read("a") is None
    keep("a", WHOLE)
    assert read("a") == WHOLE
    assert read("b") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-3],
        lambda content: content[:10],
        lambda content: b"",
        lambda content: content[:20] + b"X" + content[21:],
        lambda content: b"%PDF-1 something else entirely, long enough",
    ],
)
def test_a_damaged_file_is_as_none(kept_in: Path, damage: Callable[[bytes], bytes]) -> None:
    keep("a", WHOLE)
    (path,) = kept_in.glob("*.pdf")
    path.write_bytes(damage(path.read_bytes()))
    assert read("a") is None
    keep("a", WHOLE)
    assert read("a") == WHOLE


def test_a_full_disk_is_logged_and_leaves_nothing(
    kept_in: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        keep("a", WHOLE)
    assert "could not be kept" in caplog.text
    assert not list(kept_in.glob("*.pdf"))
    assert not list(kept_in.glob("*.part"))
    assert read("a") is None


def test_what_a_killed_process_left_is_never_given_and_goes(kept_in: Path) -> None:
    kept_in.mkdir(parents=True)
    old, fresh = kept_in / "old.part", kept_in / "fresh.part"
    for path in (old, fresh):
        path.write_bytes(b"%PDF-half")
    long_ago = time.time() - kept.LEFT_BEHIND - 60
    os.utime(old, (long_ago, long_ago))
    keep("a", WHOLE)
    assert not old.exists()
    assert fresh.exists()


def test_those_used_longest_ago_go_first(kept_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 3 * (kept.DIGEST + len(WHOLE)))
    for number, key in enumerate("abc"):
        keep(key, WHOLE)
        (newest,) = [p for p in kept_in.glob("*.pdf") if p.stat().st_mtime > time.time() - 5]
        os.utime(newest, (1_000 + number, 1_000 + number))
    assert read("a") == WHOLE  # used now: it stays
    keep("d", WHOLE)
    assert [key for key in "abcd" if read(key)] == ["a", "c", "d"]
