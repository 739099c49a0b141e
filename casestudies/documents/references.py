"""The references of some cases, in full."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from casestudies.documents.case import place_of_source
from casestudies.models import CaseStudy
from portal.models import SourceBase
from portal.pdf.document import Block, Chapter, heading, link, numbered, paragraph, text


def references(cases: Sequence[CaseStudy]) -> Chapter:
    """Give the sources of each case, numbered as on its page. Needs `for_reading()`."""
    blocks = heading(1, _("References"))
    for number, case in enumerate(cases, start=1):
        title = case.title if len(cases) == 1 else f"{number}. {case.title}"
        blocks += heading(2, title, place=place_of_source(case))
        blocks += sources_in_full(case.sources.all())
    return Chapter("references", blocks)


def sources_in_full(sources: Iterable[SourceBase]) -> list[Block]:
    """Give sources as a numbered list: title, publisher, year, address."""
    items = []
    start = 1
    for place, source in enumerate(sources):
        start = start if place else source.number
        year = f", {source.year}" if source.year else ""
        words = text(f"{source.title}. {source.publisher}{year}. ")
        pieces = [words, link(source.url, text(source.url))]
        if source.archived_url:
            copy = link(source.archived_url, text(source.archived_url))
            pieces += [text(f" {_('Archived copy:')} "), copy]
        items.append([paragraph(*pieces)])
    return numbered(items, start)
