"""Reading PDF files: their words, their structure, and whether they are sound."""

import io
import re
from typing import Any

import pikepdf
import pypdfium2


def words_of(pdf: bytes) -> str:
    """Give the text of a PDF with single spaces, as somebody reads it across lines."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return flat(text)


def flat(text: str) -> str:
    """Give a text without what a line break may add or take."""
    text = re.sub("[\u200b\u00ad\ufffe\x02]", "", text)
    return re.sub(r"\s+", "", text)


def pages_of(pdf: bytes) -> int:
    """Give the number of pages."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def assert_accessible(pdf: bytes) -> dict[str, Any]:
    """Check what a screen reader needs; give what was found: title, tags, alternatives, outline."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert document.check_pdf_syntax() == []
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            title = str(metadata["dc:title"])
        tags: list[str] = []
        alternatives: list[str] = []
        _walk(root.StructTreeRoot, tags, alternatives)
        with document.open_outline() as outline:
            entries = [str(entry.title) for entry in outline.root]
        for page in document.pages:
            for note in page.get("/Annots", []):
                assert note.get("/Contents"), "a link without a description"
    assert title
    assert {"H1", "P"} <= set(tags)
    return {"title": title, "tags": tags, "alternatives": alternatives, "outline": entries}


def _walk(node: Any, tags: list[str], alternatives: list[str]) -> None:
    """Gather the tags and the alternative texts of a structure tree."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, pikepdf.Dictionary):
            continue
        if "/S" in here:
            tags.append(str(here.S)[1:])
        if "/Alt" in here:
            alternatives.append(str(here.Alt))
        if "/K" in here:
            kids = here.K
            waiting.extend(kids if isinstance(kids, pikepdf.Array) else [kids])
