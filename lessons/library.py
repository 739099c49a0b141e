"""The lessons' share of the library files: their form, their checks, and how they are stored.

Files: lessons/<slug>.json, evidence/<lesson>.json, baseline.json and glossary.json.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from casestudies.models import CaseStudy, PartnershipType, Theme
from lessons.models import (
    BaselineChecklist,
    BaselineQuestion,
    BaselineSection,
    BaselineSource,
    Evidence,
    GlossaryName,
    GlossaryTerm,
    Lesson,
    LessonSource,
    PracticePointer,
)
from lessons.vocabulary import AnswerType, Audience, Stance
from portal.curation.care import Care
from portal.library import (
    Findings,
    Line,
    LoadError,
    Problem,
    Record,
    Slug,
    SourceRecord,
    Text,
    make_known,
    read_file,
    read_folder,
    register,
)
from portal.models import PublicationState
from portal.sync import (
    PARKED,
    Tally,
    replace_list,
    sync_links,
    sync_named_list,
    sync_pairs,
    sync_row,
)


class LessonRecord(Record):
    """The file of a lesson."""

    slug: Slug
    number: Annotated[int, Field(ge=1)]
    title: Text
    summary: Text
    discussion: Text
    audiences: Annotated[list[Audience], Field(min_length=1)]
    themes: Annotated[list[Slug], Field(min_length=1)]
    sdg17: Annotated[list[Slug], Field(min_length=1)]
    practice_pointers: Annotated[list[Text], Field(min_length=1)]
    seed_paragraph: Line
    report_chapter: int | None
    sources: Annotated[list[SourceRecord], Field(min_length=1)]


class EvidenceRecord(Record):
    """A link from the lesson that the file is named after to a case."""

    case: Slug
    stance: Stance
    note: Text


class QuestionRecord(Record):
    """A question in baseline.json."""

    id: Slug
    question: Text
    why: Text
    how: Text
    red_flag: bool
    answer_type: AnswerType
    choices: list[Text]


class SectionRecord(Record):
    """A section in baseline.json; `based_on` are places in its sources, counted from 0."""

    slug: Slug
    name: Text
    introduction: Text
    based_on: list[Annotated[int, Field(ge=0)]]
    questions: Annotated[list[QuestionRecord], Field(min_length=1)]


class BaselineRecord(Record):
    """The file baseline.json."""

    title: Text
    purpose: Text
    use_notes: list[Text]
    sections: list[SectionRecord]
    sources: list[SourceRecord]


class NameRecord(Record):
    """Another name of a term; `language` is a BCP 47 code or empty."""

    name: Text
    language: Line


class TermRecord(Record):
    """An entry of glossary.json."""

    slug: Slug
    term: Text
    expansion: Line
    definition: Text
    other_names: list[NameRecord]
    seen_in: list[Text]


class LessonsPart:
    """Lessons with their evidence, the baseline checklist and the glossary."""

    title = "lessons"

    def read(self, folder: Path, findings: Findings) -> None:
        """Read the files and make their keys known."""
        self.lessons = read_folder(folder / "lessons", LessonRecord, findings)
        self.evidence = read_folder(folder / "evidence", list[EvidenceRecord], findings)
        self.baseline = read_file(folder / "baseline.json", BaselineRecord, findings)
        self.glossary = read_file(folder / "glossary.json", list[TermRecord], findings) or []
        make_known("lesson", (x.slug for x in self.lessons.values()), "lessons", findings)
        numbers = (str(x.number) for x in self.lessons.values())
        make_known("number of lessons", numbers, "lessons", findings)
        make_known("glossary term", (x.slug for x in self.glossary), "glossary.json", findings)
        terms = (x.term for x in self.glossary)
        make_known("word of the glossary", terms, "glossary.json", findings)
        if self.baseline:
            sections = self.baseline.sections
            slugs = (section.slug for section in sections)
            make_known("section", slugs, "baseline.json", findings)
            ids = (question.id for section in sections for question in section.questions)
            make_known("question", ids, "baseline.json", findings)

    def check(self, findings: Findings) -> None:
        """Follow references and let the models check lengths and addresses."""
        for stem, lesson in self.lessons.items():
            _check_lesson(f"lessons/{stem}.json", stem, lesson, findings)
        for stem, links in self.evidence.items():
            file = f"evidence/{stem}.json"
            findings.check_reference("lesson", stem, file, stem, "")
            seen = set()
            for link in links:
                findings.check_reference("case", link.case, file, link.case, "case")
                if link.case in seen:
                    findings.add(file, link.case, "case", "stands twice in this file")
                seen.add(link.case)
        assert self.baseline is not None  # read() noted a problem otherwise
        for section in self.baseline.sections:
            _check_section(section, len(self.baseline.sources), findings)
        for place, source in enumerate(self.baseline.sources):
            row = BaselineSource(**source.model_dump())
            findings.check_fields(row, "baseline.json", "", f"sources.{place}.")
        for term in self.glossary:
            values = term.model_dump(exclude={"other_names"})
            findings.check_fields(GlossaryTerm(**values), "glossary.json", term.slug)
            for place, name in enumerate(term.other_names):
                other = GlossaryName(**name.model_dump())
                findings.check_fields(other, "glossary.json", term.slug, f"other_names.{place}.")

    def write(self, tally: Tally, care: Care) -> Iterator[tuple[int, int]]:
        """Store everything; report after each lesson."""
        assert self.baseline is not None
        _write_baseline(self.baseline, tally)
        _write_glossary(self.glossary, tally)
        rows: dict[str, dict[str, Any]] = {
            "themes": {row.slug: row for row in Theme.objects.all()},
            "types": {row.slug: row for row in PartnershipType.objects.all()},
            "cases": dict(CaseStudy.objects.records().values_list("slug", "pk")),
        }
        self._free_numbers(care)
        for done, record in enumerate(self.lessons.values(), start=1):
            links = self.evidence.get(record.slug, [])
            state = care.first_state(Lesson, record.slug)
            store = partial(_write_lesson, record, links, rows, state, tally)
            care.write(Lesson, record.slug, tally, store)
            yield done, len(self.lessons)

    def _free_numbers(self, care: Care) -> None:
        """Free the numbers that lessons exchange, so that none stands in another's way.

        Raises LoadError where a lesson that is left alone has the number of one in the files.
        """
        written = [x for x in self.lessons.values() if not care.is_kept(Lesson, x.slug)]
        numbers = {record.slug: record.number for record in written}
        slugs = {record.number: record.slug for record in written}
        for lesson in Lesson.objects.records().exclude(slug__in=numbers):
            if slug := slugs.get(lesson.number):
                reason = f"the lesson “{lesson.slug}”, which is left alone, has this number"
                raise LoadError([Problem(f"lessons/{slug}.json", slug, "number", reason)])
        for lesson in Lesson.objects.records().filter(slug__in=numbers):
            if lesson.number != numbers[lesson.slug]:
                Lesson.objects.filter(pk=lesson.pk).update(number=lesson.number + PARKED)


def _write_evidence(
    lesson: Lesson, links: list[EvidenceRecord], cases: dict[str, int], tally: Tally
) -> None:
    """Store what cases say of a lesson; what the file no longer says goes."""
    # A case that curators have deleted stays away, and its evidence with it.
    wanted = {
        cases[link.case]: {"stance": link.stance, "note": link.note}
        for link in links
        if link.case in cases
    }
    sync_pairs(Evidence, {"lesson": lesson}, "case_id", wanted, tally)


def _check_lesson(file: str, stem: str, lesson: LessonRecord, findings: Findings) -> None:
    """Note every problem of one lesson."""
    if lesson.slug != stem:
        findings.add(file, lesson.slug, "slug", "differs from the name of the file")
    for slug in lesson.themes:
        findings.check_reference("theme", slug, file, lesson.slug, "themes")
    for slug in lesson.sdg17:
        findings.check_reference("partnership type", slug, file, lesson.slug, "sdg17")
    row = Lesson(slug=lesson.slug, number=lesson.number, **_lesson_values(lesson))
    findings.check_fields(row, file, lesson.slug)
    for place, source in enumerate(lesson.sources):
        row_source = LessonSource(**source.model_dump())
        findings.check_fields(row_source, file, lesson.slug, f"sources.{place}.")


def _check_section(section: SectionRecord, sources: int, findings: Findings) -> None:
    """Note every problem of one section of the checklist."""
    for place in section.based_on:
        if place >= sources:
            reason = f"there is no source {place}; the last is {sources - 1}"
            findings.add("baseline.json", section.slug, "based_on", reason)
    row = BaselineSection(slug=section.slug, name=section.name, introduction=section.introduction)
    findings.check_fields(row, "baseline.json", section.slug)
    for question in section.questions:
        values = {"slug": question.id, **question.model_dump(exclude={"id"})}
        findings.check_fields(BaselineQuestion(**values), "baseline.json", question.id)
        if (question.answer_type == AnswerType.CHOICE) != bool(question.choices):
            reason = "choices belong to questions answered by choice, and to no others"
            findings.add("baseline.json", question.id, "choices", reason)


def _lesson_values(lesson: LessonRecord) -> dict[str, object]:
    """Give the values of a lesson's own row."""
    same = {"title", "summary", "discussion", "seed_paragraph", "report_chapter"}
    audiences = [audience.value for audience in lesson.audiences]
    return {**lesson.model_dump(include=same), "audiences": audiences}


