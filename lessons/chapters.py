"""What the lessons add to documents of case studies: what the cases say of them, and terms."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _

from casestudies.documents.case import place_of
from casestudies.models import CaseStudy
from lessons.annotations import terms_in
from lessons.models import Evidence, GlossaryTerm
from portal.pdf.chapters import register
from portal.pdf.document import (
    Block,
    Chapter,
    bullets,
    facts,
    heading,
    paragraph,
    strong,
    text,
    to,
    visible,
)


def lessons_of(cases: Sequence[int]) -> Chapter | None:
    """Give the lessons that some cases support, qualify or challenge, with the reasons."""
    links = Evidence.objects.published().filter(case__in=cases).select_related("lesson", "case")
    links = links.order_by("lesson__number", "case__title")
    title = _("What these cases say of the lessons")
    blocks: list[Block] = heading(1, title)
    for lesson, group in groupby(links, key=lambda link: link.lesson):
        blocks += heading(2, f"{lesson.number}. {lesson.title}")
        blocks += bullets([_link(link)] for link in group)
    return Chapter("lessons", blocks) if links else None


def _link(link: Evidence) -> Block:
    return paragraph(
        strong(f"{link.get_stance_display()}: "),
        to(place_of(link.case), visible(link.case.title)),
        text(f". {link.note}"),
    )


def terms_of(cases: Sequence[int]) -> Chapter | None:
    """Give the terms of the glossary that the texts of some cases use."""
    rows = CaseStudy.objects.published().filter(pk__in=cases)
    texts = rows.values_list("summary", "context", "what_was_done", "outcome_note")
    slugs = terms_in(text for row in texts for text in row)
    terms = GlossaryTerm.objects.filter(slug__in=slugs)
    if not terms:
        return None
    pairs = [(_full(term), [text(term.definition)]) for term in terms]
    return Chapter("terms", [*heading(1, _("Terms used")), *facts(pairs)], fresh=False)


def _full(term: GlossaryTerm) -> str:
    return f"{term.term} ({term.expansion})" if term.expansion else term.term


register("case", lessons_of, order=10)
register("case", terms_of, order=20)
