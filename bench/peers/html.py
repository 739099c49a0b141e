"""A document of the portal as one HTML page, for engines that set HTML."""

from collections.abc import Callable
from html import escape
from typing import Any

STYLE = """
@page { size: A4; margin: 20mm 21mm; @bottom-right { content: counter(page) " / " counter(pages) } }
body { font: 9.2pt/1.4 "Noto Sans", sans-serif; color: #1d2b29 }
h1 { font-size: 17pt; page-break-before: always; color: #173f3a }
h2 { font-size: 11pt; color: #173f3a }
table { width: 100%; border-collapse: collapse; font-size: 8.2pt }
th, td { text-align: left; vertical-align: top; padding: 3pt 5pt }
td { border-bottom: .5pt solid #d9d5c9 }
.contents a::after { content: " " target-counter(attr(href), page) }
.cover { font-size: 27pt }
svg { width: 100% }
"""


def html_of(data: dict[str, Any]) -> str:
    """Give the data of a document as HTML: the same words, tables, drawings and links."""
    cover = data["cover"]
    heads = [block for chapter in data["chapters"] for block in _flat(chapter["blocks"])]
    contents = "".join(
        f'<li><a href="#{block[3]}">{_pieces(block[2])}</a></li>'
        for block in heads
        if block[0] == "heading" and block[1] == 1
    )
    body = "".join(_blocks(chapter["blocks"]) for chapter in data["chapters"])
    front = ""
    if cover:
        notes = "".join(f"<p>{_pieces(note)}</p>" for note in cover["notes"])
        front = f'<p class="cover">{escape(cover["title"])}</p>{notes}<div>{cover["qr"]}</div>'
    return (
        f'<!doctype html><html lang="en"><head><title>{escape(data["title"])}</title>'
        f'<style>{STYLE}</style></head><body>{front}<ol class="contents">{contents}</ol>{body}'
        "</body></html>"
    )


def _flat(blocks: list[Any]) -> list[Any]:
    """Give blocks and those that stay together within them."""
    found = []
    for block in blocks:
        found += _flat(block[1]) if block[0] == "together" else [block]
    return found


def _blocks(blocks: list[Any]) -> str:
    return "".join(BLOCKS[block[0]](*block[1:]) for block in blocks)


def _pieces(pieces: list[Any]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Any) -> str:
    if isinstance(piece, str):
        return escape(piece)
    kind = piece[0]
    if kind in {"strong", "emphasis"}:
        tag = "strong" if kind == "strong" else "em"
        return f"<{tag}>{_pieces(piece[1])}</{tag}>"
    if kind == "link":
        return f'<a href="{escape(piece[1])}">{_pieces(piece[2])}</a>'
    if kind == "to":
        return f'<a href="#{piece[1]}">{_pieces(piece[2])}</a>'
    return "<br>" if kind == "break" else "□"


def _list(tag: str, items: list[Any]) -> str:
    return f"<{tag}>{''.join(f'<li>{_blocks(item)}</li>' for item in items)}</{tag}>"


def _table(heads: list[str], rows: list[Any], _shares: list[str]) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{_pieces(cell)}</td>' for cell in row)}</tr>" for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _facts(pairs: list[Any], _across: int) -> str:
    rows = "".join(f"<tr><th>{escape(a)}</th><td>{_pieces(b)}</td></tr>" for a, b in pairs)
    return f"<table>{rows}</table>"


def _bars(title: str, rows: list[Any], _alternative: str) -> str:
    items = "".join(f"<tr><td>{escape(label)}</td><td>{number}</td></tr>" for label, number in rows)
    return f"<p><strong>{escape(title)}</strong></p><table>{items}</table>"


BLOCKS: dict[str, Callable[..., str]] = {
    "paragraph": lambda pieces, _style: f"<p>{_pieces(pieces)}</p>",
    "heading": lambda level, words, place, _number: (
        f'<h{level} id="{place}">{_pieces(words)}</h{level}>'
    ),
    "list": lambda items: _list("ul", items),
    "numbered": lambda _start, items: _list("ol", items),
    "quote": lambda blocks: f"<blockquote>{_blocks(blocks)}</blockquote>",
    "table": _table,
    "facts": _facts,
    "bars": _bars,
    "picture": lambda svg, _alternative, _width: f"<div>{svg}</div>",
    "pill": lambda words, _tone: f"<p><strong>{escape(words)}</strong></p>",
    "columns": lambda parts: "".join(map(_blocks, parts)),
    "together": _blocks,
    "room": lambda lines: "<hr>" * lines,
}
