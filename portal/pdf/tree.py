"""Stored HTML as blocks of a document.

The HTML is what portal/markdown.py has sanitised; this reads any HTML, and what it does not know
keeps its words.
"""

from html.parser import HTMLParser
from typing import Any

from portal.pdf.document import Block, Inline, leads_out
from portal.typesetting import settable

DEEPEST = 8  # nesting beyond this is flattened: Typst counts calls
LAST_LEVEL = 6  # of headings
INLINE = {"strong": "strong", "b": "strong", "em": "emphasis", "i": "emphasis"}
BLOCKS = {"p", "pre", "dt", "dd", "caption", "div"}
SKIPPED = {"script", "style", "template"}


def blocks_of(html: str, level: int) -> list[Block]:
    """Give sanitised HTML as blocks; its headings begin at `level` and skip none."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _with_headings_in_order(reader.finished(), level)


class _Reader(HTMLParser):
    """Builds blocks while it reads. `stack` holds what is open, outermost first."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[Any] = []
        self.stack: list[tuple[str, list[Any]]] = [("", self.root)]
        self.skipping = 0

    def finished(self) -> list[Block]:
        while len(self.stack) > 1:
            self._close(self.stack[-1][0])
        return _as_blocks(self.root)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipping += 1
        elif tag == "br":
            self._add(["break"])
        elif tag == "hr":
            return
        else:
            self.stack.append((tag, [dict(attrs)]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._add(["break"])

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif any(name == tag for name, _ in self.stack[1:]):
            while self.stack[-1][0] != tag:
                self._close(self.stack[-1][0])
            self._close(tag)

    def handle_data(self, data: str) -> None:
        if not self.skipping and (words := settable(data)):
            self._add(words)

    def _add(self, node: Any) -> None:
        self.stack[-1][1].append(node)

    def _close(self, tag: str) -> None:
        """Turn the innermost open element into what it gives, and hand it to the one around it."""
        attributes, *children = self.stack.pop()[1]
        for node in _element(tag, attributes, children, len(self.stack)):
            self._add(node)


def _element(tag: str, attributes: dict[str, Any], children: list[Any], depth: int) -> list[Any]:
    """Give the nodes of one element whose children are nodes already."""
    if tag in INLINE:
        inline = _as_pieces(children)
        return [[INLINE[tag], inline]] if inline and depth <= DEEPEST else inline
    if tag == "a":
        address = str(attributes.get("href") or "")
        inline = _as_pieces(children)
        return [["link", address, inline]] if inline and leads_out(address) else inline
    if tag in BLOCKS:
        return _as_blocks(children)
    if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
        inline = _as_pieces(children)
        has_words = any((isinstance(p, str) and p.strip()) or isinstance(p, list) for p in inline)
        return [["heading", int(tag[1]), inline, "", ""]] if has_words else []
    if tag in {"ul", "ol"}:
        items = [node[1] for node in children if _is(node, "item") and node[1]]
        if depth > DEEPEST:
            return [block for item in items for block in item]
        start = str(attributes.get("start") or "1")
        first = int(start) if start.isdecimal() and len(start) < 6 else 1
        return [["list", items] if tag == "ul" else ["numbered", first, items]] if items else []
    if tag == "li":
        return [["item", _without_headings(_as_blocks(children))]]
    if tag == "blockquote":
        inner = _without_headings(_as_blocks(children))
        return inner if depth > DEEPEST else [["quote", inner]] if inner else []
    if tag in {"td", "th"}:
        return [["cell", _as_pieces(children), tag == "th"]]
    if tag == "tr":
        return [["row", [node for node in children if _is(node, "cell")]]]
    if tag == "table":
        return _table(children)
    return children


def _table(children: list[Any]) -> list[Block]:
    """Give a table; cells that a short row lacks are empty, and its first row is the head."""
    rows = [node[1] for node in children if _is(node, "row") and node[1]]
    before = _as_blocks([node for node in children if not _is(node, "row")])
    if not rows:
        return before
    width = max(map(len, rows))
    cells = [[cell[1] for cell in row] + [[]] * (width - len(row)) for row in rows]
    heads = ["".join(_words(piece) for piece in cell) for cell in cells[0]]
    return [*before, ["table", heads, cells[1:], ["1"] * width]]


def _is(node: Any, kind: str) -> bool:
    return isinstance(node, list) and bool(node) and node[0] == kind


def _is_inline(node: Any) -> bool:
    return isinstance(node, str) or node[0] in {"strong", "emphasis", "link", "to", "break"}


def _as_blocks(nodes: list[Any]) -> list[Block]:
    """Give nodes as blocks: what is loose between them becomes paragraphs."""
    blocks: list[Block] = []
    loose: list[Inline] = []

    def settle() -> None:
        if any(_words(piece).strip() for piece in loose):
            blocks.append(["paragraph", _trimmed(loose), ""])
        loose.clear()

    for node in nodes:
        if _is_inline(node):
            loose.append(node)
            continue
        settle()
        kind = node[0]
        if kind in {"item", "row"}:
            blocks.extend(node[1] if kind == "item" else _as_blocks(node[1]))
        elif kind == "cell":
            blocks.extend(_as_blocks(node[1]))
        else:
            blocks.append(node)
    settle()
    return blocks


def _trimmed(pieces: list[Inline]) -> list[Inline]:
    """Give pieces without space at either end."""
    trimmed = list(pieces)
    if isinstance(trimmed[0], str):
        trimmed[0] = trimmed[0].lstrip()
    if isinstance(trimmed[-1], str):
        trimmed[-1] = trimmed[-1].rstrip()
    return [piece for piece in trimmed if piece]


def _as_pieces(nodes: list[Any]) -> list[Inline]:
    """Give nodes as pieces of a line: blocks within keep their words."""
    pieces: list[Inline] = []
    for node in nodes:
        pieces.append(node if _is_inline(node) else _words(node))
    return [piece for piece in pieces if piece]


def _words(node: Any) -> str:
    """Give the words of a node."""
    if isinstance(node, str):
        return node
    kind = node[0]
    if kind == "break":
        return " "
    if kind == "list":
        return " ".join(_words(block) for item in node[1] for block in item)
    if kind == "numbered":
        return " ".join(_words(block) for item in node[2] for block in item)
    if kind == "table":
        cells = [piece for row in node[2] for cell in row for piece in cell]
        return " ".join([*node[1], *map(_words, cells)])
    inner = node[2] if kind in {"link", "to", "heading"} else node[1]
    between = "" if kind in {*INLINE.values(), "link", "to", "heading", "paragraph"} else " "
    return between.join(map(_words, inner))


def _without_headings(blocks: list[Block]) -> list[Block]:
    """Give blocks whose headings are strong words: within a list they would skip levels."""
    return [
        ["paragraph", [["strong", block[2]]], ""] if block[0] == "heading" else block
        for block in blocks
    ]


def _with_headings_in_order(blocks: list[Block], level: int) -> list[Block]:
    """Give blocks whose headings begin at a level and never skip one."""
    ordered: list[Block] = []
    opened: list[int] = []  # the levels in the text, of the headings that are open
    for block in blocks:
        if block[0] != "heading":
            ordered.append(block)
            continue
        while opened and opened[-1] >= block[1]:
            opened.pop()
        opened.append(block[1])
        ordered.append(["heading", min(LAST_LEVEL, level + len(opened) - 1), *block[2:]])
    return ordered
