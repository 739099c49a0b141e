"""Two documents of a record side by side, in words: what differs, and where in a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from re import findall
from typing import Any

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.curation.anatomy import Anatomy, Part
from portal.curation.document import Document, Values


@dataclass(frozen=True)
class Difference:
    """One field or part that differs. `before` and `after` are plain; the others carry marks."""

    key: str
    label: str
    before: Any
    after: Any
    before_html: SafeString
    after_html: SafeString


def differences(anatomy: Anatomy, before: Document, after: Document) -> list[Difference]:
    """Give what differs between two documents, in the order of the record."""
    found = []
    for key, label, old, new in _pairs(anatomy, before, after):
        if old != new:
            part = next((part for part in anatomy.parts if part.name == key), None)
            old_text, new_text = in_words(old, part), in_words(new, part)
            old_html, new_html = marked(old_text, new_text)
            found.append(Difference(key, label, old, new, old_html, new_html))
    return found


def in_full(anatomy: Anatomy, document: Document) -> list[tuple[str, str]]:
    """Give all that a document holds: labels and texts, in the order of the record."""
    texts = (
        (label, in_words(value, next((part for part in anatomy.parts if part.name == key), None)))
        for key, label, value, _same in _pairs(anatomy, document, document)
    )
    return [(label, text) for label, text in texts if text]


def _pairs(
    anatomy: Anatomy, before: Document, after: Document
) -> Iterator[tuple[str, str, Any, Any]]:
    """Give key, label and both values of whatever both documents speak of."""
    for name in anatomy.fields:
        if name in before["fields"] and name in after["fields"]:
            label = str(anatomy.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield name, label, before["fields"][name], after["fields"][name]
    for part in anatomy.parts:
        if part.name in before["parts"] and part.name in after["parts"]:
            yield part.name, part.label, before["parts"][part.name], after["parts"][part.name]


def in_words(value: Any, part: Part | None = None) -> str:
    """Give a value of a document as text: a list as lines, nothing as nothing."""
    if part is not None:
        return "\n".join(_row_in_words(part, row) for row in value)
    if isinstance(value, list):
        return "\n".join(str(item) for item in value)
    return "" if value is None else str(value)


def _row_in_words(part: Part, row: Values) -> str:
    """Give a row as one line; the name of a column only where there are several."""
    cells = []
    for column in part.columns:
        value = row.get(column.name)
        if value in (None, ""):
            continue
        if column.name in part.refers:
            value = _("no. %(number)s") % {"number": value + 1}
        cells.append(f"{column.verbose_name}: {value}" if len(part.columns) > 1 else str(value))
    return "; ".join(cells)


def marked(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Give two texts as HTML in which the words that differ are marked, lines kept."""
    old, new = findall(r"\s+|[^\s]+", before), findall(r"\s+|[^\s]+", after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    left: list[SafeString] = []
    right: list[SafeString] = []
    for kind, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        gone, come = "".join(old[old_from:old_to]), "".join(new[new_from:new_to])
        left.append(_mark("del", gone) if kind != "equal" else escape(gone))
        right.append(_mark("ins", come) if kind != "equal" else escape(come))
    return _lines(left), _lines(right)


def _mark(tag: str, text: str) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, text) if text else SafeString()


def _lines(pieces: list[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))
