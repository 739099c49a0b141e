"""Margins: how an app puts notes beside the passages of a page that an app below owns.

A reply stands beside the words that it answers, on the page of a case and in its PDF. The case
belongs to casestudies, which must not know replies: so it asks here for the notes to its passages.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Note:
    """A note beside a passage: `passage` is an anchor of the page, empty for the whole page."""

    passage: str
    title: str
    byline: str
    quote: str
    html: SafeString
    address: str


# Takes the primary keys of records and gives (key, note), in the order in which they are shown.
Maker = Callable[[Collection[int]], Iterable[tuple[int, Note]]]
Notes = dict[int, dict[str, list[Note]]]
WHOLE = "whole"  # where notes to the whole page stand
_makers: dict[str, list[Maker]] = {}


def register(kind: str, maker: Maker) -> None:
    """Add a maker of notes for a kind of record."""
    _makers.setdefault(kind, []).append(maker)


def notes_for(kind: str, keys: Collection[int]) -> Notes:
    """Give the notes of some records: by primary key, then by passage."""
    notes: Notes = {}
    for maker in _makers.get(kind, ()):
        for key, note in maker(keys):
            notes.setdefault(key, {}).setdefault(note.passage or WHOLE, []).append(note)
    return notes


def placed(notes: dict[str, list[Note]], passages: Collection[str]) -> dict[str, list[Note]]:
    """Give the notes of one page; those to a passage that it does not show go to the whole."""
    found: dict[str, list[Note]] = {}
    for passage, there in notes.items():
        found.setdefault(passage if passage in passages else WHOLE, []).extend(there)
    return found
