"""How lessons and glossary terms are found by text, and which words mean the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.models import PartnershipType, Theme
from lessons.models import (
    Evidence,
    GlossaryName,
    GlossaryTerm,
    Lesson,
    LessonPartnershipType,
    LessonSource,
    LessonTheme,
    PracticePointer,
)
from portal.search import Document, SearchIndex, register, register_synonyms
from portal.search.declaration import Keys
from portal.text import joined

Texts = defaultdict[int, list[str]]
LINKS = (LessonTheme, LessonPartnershipType)


def _lessons(keys: Keys | None) -> Iterator[Document]:
    """Give the documents of the published lessons among some, or of all. Five queries."""
    lessons = Lesson.objects.published()
    if keys is not None:
        lessons = lessons.filter(pk__in=keys)
    names: Texts = defaultdict(list)
    narrative: Texts = defaultdict(list)
    sources: Texts = defaultdict(list)
    for link in LINKS:
        tags = link.objects.filter(content_object__in=lessons).order_by("tag__position")
        for lesson, name in tags.values_list("content_object", "tag__name"):
            names[lesson].append(name)
    pointers = PracticePointer.objects.filter(lesson__in=lessons).order_by("lesson", "position")
    for lesson, text in pointers.values_list("lesson", "text"):
        narrative[lesson].append(text)
    cited = LessonSource.objects.filter(lesson__in=lessons).order_by("lesson", "position")
    for lesson, title, publisher in cited.values_list("lesson", "title", "publisher"):
        sources[lesson] += [title, publisher]
    rows = lessons.order_by("pk").values_list("pk", "title", "summary", "discussion")
    for key, title, summary, discussion in rows:
        yield Document(
            key,
            title,
            summary,
            joined(names[key]),
            joined([discussion, *narrative[key]]),
            joined(sources[key]),
        )


def _terms(keys: Keys | None) -> Iterator[Document]:
    """Give the documents of the glossary terms among some, or of all. Two queries."""
    terms = GlossaryTerm.objects.prefetch_related("other_names").order_by("pk")
    for term in terms if keys is None else terms.filter(pk__in=keys):
        names = [term.expansion, *(name.name for name in term.other_names.all())]
        yield Document(term.pk, term.term, term.definition, joined(names), "", "")


def _synonyms() -> Iterator[list[str]]:
    """Give the names of each glossary term. What stands in brackets is a name of its own."""
    for term in GlossaryTerm.objects.prefetch_related("other_names"):
        names = [term.term, term.expansion, *(name.name for name in term.other_names.all())]
        yield [part for name in names for part in re.split(r"[();]", name)]


def _lesson_rows(keys: Keys) -> Mapping[int, Lesson]:
    rows: Mapping[int, Lesson] = Lesson.objects.published().for_cards().in_bulk(keys)
    return rows


def _term_rows(keys: Keys) -> Mapping[int, GlossaryTerm]:
    return GlossaryTerm.objects.prefetch_related("other_names").in_bulk(keys)


def _lesson_of(row: Any) -> Iterable[int]:
    return [row.lesson_id]


def _tagged(row: Any) -> Iterable[int]:
    return [row.content_object_id]


def _all_tagged(row: Any) -> Iterable[int]:
    """Give the lessons that carry a term."""
    return set(row.lesson_items.values_list("content_object", flat=True))


LESSON_INDEX = register(
    SearchIndex(
        name="lessons",
        label=_("Lessons"),
        documents=_lessons,
        parts={
            Lesson: lambda lesson: [lesson.pk],
            **dict.fromkeys([Evidence, LessonSource, PracticePointer], _lesson_of),
            **dict.fromkeys(LINKS, _tagged),
        },
        labels={Theme: _all_tagged, PartnershipType: _all_tagged},
        list_url="lessons",
        rows=_lesson_rows,
        template="lessons/_card.html",
    ),
    order=20,
)

GLOSSARY_INDEX = register(
    SearchIndex(
        name="glossary",
        label=_("Glossary"),
        documents=_terms,
        parts={GlossaryTerm: lambda term: [term.pk], GlossaryName: lambda name: [name.term_id]},
        labels={},
        list_url="glossary",
        rows=_term_rows,
        template="lessons/_term_card.html",
        is_browsable=False,
    ),
    order=40,
)

register_synonyms(_synonyms)