def _write_lesson(
    record: LessonRecord,
    links: list[EvidenceRecord],
    rows: dict[str, dict[str, Any]],
    state: PublicationState,
    tally: Tally,
) -> Lesson:
    """Store one lesson with its pointers, sources, tags and evidence."""
    lesson = sync_row(
        Lesson,
        {"slug": record.slug, "working_copy_of": None},
        {**_lesson_values(record), "number": record.number},
        tally,
        new={"state": state},
    )
    owner = {"lesson": lesson}
    pointers = [{"text": text} for text in record.practice_pointers]
    replace_list(PracticePointer, owner, pointers, tally)
    sources = [source.model_dump() for source in record.sources]
    replace_list(LessonSource, owner, sources, tally)
    sync_links(lesson.themes, [rows["themes"][x] for x in record.themes], "lesson themes", tally)
    chosen = [rows["types"][x] for x in record.sdg17]
    sync_links(lesson.partnership_types, chosen, "lesson partnership types", tally)
    _write_evidence(lesson, links, rows["cases"], tally)
    return lesson


def _write_baseline(record: BaselineRecord, tally: Tally) -> None:
    """Store the checklist, the only one there is."""
    values = record.model_dump(include={"title", "purpose", "use_notes"})
    checklist = sync_row(BaselineChecklist, {"pk": 1}, values, tally)
    sources = replace_list(
        BaselineSource,
        {"checklist": checklist},
        [source.model_dump() for source in record.sources],
        tally,
    )
    sections = {question.id: part.slug for part in record.sections for question in part.questions}
    for row in BaselineQuestion.objects.select_related("section"):
        if sections.get(row.slug) != row.section.slug:  # gone, or about to stand elsewhere
            row.delete()
            tally.removed[str(BaselineQuestion._meta.verbose_name_plural)] += 1
    for position, part in enumerate(record.sections):
        values = {
            "name": part.name,
            "introduction": part.introduction,
            "position": position,
            "checklist": checklist,
        }
        section = sync_row(BaselineSection, {"slug": part.slug}, values, tally)
        based_on = [sources[place] for place in part.based_on]
        sync_links(section.based_on, based_on, "section sources", tally)
        questions = [
            {"slug": question.id, **question.model_dump(exclude={"id"})}
            for question in part.questions
        ]
        sync_named_list(BaselineQuestion, {"section": section}, questions, ["slug"], tally)


def _write_glossary(records: list[TermRecord], tally: Tally) -> None:
    """Store the glossary."""
    for record in records:
        values = record.model_dump(exclude={"slug", "other_names"})
        term = sync_row(GlossaryTerm, {"slug": record.slug}, values, tally)
        names = [name.model_dump() for name in record.other_names]
        replace_list(GlossaryName, {"term": term}, names, tally)


register(LessonsPart, order=20)
