"""The case studies' share of the library files: their checks, and how they are stored.

Files: countries.json, companies.json, collections.json, themes.json, approaches.json, sdg17.json
and cases/<slug>.json.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Model

from casestudies.library_form import (
    CaseRecord,
    CollectionRecord,
    CompanyRecord,
    CountryRecord,
    Sdg17Record,
    TermRecord,
    as_decimal,
)
from casestudies.models import (
    Approach,
    CaseCompany,
    CaseLesson,
    CaseStudy,
    Challenge,
    Collection,
    Company,
    Country,
    Figure,
    Goal,
    GoalGroup,
    GoalSource,
    Outcome,
    PartnershipType,
    Party,
    Source,
    Target,
    Theme,
)
from portal.curation.care import Care
from portal.library import (
    Findings,
    Record,
    make_known,
    read_file,
    read_folder,
    register,
)
from portal.models import PublicationState
from portal.sync import (
    Tally,
    prune_list,
    replace_list,
    sync_links,
    sync_list,
    sync_named_list,
    sync_row,
)


class CaseStudiesPart:
    """Countries, companies, collections, vocabularies, SDG 17 and the cases."""

    title = "case studies"

    def read(self, folder: Path, findings: Findings) -> None:
        """Read the files and make their keys known."""
        self.countries = read_file(folder / "countries.json", list[CountryRecord], findings) or []
        self.companies = read_file(folder / "companies.json", list[CompanyRecord], findings) or []
        self.collections = (
            read_file(folder / "collections.json", list[CollectionRecord], findings) or []
        )
        self.themes = read_file(folder / "themes.json", list[TermRecord], findings) or []
        self.approaches = read_file(folder / "approaches.json", list[TermRecord], findings) or []
        self.sdg17 = read_file(folder / "sdg17.json", Sdg17Record, findings)
        self.cases = read_folder(folder / "cases", CaseRecord, findings)

        make_known("country", (c.code for c in self.countries), "countries.json", findings)
        make_known("company", (c.slug for c in self.companies), "companies.json", findings)
        make_known("collection", (c.slug for c in self.collections), "collections.json", findings)
        make_known("theme", (t.slug for t in self.themes), "themes.json", findings)
        make_known("approach", (a.slug for a in self.approaches), "approaches.json", findings)
        if self.sdg17:
            types, groups = self.sdg17.partnership_types, self.sdg17.groups
            make_known("partnership type", (t.slug for t in types), "sdg17.json", findings)
            make_known("group of targets", (g.slug for g in groups), "sdg17.json", findings)
        make_known("case", (case.slug for case in self.cases.values()), "cases", findings)

    def check(self, findings: Findings) -> None:
        """Follow references and let the models check lengths, ranges and addresses."""
        self._check_words(findings)
        for company in self.companies:
            if company.home_country:
                findings.check_reference(
                    "country", company.home_country, "companies.json", company.slug, "home_country"
                )
        assert self.sdg17 is not None  # read() noted a problem otherwise, and nobody checks then
        for kind in self.sdg17.partnership_types:
            findings.check_reference(
                "group of targets", kind.group, "sdg17.json", kind.slug, "group"
            )
        for target in self.sdg17.targets:
            findings.check_reference(
                "partnership type",
                target.partnership_type,
                "sdg17.json",
                target.number,
                "partnership_type",
            )
        for stem, case in self.cases.items():
            _check_case(f"cases/{stem}.json", stem, case, findings)

    def _check_words(self, findings: Findings) -> None:
        """Let the models check what cases refer to, and names that stand for one thing."""
        assert self.sdg17 is not None
        types, targets = self.sdg17.partnership_types, self.sdg17.targets
        files: list[tuple[str, type[Model], str, Sequence[Record], set[str]]] = [
            ("countries.json", Country, "code", self.countries, set()),
            ("companies.json", Company, "slug", self.companies, {"home_country"}),
            ("collections.json", Collection, "slug", self.collections, set()),
            ("themes.json", Theme, "slug", self.themes, set()),
            ("approaches.json", Approach, "slug", self.approaches, set()),
            ("sdg17.json", PartnershipType, "slug", types, {"group"}),
            ("sdg17.json", GoalGroup, "slug", self.sdg17.groups, set()),
            ("sdg17.json", Target, "number", targets, {"partnership_type"}),
        ]
        for file, model, key, records, relations in files:
            for record in records:
                values = record.model_dump(exclude=relations)
                values = {name: "" if value is None else value for name, value in values.items()}
                findings.check_fields(model(**values), file, str(values[key]))
            for column in ("name", "alpha3"):
                names = [getattr(record, column) for record in records if hasattr(record, column)]
                make_known(f"{column} of {model._meta.verbose_name_plural}", names, file, findings)
        goal = self.sdg17.goal
        row = Goal(**goal.model_dump(exclude={"sources"}))
        findings.check_fields(row, "sdg17.json", str(goal.number))
        for place, source in enumerate(goal.sources):
            row_source = GoalSource(**source.model_dump())
            findings.check_fields(row_source, "sdg17.json", "goal", f"sources.{place}.")
        numbers = (target.number for target in targets)
        make_known("target", numbers, "sdg17.json", findings)

    def write(self, tally: Tally, care: Care) -> Iterator[tuple[int, int]]:
        """Store everything; report after each case."""
        for country in self.countries:
            values = country.model_dump(exclude={"code"})
            regions = {name: values[name] or "" for name in values if name.startswith("inter")}
            sync_row(Country, {"code": country.code}, {**values, **regions}, tally)
        for company in self.companies:
            values = company.model_dump(exclude={"slug", "home_country"})
            values["home_country_id"] = company.home_country
            sync_row(Company, {"slug": company.slug}, values, tally)
        lists: list[tuple[type[Model], Sequence[CollectionRecord | TermRecord]]] = [
            (Collection, self.collections),
            (Theme, self.themes),
            (Approach, self.approaches),
        ]
        for model, records in lists:
            for position, record in enumerate(records):
                values = {**record.model_dump(exclude={"slug"}), "position": position}
                sync_row(model, {"slug": record.slug}, values, tally)
        assert self.sdg17 is not None
        _write_sdg17(self.sdg17, tally)
        vocabularies: dict[str, dict[str, Any]] = {
            "collection": {row.slug: row for row in Collection.objects.all()},
            "company": {row.slug: row for row in Company.objects.all()},
            "country": {row.code: row for row in Country.objects.all()},
            "theme": {row.slug: row for row in Theme.objects.all()},
            "partnership type": {row.slug: row for row in PartnershipType.objects.all()},
            "approach": {row.slug: row for row in Approach.objects.all()},
        }
        for done, case in enumerate(self.cases.values(), start=1):
            state = care.first_state(CaseStudy, case.slug)
            store = partial(_write_case, case, vocabularies, state, tally)
            care.write(CaseStudy, case.slug, tally, store)
            yield done, len(self.cases)


def _check_case(file: str, stem: str, case: CaseRecord, findings: Findings) -> None:
    """Note every problem of one case."""
    if case.slug != stem:
        findings.add(file, case.slug, "slug", "differs from the name of the file")
    references = [
        ("collection", [case.collection], "collection"),
        ("country", case.countries, "countries"),
        ("company", [company.slug for company in case.companies], "companies"),
        ("theme", case.themes, "themes"),
        ("partnership type", case.sdg17, "sdg17"),
        ("approach", case.approaches, "approaches"),
    ]
    for kind, keys, field in references:
        for key in keys:
            findings.check_reference(kind, key, file, case.slug, field)
    for place, figure in enumerate(case.figures):
        if figure.source >= len(case.sources):
            reason = f"there is no source {figure.source}; the last is {len(case.sources) - 1}"
            findings.add(file, case.slug, f"figures.{place}.source", reason)
    if case.year_from and case.year_to and case.year_from > case.year_to:
        findings.add(file, case.slug, "year_from", "is after year_to")
    if (case.latitude is None) != (case.longitude is None):
        findings.add(file, case.slug, "latitude", "give both coordinates or neither")
    roles = [(company.slug, company.role) for company in case.companies]
    if len(set(roles)) != len(roles):
        findings.add(file, case.slug, "companies", "a company has the same role twice")
    findings.check_fields(CaseStudy(slug=case.slug, **case.row()), file, case.slug)
    for place, source in enumerate(case.sources):
        row = Source(**source.model_dump())
        findings.check_fields(row, file, case.slug, f"sources.{place}.")
    for place, figure in enumerate(case.figures):
        row_values = {**figure.model_dump(exclude={"source"}), "value": as_decimal(figure.value)}
        findings.check_fields(Figure(**row_values), file, case.slug, f"figures.{place}.")
    for place, company in enumerate(case.companies):
        row_role = CaseCompany(role=company.role, note=company.note)
        findings.check_fields(row_role, file, case.slug, f"companies.{place}.")
    for place, party in enumerate(case.parties):
        findings.check_fields(Party(**party.model_dump()), file, case.slug, f"parties.{place}.")


def _write_sdg17(sdg17: Sdg17Record, tally: Tally) -> None:
    """Store the goal, its groups, the partnership types and the targets."""
    values = sdg17.goal.model_dump(exclude={"number", "sources"})
    goal = sync_row(Goal, {"number": sdg17.goal.number}, values, tally)
    sources = [source.model_dump() for source in sdg17.goal.sources]
    replace_list(GoalSource, {"goal": goal}, sources, tally)
    groups = {}
    for position, group in enumerate(sdg17.groups):
        values = {**group.model_dump(exclude={"slug"}), "position": position}
        groups[group.slug] = sync_row(GoalGroup, {"slug": group.slug}, values, tally)
    types = {}
    for position, kind in enumerate(sdg17.partnership_types):
        values = kind.model_dump(exclude={"slug", "group"})
        values |= {"position": position, "group": groups[kind.group]}
        types[kind.slug] = sync_row(PartnershipType, {"slug": kind.slug}, values, tally)
    for position, target in enumerate(sdg17.targets):
        values = target.model_dump(exclude={"number", "partnership_type"})
        values |= {"position": position, "partnership_type": types[target.partnership_type]}
        sync_row(Target, {"number": target.number}, values, tally)


def _write_case(
    record: CaseRecord,
    vocabularies: dict[str, dict[str, Any]],
    state: PublicationState,
    tally: Tally,
) -> CaseStudy:
    """Store one case with all that belongs to it."""

    def chosen(kind: str, keys: list[str]) -> list[Any]:
        return [vocabularies[kind][key] for key in keys]

    case = sync_row(
        CaseStudy,
        {"slug": record.slug, "working_copy_of": None},
        {**record.row(), "collection": vocabularies["collection"][record.collection]},
        tally,
        new={"state": state},
    )
    owner = {"case": case}
    sync_links(case.countries, chosen("country", record.countries), "countries of cases", tally)
    sync_links(case.themes, chosen("theme", record.themes), "themes of cases", tally)
    types = chosen("partnership type", record.sdg17)
    sync_links(case.partnership_types, types, "partnership types of cases", tally)
    approaches = chosen("approach", record.approaches)
    sync_links(case.approaches, approaches, "approaches of cases", tally)
    companies = [
        {
            "company": vocabularies["company"][company.slug],
            "role": company.role,
            "note": company.note,
        }
        for company in record.companies
    ]
    sync_named_list(CaseCompany, owner, companies, ["company", "role"], tally)
    replace_list(Outcome, owner, [{"text": text} for text in record.outcomes], tally)
    replace_list(Challenge, owner, [{"text": text} for text in record.challenges], tally)
    replace_list(CaseLesson, owner, [{"text": text} for text in record.lessons], tally)
    replace_list(Party, owner, [party.model_dump() for party in record.parties], tally)
    # Sources that are no longer listed go last: figures may still point at them until then.
    sources = sync_list(Source, owner, [source.model_dump() for source in record.sources], tally)
    figures = [
        {
            **figure.model_dump(exclude={"source", "value"}),
            "value": as_decimal(figure.value),
            "source": sources[figure.source],
        }
        for figure in record.figures
    ]
    replace_list(Figure, owner, figures, tally)
    prune_list(Source, owner, len(sources), tally)
    return case


register(CaseStudiesPart, order=10)
