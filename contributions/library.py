"""The contributions' share of the library files: perspectives/<slug>.json."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from casestudies.models import CaseStudy, PartnershipType, Theme
from casestudies.vocabulary import PartyKind, ReportStatus
from contributions.models import Organisation, Perspective, PerspectiveSource
from lessons.models import Lesson
from portal.library import (
    Findings,
    Line,
    Record,
    Slug,
    SourceRecord,
    Text,
    make_known,
    read_folder,
    register,
)
from portal.models import PublicationState
from portal.sync import Tally, replace_list, sync_links, sync_row


class OrganisationRecord(Record):
    """The organisation whose view it is; `country` is empty for international bodies."""

    name: Text
    kind: PartyKind
    country: str | None


class PerspectiveRecord(Record):
    """The file of a perspective."""

    slug: Slug
    organisation: OrganisationRecord
    title: Text
    body: Text
    themes: Annotated[list[Slug], Field(min_length=1)]
    sdg17: Annotated[list[Slug], Field(min_length=1)]
    lessons: list[Slug]
    cases: list[Slug]
    in_wgc_report: ReportStatus
    note: Line
    sources: Annotated[list[SourceRecord], Field(min_length=1)]


class ContributionsPart:
    """Perspectives with their organisations."""

    title = "perspectives"

    def read(self, folder: Path, findings: Findings) -> None:
        """Read the files and make their keys known."""
        self.perspectives = read_folder(folder / "perspectives", PerspectiveRecord, findings)
        slugs = (record.slug for record in self.perspectives.values())
        make_known("perspective", slugs, "perspectives", findings)

    def check(self, findings: Findings) -> None:
        """Follow references and let the models check lengths and addresses."""
        organisations: dict[str, OrganisationRecord] = {}
        for stem, record in self.perspectives.items():
            file = f"perspectives/{stem}.json"
            if record.slug != stem:
                findings.add(file, record.slug, "slug", "differs from the name of the file")
            first = organisations.setdefault(record.organisation.name, record.organisation)
            if first != record.organisation:
                reason = "another perspective gives this organisation another kind or country"
                findings.add(file, record.slug, "organisation", reason)
            references = [
                ("theme", record.themes, "themes"),
                ("partnership type", record.sdg17, "sdg17"),
                ("lesson", record.lessons, "lessons"),
                ("case", record.cases, "cases"),
            ]
            if record.organisation.country:
                references.append(
                    ("country", [record.organisation.country], "organisation.country")
                )
            for kind, keys, field in references:
                for key in keys:
                    findings.check_reference(kind, key, file, record.slug, field)
            body = Organisation(**record.organisation.model_dump(exclude={"country"}))
            findings.check_fields(body, file, record.slug, "organisation.")
            row = Perspective(**record.model_dump(include={"slug", "title", "body", "note"}))
            findings.check_fields(row, file, record.slug)
            for place, source in enumerate(record.sources):
                row_source = PerspectiveSource(**source.model_dump())
                findings.check_fields(row_source, file, record.slug, f"sources.{place}.")

    def write(self, tally: Tally) -> Iterator[tuple[int, int]]:
        """Store everything; report after each perspective."""
        themes = {row.slug: row for row in Theme.objects.all()}
        types = {row.slug: row for row in PartnershipType.objects.all()}
        lessons = {row.slug: row for row in Lesson.objects.records()}
        cases = {row.slug: row for row in CaseStudy.objects.records()}
        for done, record in enumerate(self.perspectives.values(), start=1):
            organisation = sync_row(
                Organisation,
                {"name": record.organisation.name},
                {"kind": record.organisation.kind, "country_id": record.organisation.country},
                tally,
            )
            values = record.model_dump(include={"title", "body", "note", "in_wgc_report"})
            perspective = sync_row(
                Perspective,
                {"slug": record.slug, "working_copy_of": None},
                {**values, "organisation": organisation},
                tally,
                new={"state": PublicationState.PUBLISHED},
            )
            chosen_themes = [themes[x] for x in record.themes]
            sync_links(perspective.themes, chosen_themes, "perspective themes", tally)
            chosen_types = [types[x] for x in record.sdg17]
            sync_links(
                perspective.partnership_types,
                chosen_types,
                "perspective partnership types",
                tally,
            )
            chosen_lessons = [lessons[x] for x in record.lessons]
            sync_links(perspective.lessons, chosen_lessons, "perspective lessons", tally)
            chosen_cases = [cases[x] for x in record.cases]
            sync_links(perspective.cases, chosen_cases, "perspective cases", tally)
            sources = [source.model_dump() for source in record.sources]
            replace_list(PerspectiveSource, {"perspective": perspective}, sources, tally)
            yield done, len(self.perspectives)


register(ContributionsPart, order=30)
