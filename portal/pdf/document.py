"""A document as data: what templates/typst/portal/document.typ sets.

A document is a cover and chapters; a chapter is a list of blocks, a block a list that begins with
its kind. All of it is JSON. The makers below are the only way in, and let through only what can be
set: texts in characters that the fonts have, headings that are not empty, links that lead outside
or to a place that is marked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from portal.typesetting import UNREADABLE, settable

# A text, or ["strong" | "emphasis", pieces], ["link", address, pieces], ["to", place, pieces],
# ["break"], ["tick"] (a box to tick).
Inline = str | list[Any]
# ["paragraph", pieces], ["heading", level, pieces, place], ["list", blocks of each item],
# ["numbered", start, blocks of each item], ["quote", blocks], ["table", heads, rows, shares],
# ["facts", pairs], ... Each maker says what its block holds.
Block = list[Any]


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page. `figures` are pairs of a number and what it counts; `qr` is an SVG.

    `address` is where the link leads, `address_shown` how it is written. Without a `qr` nothing
    leads from the cover to the web.
    """

    eyebrow: str
    title: str
    figures: list[tuple[str, str]]
    notes: list[list[Inline]]
    address: str = ""
    address_shown: str = ""
    qr: str = ""
    qr_link: str = ""
    qr_alternative: str = ""
    qr_caption: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the document. `name` is how the log calls it; `fresh` starts it on a new page."""

    name: str
    blocks: list[Block]
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. `paper` is "a4" or "us-letter"; `foot` stands at the foot of each page."""

    title: str
    description: str
    paper: str
    language: str
    foot: str
    chapters: list[Chapter]
    cover: Cover | None = None
    contents: str = ""

    def as_data(self) -> dict[str, Any]:
        """Give the document as JSON."""
        return asdict(self)


TICK: Inline = ["tick"]
LONGEST_LINK = 8_000  # bytes
LONGEST_TOGETHER = 2_500  # characters: about two thirds of a page


def text(value: object) -> str:
    """Give a text that can be set."""
    return settable(str(value))


def visible(value: object) -> str:
    """Give a text that names something: a sign stands where nothing of it could be seen."""
    return text(value).strip() or UNREADABLE


def strong(value: object) -> Inline:
    """Give words that stand out."""
    return ["strong", [text(value)]]


def emphasis(value: object) -> Inline:
    """Give words that are stressed."""
    return ["emphasis", [text(value)]]


def link(address: str, *pieces: Inline) -> Inline:
    """Give a link to a web or mail address; only its words where the address is of another kind."""
    return ["link", address, list(pieces)] if leads_out(address) else ["strong", list(pieces)]


def leads_out(address: str) -> bool:
    """Say whether an address may be linked: of the web or of mail, and not too long for PDF."""
    is_known = address.startswith(("https://", "http://", "mailto:"))
    return is_known and len(address.encode()) <= LONGEST_LINK


def to(place: str, *pieces: Inline) -> Inline:
    """Give a link to a place in the document: to a heading that carries its name."""
    return ["to", place, list(pieces)]


def paragraph(*pieces: Inline, style: str = "") -> Block:
    """Give a paragraph. Styles: "lead" (larger), "small", "eyebrow" (small capitals, coloured)."""
    return ["paragraph", list(pieces), style]


def heading(level: int, value: object, place: str = "", number: int = 0) -> list[Block]:
    """Give a heading, level 1 to 6; nothing where it would be empty and no link leads to it.

    `place` is a name that links lead to; `number` stands before it in the contents.
    """
    words = visible(value) if place else text(value).strip()
    return [["heading", level, [words], place, str(number or "")]] if words else []


def bullets(items: Iterable[Sequence[Block]]) -> list[Block]:
    """Give a list with a sign before each item; nothing where it would be empty."""
    filled = [list(item) for item in items if item]
    return [["list", filled]] if filled else []


def numbered(items: Iterable[Sequence[Block]], start: int = 1) -> list[Block]:
    """Give a numbered list; nothing where it would be empty."""
    filled = [list(item) for item in items if item]
    return [["numbered", start, filled]] if filled else []


def table(
    heads: Sequence[object], rows: Iterable[Sequence[Sequence[Inline]]], shares: Sequence[str]
) -> list[Block]:
    """Give a table whose head stands again on each page; nothing where it would have no rows.

    A cell is a list of pieces. `shares` are the widths of the columns: "auto", or a number of
    parts of the free room.
    """
    filled = [[list(cell) for cell in row] for row in rows]
    return [["table", [text(head) for head in heads], filled, list(shares)]] if filled else []


def facts(pairs: Iterable[tuple[object, Sequence[Inline]]], across: int = 1) -> list[Block]:
    """Give labels with their values, `across` pairs in a row; nothing where there are none."""
    filled = [[text(label), list(value)] for label, value in pairs if value]
    return [["facts", filled, across]] if filled else []


def bars(title: object, rows: Sequence[tuple[object, int]], alternative: str) -> list[Block]:
    """Give a bar chart of labelled numbers; nothing where there are none."""
    shown = [[text(label), number] for label, number in rows]
    return [["bars", text(title), shown, text(alternative)]] if shown else []


def picture(svg: str, alternative: str, width: str = "100%") -> Block:
    """Give a drawing of ours in SVG, as wide as `width` (a percentage of the column)."""
    return ["picture", svg, text(alternative), float(width.rstrip("%")) / 100]


def pill(value: object, tone: str) -> Block:
    """Give a few words in a box. Tones: "good", "mixed", "bad", "open"."""
    return ["pill", text(value), tone]


def columns(*parts: Sequence[Block]) -> Block:
    """Give blocks side by side, in columns of the same width."""
    return ["columns", [list(part) for part in parts]]


def together(*blocks: Block) -> list[Block]:
    """Give blocks that stay on one page, unless they are so long that they might not fit on one."""
    return [["together", list(blocks)]] if length_of(blocks) < LONGEST_TOGETHER else list(blocks)


def length_of(node: object) -> int:
    """Give roughly how many characters some blocks hold."""
    if isinstance(node, str):
        return len(node)
    return sum(map(length_of, node)) if isinstance(node, list | tuple) else 0


def room(lines: int) -> Block:
    """Give lines to write on."""
    return ["room", lines]
