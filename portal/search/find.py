"""Finding: from a text to primary keys, and from the keys on a page to highlighted excerpts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.search.declaration import COLUMNS, SearchIndex
from portal.search.query import Query
from portal.search.store import BEGIN, END, store

# How a visitor is told where words stand that the list does not show.
MOST_LINES = 3
PLACES: dict[str, str | Promise] = {
    "names": _("Matched in names and tags"),
    "narrative": _("Matched in the text"),
    "sources": _("Matched in sources"),
}


@dataclass(frozen=True)
class Hit:
    """Why a record was found: its title and summary with the words marked, as safe HTML.

    `place` and `excerpt` say where else the words stand, when title and summary do not show them;
    both are empty otherwise.
    """

    title: SafeString
    summary: SafeString
    place: str | Promise = ""
    excerpt: str = ""


def matching(index: SearchIndex, query: Query, ranked: bool = True) -> Sequence[int]:
    """Give the primary keys that a query finds, the best first if `ranked`. One query."""
    return [] if query.is_empty else store().match(index.table, query, ranked)


def explained(index: SearchIndex, query: Query, keys: Sequence[int]) -> dict[int, Hit]:
    """Say for the records on a page where the words stand. One query."""
    if query.is_empty or not keys:
        return {}
    rows = store().marked(index.table, query, keys)
    return {key: _hit(dict(zip(COLUMNS, texts, strict=True))) for key, texts in rows.items()}


def _hit(texts: dict[str, str]) -> Hit:
    """Give a hit from its marked texts."""
    title, summary = _safe(texts["title"]), _safe(texts["summary"])
    if BEGIN in texts["title"] or BEGIN in texts["summary"]:
        return Hit(title, summary)
    for column, place in PLACES.items():
        if BEGIN in texts[column]:
            text = texts[column] if column == "narrative" else _marked_lines(texts[column])
            return Hit(title, summary, place, _safe(text))
    return Hit(title, summary)


def _marked_lines(text: str) -> str:
    """Give the first lines that hold a found word: names and sources stand on a line each."""
    lines = [line for line in text.splitlines() if BEGIN in line]
    return " · ".join(lines[:MOST_LINES])


def _safe(text: str) -> SafeString:
    """Escape a text and turn the store's marks into elements."""
    marked = escape(text).replace(BEGIN, "<mark>").replace(END, "</mark>")
    return mark_safe(marked)  # noqa: S308  # escaped just above
