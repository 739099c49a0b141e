"""Setting text into images: Typst with the portal's own typeface, and never with foreign code.

A template is a file of ours; what it sets comes to it as data (JSON through `sys.inputs`), so no
title can become code. Nothing is read from the system's fonts, and nothing is fetched.
"""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from portal.env import BASE

FONTS = BASE / "portal" / "fonts"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
LONGEST_WORD = 24  # characters after which a word may be broken anywhere
BREAK = "\N{ZERO WIDTH SPACE}"


def png(template: Path, data: Mapping[str, Any]) -> bytes:
    """Set a template of one page with data; one point is one pixel.

    Texts in `data` must have passed `legible`. A compiler is made for each image, because one
    cannot work for two threads at once; the fonts, which are dear to read, are shared.
    """
    compiler = typst.Compiler(template, root=BASE, font_paths=_fonts())
    image = compiler.compile(format="png", ppi=72, sys_inputs={"data": json.dumps(data)})
    assert isinstance(image, bytes)  # a list only for several pages
    return image


def legible(text: str, otherwise: str = "") -> str:
    """Give a text in characters that the fonts have.

    Signs without a glyph, such as emoji, are dropped; letters of other scripts become one
    replacement character a run. Where no letter or digit is left, give `otherwise`. Very long
    words get places where a line may end.
    """
    known = _characters()
    kept: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in known or char.isspace():
            kept.append(" " if char.isspace() else char)
        elif char.isalnum() and kept[-1:] != [UNREADABLE]:
            kept.append(UNREADABLE)
    words = "".join(kept).split()
    if not any(char.isalnum() for word in words for char in word):
        return otherwise
    return " ".join(_breakable(word) for word in words)


def _breakable(word: str) -> str:
    if len(word) <= LONGEST_WORD:
        return word
    parts = (word[at : at + LONGEST_WORD] for at in range(0, len(word), LONGEST_WORD))
    return BREAK.join(parts)


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once for the process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


@cache
def _characters() -> frozenset[str]:
    """Give what the fonts have a glyph for."""
    return frozenset((FONTS / "characters.txt").read_text(encoding="utf-8")) - {"\n", "\r"}
