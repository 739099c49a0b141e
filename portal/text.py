"""Small helpers on plain text and on lists."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def fold(text: str) -> str:
    """Give the text without case and accents, for comparing and sorting: 'Houndé' -> 'hounde'."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def without_controls(text: str) -> str:
    """Give the text without control characters (NUL among them), which no database stores."""
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)


def joined(texts: Iterable[str]) -> str:
    """Give different texts as lines of one text, without empty and repeated ones."""
    return "\n".join(dict.fromkeys(text for text in texts if text))


def in_chunks(items: Collection[T], size: int) -> Iterator[list[T]]:
    """Give items in lists of at most `size`."""
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
