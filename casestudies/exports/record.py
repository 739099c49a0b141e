"""One case in full, as plain data: the record that every file is made from.

Apps above add their part to it (`register`), as they do to the page of a case.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from casestudies.exports.listing import listed
from casestudies.models import CaseStudy
from portal.linked_data import Absolute
from portal.text import in_chunks

Record = dict[str, Any]
# Gives a part of the records of some cases, by primary key; cases without it are left out.
PartMaker = Callable[[Sequence[int], Absolute], Mapping[int, list[Record]]]

BATCH = 500  # cases that stand in memory at once
_parts: dict[str, PartMaker] = {}


def register(name: str, maker: PartMaker) -> None:
    """Add a part to the record of a case, as a list under a name."""
    _parts[name] = maker


def provenance() -> str:
    """Say where every record comes from, in words that go with each file."""
    return _(
        "Compiled from the public sources listed, in this library's own words. Not the text of the "
        "World Gold Council report of 2022 or of any other publication. No case was checked on the "
        "ground; a figure is a claim of whoever is named with it; coordinates are approximate."
    )


def cases_in_order(keys: Sequence[int], rows: QuerySet[CaseStudy]) -> Iterator[list[CaseStudy]]:
    """Give those of some rows that have one of the keys, in their order, a batch at a time."""
    for batch in in_chunks(keys, BATCH):
        found = rows.in_bulk(batch)
        yield [found[key] for key in batch if key in found]


def records(keys: Sequence[int], absolute: Absolute) -> Iterator[Record]:
    """Give the records of published cases in the order of their keys."""
    rows: QuerySet[CaseStudy] = CaseStudy.objects.published().for_reading()
    for cases in cases_in_order(keys, rows):
        yield from records_of(cases, absolute)


def records_of(cases: Sequence[CaseStudy], absolute: Absolute) -> Iterator[Record]:
    """Give the record of each case, whatever its state. Needs `for_reading()`."""
    primary_keys = [case.pk for case in cases]
    parts = {name: maker(primary_keys, absolute) for name, maker in _parts.items()}
    for case in cases:
        added = {name: found.get(case.pk, []) for name, found in parts.items()}
        yield {**_record(case, absolute), **added}


def _record(case: CaseStudy, absolute: Absolute) -> Record:
    """Give one case: what a list shows of it, and all the rest."""
    return {
        **listed(case, absolute),
        **_reference(case),
        **{name: getattr(case, name) for name in CaseStudy.FIELDS},
        "context": case.context,
        "what_was_done": case.what_was_done,
        "outcomes": [point.text for point in case.outcomes.all()],
        "challenges": [point.text for point in case.challenges.all()],
        "case_lessons": [point.text for point in case.case_lessons.all()],
        "figures": [
            {
                "label": figure.label,
                "value": figure.value,
                "unit": figure.unit,
                "year": figure.year,
                "claimed_by": figure.claimed_by,
                "source": figure.source.number,
                "source_title": figure.source.title,
                "source_url": figure.source.url,
            }
            for figure in case.figures.all()
        ],
        "sources": [
            {
                "number": source.number,
                "title": source.title,
                "publisher": source.publisher,
                "year": source.year,
                "url": source.url,
                "archived_url": source.archived_url,
            }
            for source in case.sources.all()
        ],
        "parties": [
            {"name": party.name, "kind": party.kind, "note": party.note}
            for party in case.parties.all()
        ],
    }


def _reference(case: CaseStudy) -> Record:
    """Give where a case stands, what became of it and how it came to be here."""
    return {
        "companies": [
            {
                "slug": entry.company.slug,
                "name": entry.company.name,
                "role": entry.role,
                "note": entry.note,
            }
            for entry in case.company_roles.all()
        ],
        "collection": case.collection.slug,
        "country_names": [country.name for country in case.countries.all()],
        "place": case.place,
        "latitude": case.latitude,
        "longitude": case.longitude,
        "outcome_as_of": case.outcome_as_of,
        "outcome_note": case.outcome_note,
        "status_drivers": list(case.status_drivers),
        "sdg17": [kind.slug for kind in case.partnership_types.all()],
        "approaches": [approach.slug for approach in case.approaches.all()],
        "in_wgc_report": case.in_wgc_report,
        "last_checked": case.last_checked,
        "completeness": case.completeness,
        "published": case.published_at,
        "updated": case.updated_at,
        "provenance": provenance(),
        "rights": case.collection.rights_note,
    }
