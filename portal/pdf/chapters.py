"""Chapters that an app adds to a document of an app below it.

A booklet of cases belongs to casestudies, yet holds lessons, which casestudies must not know. So
each app registers in its chapters.py what it has to add.
"""

from collections.abc import Callable, Sequence

from portal.pdf.document import Chapter

ChapterMaker = Callable[[Sequence[int]], Chapter | None]
_makers: dict[str, list[tuple[int, ChapterMaker]]] = {}


def register(kind: str, maker: ChapterMaker, order: int) -> None:
    """Add a maker for documents of a kind of record.

    It is called with the primary keys of the records and gives a chapter or None.
    """
    _makers.setdefault(kind, []).append((order, maker))
    _makers[kind].sort(key=lambda entry: entry[0])


def chapters_for(kind: str, keys: Sequence[int]) -> list[Chapter]:
    """Give the chapters of other apps on some records, in their order."""
    made = [maker(keys) for _order, maker in _makers.get(kind, [])]
    return [chapter for chapter in made if chapter is not None]
