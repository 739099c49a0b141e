"""Setting text with Typst: the portal's own typefaces, and never foreign code.

A template is a file of ours in `templates/typst/`, the only folder that Typst may read; what it
sets comes to it as data (JSON through `sys.inputs`), so no text can become code. Nothing is read
from the system's fonts, and nothing is fetched.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import typst

from portal.env import BASE

TEMPLATES = BASE / "templates" / "typst"
FONTS = BASE / "portal" / "fonts"
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
LONGEST_WORD = 24  # characters after which a word may be broken anywhere
BREAK = "\N{ZERO WIDTH SPACE}"


def png(template: str, data: Mapping[str, Any]) -> bytes:
    """Set a template of one page, named by its path in TEMPLATES; one point is one pixel.

    Texts in `data` must have passed `legible`. A compiler is made for each image, because one
    cannot work for two threads at once; the fonts, which are dear to read, are shared.
    """
    compiler = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts())
    image = compiler.compile(format="png", ppi=72, sys_inputs={"data": json.dumps(data)})
    assert isinstance(image, bytes)  # a list only for several pages
    return image


def legible(text: str, otherwise: str = "") -> str:
    """Give a title for an image, in characters that the fonts have.

    Signs without a glyph, such as emoji, are dropped; letters of other scripts become one
    replacement character a run. Where no letter or digit is left, give `otherwise`.
    """
    shown = settable(text, keep_signs=False)
    return shown.strip() if any(char.isalnum() for char in shown) else otherwise


def settable(text: str, keep_signs: bool = True) -> str:
    """Give a text in characters that the fonts have, with single spaces.

    What they lack becomes one replacement character a run; control characters disappear, and with
    them whatever would turn the direction of writing. Signs that the fonts lack, such as emoji,
    disappear too unless `keep_signs`. Very long words get places where a line may end.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    text = _unknown().sub(lambda run: _instead_of(run[0], keep_signs), text)
    text = re.sub(r"\s+", " ", text)
    return re.sub(rf"\S{{{LONGEST_WORD + 1},}}", lambda word: _breakable(word[0]), text)


def _instead_of(run: str, keep_signs: bool) -> str:
    """Give what stands for a run of characters without a glyph."""
    kinds = {unicodedata.category(char)[0] for char in run} - {"C", "M", "Z"}
    if not kinds:
        return ""
    return UNREADABLE if keep_signs or kinds & {"L", "N"} else ""


def _breakable(word: str) -> str:
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


@cache
def _unknown() -> re.Pattern[str]:
    """Give the pattern of a run of characters that the fonts have no glyph for."""
    known = "".join(re.escape(char) for char in sorted(_characters()))
    return re.compile(rf"[^{known}\s]+")
