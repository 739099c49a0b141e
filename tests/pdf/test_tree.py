"""Stored HTML as blocks of a document."""

import random

import pytest
from django.utils import timezone

from portal.markdown import render
from portal.pdf.document import Chapter, Document, heading
from portal.pdf.engine import typeset
from portal.pdf.tree import DEEPEST, blocks_of
from portal.typesetting import UNREADABLE
from tests.pdf.reading import words_of


def paragraph(*pieces: object) -> list[object]:
    return ["paragraph", list(pieces), ""]


def document_of(html: str) -> Document:
    """Give a document with a text in it."""
    chapter = Chapter("one", [*heading(1, "A title"), *blocks_of(html, 2)])
    return Document("A title", "", "a4", "en", "foot", [chapter])


def test_paragraphs_lists_links_and_emphasis_come_over() -> None:
    html = render("One **two** *three*\n\n- a\n- [b](https://example.org/)\n\n3. c\n")
    assert blocks_of(html, 2) == [
        paragraph("One ", ["strong", ["two"]], " ", ["emphasis", ["three"]]),
        ["list", [[paragraph("a")], [paragraph(["link", "https://example.org/", ["b"]])]]],
        ["numbered", 3, [[paragraph("c")]]],
    ]


def test_a_table_has_its_first_row_as_head_and_no_short_rows() -> None:
    html = "<table><tr><th>A</th><th>B</th></tr><tr><td>1</td></tr></table>"
    assert blocks_of(html, 2) == [["table", ["A", "B"], [[["1"], []]], ["1", "1"]]]


def test_headings_begin_where_they_should_skip_no_level_and_are_never_empty() -> None:
    html = "<h4>a</h4><h6>b</h6><h3>c</h3><h3> </h3><h4></h4><h4>d</h4>"
    assert [(block[1], block[2]) for block in blocks_of(html, 3)] == [
        (3, ["a"]),
        (4, ["b"]),
        (3, ["c"]),
        (4, ["d"]),
    ]


def test_links_that_lead_nowhere_safe_keep_their_words() -> None:
    for address in ("javascript:alert(1)", "file:///etc/passwd", "#source-1", ""):
        assert blocks_of(f'<p><a href="{address}">words</a></p>', 2) == [paragraph("words")]


def test_what_is_not_known_keeps_its_words_and_scripts_do_not() -> None:
    assert blocks_of("<section><b>a</b><script>b()</script>c</section>", 2) == [
        paragraph(["strong", ["a"]], "c")
    ]


def test_nesting_ends_somewhere() -> None:
    deep = "<ul><li>a" * 60 + "</li></ul>" * 60
    quotes = "<blockquote>" * 60 + "q" + "</blockquote>" * 60
    stress = "<em>" * 60 + "e" + "</em>" * 60
    for html in (deep, quotes, stress):
        assert depth_of(blocks_of(html, 2)) < 8 * DEEPEST


def depth_of(node: object) -> int:
    return 1 + max(map(depth_of, node), default=0) if isinstance(node, list) else 0


HOSTILE = [
    '#read("/etc/passwd") #panic("owned") $x^2$ @ref <label> #import "@preview/x:0.1.0"',
    "<p>a</p></p></div><li>loose<td>cell</td></li><table><tr></tr></table><ul></ul>",
    "<p>" + "x" * 5_000 + "</p>",
    "<p>😀 金矿 مناجم الذهب \u202eturned\u202c \x07 \ud7ff e\u0301</p>",
    "<h3>😀</h3><p></p><blockquote></blockquote><ol start='99999999999'><li>x</li></ol>",
    "<ul>" * 40 + "<li>deep" + "</ul>" * 40,
]


@pytest.mark.parametrize("html", HOSTILE)
def test_no_text_stops_a_document_or_its_standard(
    html: str, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = typeset(document_of(html), timezone.now())
    assert pdf.startswith(b"%PDF-")
    assert not caplog.records
    assert "root:" not in words_of(pdf)


def test_a_thousand_random_texts_are_all_set() -> None:
    """They go into few documents: what matters is that no text stops one."""
    draw = random.Random(20261125)
    pieces = ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<b>", "</b>", "<h3>", "</h3>", "<h5>", "a ",
              "<table>", "<tr>", "<td>", "</table>", "<blockquote>", "</blockquote>", "é", "😀",
              "<a href='https://example.org'>", "</a>", "#x[", "]", "$", "\\", "`", "ب", "\u200f",
              "<br>", "<em>", "</em>", "<ol>", "</ol>", "\x00", "&amp;", "&#8203;"]  # fmt: skip
    for _ in range(4):
        blocks = heading(1, "A title")
        for _ in range(250):
            html = "".join(draw.choices(pieces, k=draw.randint(1, 40)))
            blocks += blocks_of(html, 2)
        # Between two texts a heading may follow one of any level: each is a chapter of its own.
        document = Document("A title", "", "a4", "en", "", [Chapter("all", _in_order(blocks))])
        assert typeset(document, timezone.now()).startswith(b"%PDF-")


def _in_order(blocks: list[list[object]]) -> list[list[object]]:
    """Give blocks without headings after the first: texts that follow each other skip levels."""
    return [block for n, block in enumerate(blocks) if n == 0 or block[0] != "heading"]


def test_other_scripts_degrade_to_a_visible_sign() -> None:
    pdf = typeset(
        document_of("<p>before 金矿 after, مناجم, Ελλάδα, Россия, Łódź</p>"), timezone.now()
    )
    words = words_of(pdf)
    assert f"before{UNREADABLE}after" in words
    for shown in ("Ελλάδα", "Россия", "Łódź"):
        assert shown in words
