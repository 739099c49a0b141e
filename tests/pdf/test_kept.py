"""Finished documents on disk: whole or not at all."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portal.pdf import kept
from portal.pdf.kept import kept_or_made


class Maker:
    """Makes a document and counts how often."""

    def __init__(self, document: bytes = b"%PDF-1 whole") -> None:
        self.document = document
        self.times = 0

    def __call__(self) -> bytes:
        """Make it."""
        self.times += 1
        return self.document


def test_a_document_is_made_once(kept_in: Path) -> None:
    make = Maker()
    assert kept_or_made("a", make) == kept_or_made("a", make) == make.document
    assert make.times == 1
    assert kept_or_made("b", make) == make.document
    assert make.times == 2


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
def test_a_damaged_file_is_made_anew(kept_in: Path, damage: Callable[[bytes], bytes]) -> None:
    make = Maker()
    kept_or_made("a", make)
    (path,) = kept_in.glob("*.pdf")
    path.write_bytes(damage(path.read_bytes()))
    assert kept_or_made("a", make) == make.document
    assert make.times == 2
    assert kept_or_made("a", make) == make.document
    assert make.times == 2


def test_a_full_disk_does_not_matter_to_who_asks(
    kept_in: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    make = Maker()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        assert kept_or_made("a", make) == make.document
    assert "could not be kept" in caplog.text
    assert not list(kept_in.glob("*.pdf"))
    assert not list(kept_in.glob("*.part"))
    assert kept_or_made("a", make) == make.document


def test_what_a_killed_process_left_is_never_given_and_goes(kept_in: Path) -> None:
    make = Maker()
    kept_in.mkdir(parents=True)
    old, fresh = kept_in / "old.part", kept_in / "fresh.part"
    for path in (old, fresh):
        path.write_bytes(b"%PDF-half")
    long_ago = time.time() - kept.LEFT_BEHIND - 60
    os.utime(old, (long_ago, long_ago))
    assert kept_or_made("a", make) == make.document
    assert not old.exists()
    assert fresh.exists()


def test_those_used_longest_ago_go_first(kept_in: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 3 * (kept.DIGEST + 100))
    make = Maker(b"x" * 100)
    for number, key in enumerate("abc"):
        kept_or_made(key, make)
        (newest,) = [p for p in kept_in.glob("*.pdf") if p.stat().st_mtime > time.time() - 5]
        os.utime(newest, (1_000 + number, 1_000 + number))
    kept_or_made("a", make)  # used now: it stays
    kept_or_made("d", make)
    assert make.times == 4
    for key in "acd":
        kept_or_made(key, make)
    assert make.times == 4
    kept_or_made("b", make)
    assert make.times == 5
