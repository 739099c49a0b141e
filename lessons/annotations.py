"""Words of the glossary in texts: each gets its definition where a page first uses it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from django.urls import reverse

from lessons.models import GlossaryTerm
from portal.annotations import register
from portal.corpus import CorpusState, current_state

MOST = 12  # terms that are marked on one page
_TAG = re.compile(r"(<[^>]*>)")
# Elements whose words stay as they are: links, headings, code.
_CLOSED = re.compile(r"</?(a|h3|h4|code|abbr)\b")

Linker = Callable[[re.Match[str]], str]
Terms = tuple[re.Pattern[str], dict[str, tuple[str, str]]]
_known: dict[CorpusState, Terms] = {}


def _terms() -> Terms:
    """Give a pattern of all terms, and for each as written in lower case (slug, definition)."""
    state = current_state()
    if state not in _known:
        rows = GlossaryTerm.objects.values_list("term", "slug", "definition")
        entries = {term.lower(): (slug, definition) for term, slug, definition in rows}
        words = sorted((re.escape(term) for term in entries), key=len, reverse=True)
        pattern = re.compile(rf"(?<![\w-])({'|'.join(words) or '(?!)'})(?![\w-])", re.IGNORECASE)
        _known.clear()
        _known[state] = (pattern, entries)
    return _known[state]


def mark_terms(texts: Sequence[str]) -> list[str]:
    """Link the first use of each glossary term in the texts of a page to its entry."""
    pattern, entries = _terms()
    if not entries:
        return list(texts)
    used: set[str] = set()

    def link(match: re.Match[str]) -> str:
        slug, definition = entries[match[0].lower()]
        if slug in used or len(used) >= MOST:
            return match[0]
        used.add(slug)
        address = f"{reverse('glossary')}#{slug}"
        words = escape(definition)
        return f'<a class="term" href="{address}" data-definition="{words}">{match[0]}</a>'

    return ["".join(_marked(text, pattern, link)) for text in texts]


def terms_in(texts: Iterable[str]) -> set[str]:
    """Give the slugs of the glossary terms that some texts use."""
    pattern, entries = _terms()
    if not entries:
        return set()
    return {entries[found.lower()][0] for text in texts for found in pattern.findall(text)}


def _marked(
    text: str, pattern: re.Pattern[str], link: Callable[[re.Match[str]], str]
) -> Iterator[str]:
    """Give the pieces of a text, with terms linked wherever its words stand free."""
    depth = 0
    for piece in _TAG.split(text):
        if piece.startswith("<"):
            if _CLOSED.match(piece):
                depth += -1 if piece.startswith("</") else 1
            yield piece
        else:
            yield piece if depth else pattern.sub(link, piece)


register(mark_terms)
