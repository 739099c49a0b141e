"""A lesson, and the baseline checklist, as documents to print and to take along."""

from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casestudies.documents.references import sources_in_full
from lessons.evidence import StanceGroup
from lessons.models import BaselineChecklist, BaselineQuestion, BaselineSection, Lesson
from portal.linked_data import Absolute
from portal.pdf.document import (
    TICK,
    Block,
    Chapter,
    Document,
    Inline,
    bullets,
    emphasis,
    facts,
    heading,
    link,
    paragraph,
    room,
    strong,
    text,
    together,
    visible,
)
from portal.pdf.tree import blocks_of

LINES = 3  # to write an answer on


def lesson_document(
    lesson: Lesson, groups: Iterable[StanceGroup], absolute: Absolute, paper: str, foot: str
) -> Document:
    """Give a lesson with its evidence. Needs `with_stances()` and `for_reading()`."""
    number = _("Lesson %d") % lesson.number
    address = absolute(lesson.get_absolute_url())
    weight = lesson.weight_in_words
    blocks: list[Block] = [
        paragraph(text(number), style="eyebrow"),
        *heading(1, lesson.title),
        paragraph(text(lesson.summary), style="lead"),
        paragraph(strong(f"{weight[:1].upper()}{weight[1:]}.")),
        *facts(
            [
                (_("For"), [text(", ".join(lesson.audience_labels))]),
                (_("Themes"), [text(", ".join(theme.name for theme in lesson.themes.all()))]),
                (_("On the web"), [link(address, text(address))]),
            ]
        ),
        *heading(2, _("In practice")),
        *bullets([paragraph(text(pointer.text))] for pointer in lesson.pointers.all()),
        *heading(2, _("Discussion")),
        *blocks_of(lesson.discussion_html, 3),
        paragraph(
            text(
                _(
                    "Written from the sources below. It is not the text of the World Gold Council "
                    "report of 2022."
                )
            ),
            style="small",
        ),
        *heading(2, _("Evidence")),
    ]
    for group in groups:
        blocks += heading(3, f"{group.stance.label} ({len(group.links)})")
        blocks += bullets(
            [
                paragraph(
                    link(absolute(found.case.get_absolute_url()), visible(found.case.title)),
                    text(f". {found.note}"),
                )
            ]
            for found in group.links
        )
    sources = sources_in_full(lesson.sources.all())
    blocks += [*heading(2, _("Sources")), *sources] if sources else []
    return _document(lesson.title, lesson.summary, paper, foot, [Chapter(lesson.slug, blocks)])


def baseline_document(checklist: BaselineChecklist, paper: str, foot: str) -> Document:
    """Give the checklist as a form with room for answers."""
    empty: list[Inline] = [text(" ")]
    filled_in = [(_("Site"), empty), (_("Date"), empty), (_("Filled in by"), empty)]
    blocks: list[Block] = [
        paragraph(text(_("Baseline checklist")), style="eyebrow"),
        *heading(1, checklist.title),
        paragraph(text(checklist.purpose), style="lead"),
        *facts(filled_in),
        *heading(2, _("Before you begin")),
        *bullets([paragraph(text(note))] for note in checklist.use_notes),
    ]
    chapters = [Chapter("introduction", blocks)]
    for number, section in enumerate(checklist.sections.all(), start=1):
        chapters.append(Chapter(section.slug, _section(number, section)))
    sources = sources_in_full(checklist.sources.all())
    if sources:
        chapters.append(Chapter("sources", [*heading(1, _("Sources")), *sources]))
    return _document(checklist.title, checklist.purpose, paper, foot, chapters)


def _section(number: int, section: BaselineSection) -> list[Block]:
    based = ", ".join(f"[{source.number}]" for source in section.based_on.all())
    blocks: list[Block] = [
        *heading(1, section.name, number=number),
        paragraph(text(section.introduction)),
        *([paragraph(text(_("Based on sources %s") % based), style="small")] if based else []),
    ]
    for place, question in enumerate(section.questions.all(), start=1):
        blocks += _question(f"{number}.{place}", question)
    return blocks


def _question(place: str, question: BaselineQuestion) -> list[Block]:
    """Give a question with room for its answer, on one page."""
    flag = [strong(" " + _("(red flag)"))] if question.red_flag else []
    options = [piece for option in question.options for piece in (TICK, text(f" {option}     "))]
    answer = [paragraph(*options), room(1)] if options else [room(LINES)]
    why = [emphasis(_("Why: ")), text(f"{question.why} ")]
    how = [emphasis(_("How: ")), text(question.how)]
    return together(
        paragraph(strong(f"{place}  {question.question}"), *flag),
        paragraph(*why, *how, style="small"),
        *answer,
    )


def _document(
    title: str, description: str, paper: str, foot: str, chapters: list[Chapter]
) -> Document:
    return Document(
        title=visible(title),
        description=text(description),
        paper=paper,
        language=get_language() or "en",
        foot=text(foot),
        chapters=chapters,
    )
