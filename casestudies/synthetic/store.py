"""Writing synthetic cases: many rows a statement, one transaction a chunk."""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from casestudies.derived import refresh_completeness
from casestudies.models import (
    Approach,
    CaseApproach,
    CaseCompany,
    CaseLesson,
    CasePartnershipType,
    CaseStudy,
    CaseTheme,
    Challenge,
    Collection,
    Company,
    Figure,
    Outcome,
    PartnershipType,
    Party,
    Source,
    Theme,
)
from casestudies.search import CASE_INDEX
from casestudies.synthetic.draw import Draw, SyntheticCase
from casestudies.synthetic.material import Material
from portal.changes import change
from portal.library import load
from portal.search.upkeep import rebuild
from portal.text import in_chunks

CHUNK = 1_000  # cases in one transaction
# What is left out of the library: all that speaks of its own cases.
ABOUT_CASES = ("cases", "evidence", "perspectives")
Progress = Callable[[int, int], None]


def fill(folder: Path, count: int, seed: int, progress: Progress) -> None:
    """Load the library without its cases, then write `count` synthetic cases."""
    with _without_cases(folder) as rest:
        load(rest, lambda _part, _done, _total: None)
    draw = Draw(Material.read(folder), seed)
    keys = _Keys()
    done = 0
    for numbers in in_chunks(range(1, count + 1), CHUNK):
        with transaction.atomic():
            refresh_completeness(_write([draw.case(number) for number in numbers], keys))
        done += len(numbers)
        progress(done, count)
    # Rows written in bulk send no signals: say once that everything may differ.
    with change() as touched:
        touched.everything = True
        rebuild(CASE_INDEX)


def remove_cases() -> None:
    """Delete every case with all that belongs to it, a chunk in each transaction."""
    for keys in in_chunks(list(CaseStudy.objects.values_list("pk", flat=True)), CHUNK):
        with change():
            CaseStudy.objects.filter(pk__in=keys).delete()


@contextmanager
def _without_cases(folder: Path) -> Iterator[Path]:
    """Give a copy of a library folder that has vocabularies, lessons and glossary, but no cases."""
    with TemporaryDirectory() as name:
        rest = Path(name) / "library"
        shutil.copytree(folder, rest, ignore=shutil.ignore_patterns(*ABOUT_CASES))
        for left_out in ABOUT_CASES:
            (rest / left_out).mkdir()
        yield rest


class _Keys:
    """Primary keys of what cases are tied to, by slug."""

    def __init__(self) -> None:
        self.collections = self._by_slug(Collection)
        self.companies = self._by_slug(Company)
        self.themes = self._by_slug(Theme)
        self.partnership_types = self._by_slug(PartnershipType)
        self.approaches = self._by_slug(Approach)

    @staticmethod
    def _by_slug(model: type[models.Model]) -> dict[str, int]:
        return dict(model._default_manager.values_list("slug", "pk"))


def _write(drawn: Sequence[SyntheticCase], keys: _Keys) -> list[int]:
    """Write some cases, table by table, and give their primary keys."""
    now = timezone.now()
    rows = CaseStudy.objects.bulk_create(
        CaseStudy(
            **case.row,
            collection_id=keys.collections[case.collection],
            published_at=now if case.row["state"] == "published" else None,
        )
        for case in drawn
    )
    cases = list(zip((row.pk for row in rows), drawn, strict=True))
    through = CaseStudy.countries.through
    through._default_manager.bulk_create(
        through(casestudy_id=key, country_id=code) for key, case in cases for code in case.countries
    )
    CaseCompany.objects.bulk_create(
        CaseCompany(case_id=key, company_id=keys.companies[slug], role=role, position=position)
        for key, case in cases
        for position, (slug, role) in enumerate(case.companies)
    )
    _tie(CaseTheme, keys.themes, ((key, case.themes) for key, case in cases))
    types = ((key, case.partnership_types) for key, case in cases)
    _tie(CasePartnershipType, keys.partnership_types, types)
    _tie(CaseApproach, keys.approaches, ((key, case.approaches) for key, case in cases))
    _list(Outcome, ((key, _texts(case.outcomes)) for key, case in cases))
    _list(Challenge, ((key, _texts(case.challenges)) for key, case in cases))
    _list(CaseLesson, ((key, _texts(case.lessons)) for key, case in cases))
    _list(Party, ((key, case.parties) for key, case in cases))
    sources = _list(Source, ((key, case.sources) for key, case in cases))
    by_place = {(source.case_id, source.position): source for source in sources}
    _list(
        Figure,
        (
            (key, [{**row, "source": by_place[key, row["source"]]} for row in case.figures])
            for key, case in cases
        ),
    )
    return [key for key, _case in cases]


def _tie(model: Any, terms: dict[str, int], cases: Iterable[tuple[int, list[str]]]) -> None:
    """Tie cases to terms of a vocabulary."""
    model.objects.bulk_create(
        model(content_object_id=key, tag_id=terms[slug]) for key, slugs in cases for slug in slugs
    )


def _list(model: Any, cases: Iterable[tuple[int, list[dict[str, Any]]]]) -> list[Any]:
    """Write the ordered rows of cases."""
    rows: list[Any] = model.objects.bulk_create(
        model(case_id=key, position=position, **values)
        for key, listed in cases
        for position, values in enumerate(listed)
    )
    return rows


def _texts(texts: Iterable[str]) -> list[dict[str, Any]]:
    return [{"text": text} for text in texts]
