"""The contributions' share of the library files: perspectives/<slug>.json."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from casestudies.models import CaseStudy, PartnershipType, Theme
from casestudies.vocabulary import PartyKind, ReportStatus
from contributions.models import Organisation, Perspective, PerspectiveSource
from lessons.models import Lesson
from portal.curation.care import Care
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

    def write(self, tally: Tally, care: Care) -> Iterator[tuple[int, int]]:
        """Store everything; report after each perspective."""
        rows: dict[str, dict[str, Any]] = {
            "themes": {row.slug: row for row in Theme.objects.all()},
            "types": {row.slug: row for row in PartnershipType.objects.all()},
            "lessons": {row.slug: row for row in Lesson.objects.records()},
            "cases": {row.slug: row for row in CaseStudy.objects.records()},
        }
        for done, record in enumerate(self.perspectives.values(), start=1):
            state = care.first_state(Perspective, record.slug)
            store = partial(_write_perspective, record, rows, state, tally)
            care.write(Perspective, record.slug, tally, store)
            yield done, len(self.perspectives)


def _write_perspective(
    record: PerspectiveRecord,
    rows: dict[str, dict[str, Any]],
    state: PublicationState,
    tally: Tally,
) -> Perspective:
    """Store one perspective with its organisation, ties and sources."""
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
        new={"state": state},
    )
    # Lessons and cases that curators have deleted stay away: nothing is tied to them.
    ties = [
        (perspective.themes, "themes", record.themes, "perspective themes"),
        (perspective.partnership_types, "types", record.sdg17, "perspective partnership types"),
        (perspective.lessons, "lessons", record.lessons, "perspective lessons"),
        (perspective.cases, "cases", record.cases, "perspective cases"),
    ]
    for manager, kind, slugs, label in ties:
        chosen = [rows[kind][slug] for slug in slugs if slug in rows[kind]]
        sync_links(manager, chosen, label, tally)
    sources = [source.model_dump() for source in record.sources]
    replace_list(PerspectiveSource, {"perspective": perspective}, sources, tally)
    return perspective


register(ContributionsPart, order=30)
