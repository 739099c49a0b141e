"""Annotations: how an app marks words in texts that another app shows.

A case's text belongs to casestudies, yet words of the glossary, which casestudies must not know,
get their definition in it. So a page hands its texts over here, and apps register what they mark.
"""

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString, mark_safe

# Takes the texts of one page as safe HTML and gives them back marked, as safe HTML.
Annotator = Callable[[Sequence[str]], Sequence[str]]
_annotators: list[Annotator] = []


def register(annotator: Annotator) -> None:
    """Add an annotator."""
    _annotators.append(annotator)


def annotated(*texts: str) -> list[SafeString]:
    """Give the texts of one page, sanitised HTML, with everything marked that apps mark."""
    marked: Sequence[str] = texts
    for annotator in _annotators:
        marked = annotator(marked)
    return [mark_safe(text) for text in marked]  # noqa: S308  # sanitised when it was stored
