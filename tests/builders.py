"""Small builders of records: each gives a complete, published record; name only what matters."""

from collections.abc import Callable
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import User

from casestudies.models import (
    Approach,
    CaseCompany,
    CaseStudy,
    Collection,
    Company,
    Country,
    Figure,
    GoalGroup,
    PartnershipType,
    Party,
    Source,
    Theme,
)
from contributions.models import Organisation, Perspective
from lessons.models import Evidence, GlossaryTerm, Lesson
from portal.changes import change

_numbers = count(1)
P = ParamSpec("P")
R = TypeVar("R")


def one_change(builder: Callable[P, R]) -> Callable[P, R]:
    """Make a builder one change of the corpus, as a form of the admin is."""

    @wraps(builder)
    def build(*args: P.args, **kwargs: P.kwargs) -> R:
        with change():
            return builder(*args, **kwargs)

    return build


def make_country(code: str = "GH", name: str = "") -> Country:
    """Give the country with this code, made if it is not there."""
    name = name or {"GH": "Ghana", "CO": "Colombia", "ML": "Mali", "CI": "Côte d’Ivoire"}[code]
    country, _made = Country.objects.get_or_create(
        code=code,
        defaults={
            "alpha3": code + "X",
            "name": name,
            "name_fr": name,
            "name_es": name,
            "name_pt": name,
            "sub_region": "Sub-Saharan Africa",
            "sub_region_code": "202",
        },
    )
    return country


def make_company(slug: str = "acme-gold", **values: Any) -> Company:
    """Give the company with this slug, made if it is not there."""
    values = {"name": slug.replace("-", " ").title(), **values}
    return Company.objects.get_or_create(slug=slug, defaults=values)[0]


def make_theme(slug: str = "gender") -> Theme:
    """Give the theme with this slug, made if it is not there."""
    values = {"name": slug.replace("-", " ").capitalize(), "definition": f"About {slug}."}
    return Theme.objects.get_or_create(slug=slug, defaults=values)[0]


def make_partnership_type(slug: str = "finance") -> PartnershipType:
    """Give the partnership type with this slug, made if it is not there."""
    group, _made = GoalGroup.objects.get_or_create(
        slug="group", defaults={"name": "Group", "summary": "s", "how_it_applies": "h"}
    )
    values = {"name": slug.capitalize(), "definition": f"About {slug}.", "group": group}
    return PartnershipType.objects.get_or_create(slug=slug, defaults=values)[0]


def make_approach(slug: str = "dialogue") -> Approach:
    """Give the approach with this slug, made if it is not there."""
    values = {"name": slug.capitalize(), "definition": f"About {slug}."}
    return Approach.objects.get_or_create(slug=slug, defaults=values)[0]


@one_change
def make_case(
    slug: str = "",
    countries: tuple[str, ...] = ("GH",),
    companies: tuple[tuple[str, str], ...] = (("acme-gold", "operator"),),
    themes: tuple[str, ...] = ("gender",),
    partnership_types: tuple[str, ...] = ("finance",),
    approaches: tuple[str, ...] = ("dialogue",),
    parties: tuple[str, ...] = (),
    collection: str = "core",
    **values: Any,
) -> CaseStudy:
    """Give a new published case; `companies` are (slug, role), `parties` are kinds."""
    number = next(_numbers)
    shelf, _made = Collection.objects.get_or_create(
        slug=collection, defaults={"name": collection.capitalize(), "description": "A shelf."}
    )
    case: CaseStudy = CaseStudy.objects.create(
        **{
            "slug": slug or f"case-{number}",
            "title": f"Case {number}",
            "summary": "What was tried.",
            "collection": shelf,
            "mine": "Mine",
            "place": "Place",
            "mine_stage": "operation",
            "asgm_status": "informal",
            "context": "The setting.",
            "what_was_done": "The response.",
            "state": "published",
            **values,
        }
    )
    case.countries.set([make_country(code) for code in countries])
    for position, (company, role) in enumerate(companies):
        CaseCompany.objects.create(
            case=case, company=make_company(company), role=role, position=position
        )
    case.themes.set([make_theme(theme) for theme in themes])
    case.partnership_types.set([make_partnership_type(slug) for slug in partnership_types])
    case.approaches.set([make_approach(slug) for slug in approaches])
    for position, kind in enumerate(parties):
        Party.objects.create(case=case, position=position, name=f"A {kind}", kind=kind)
    make_source(case)
    return case


def make_source(case: CaseStudy, position: int = 0, **values: Any) -> Source:
    """Give a new source of a case."""
    address = f"https://example.org/{case.slug}/{position}"
    values = {"title": "A source", "publisher": "A publisher", "url": address, **values}
    return Source.objects.create(case=case, position=position, **values)


def make_figure(case: CaseStudy, position: int = 0, **values: Any) -> Figure:
    """Give a new figure of a case, resting on its first source."""
    values = {
        "label": "people",
        "value": 9000,
        "unit": "people",
        "claimed_by": "company",
        "source": case.sources.first(),
        **values,
    }
    return Figure.objects.create(case=case, position=position, **values)


@one_change
def make_lesson(
    slug: str = "",
    themes: tuple[str, ...] = ("gender",),
    partnership_types: tuple[str, ...] = ("finance",),
    **values: Any,
) -> Lesson:
    """Give a new published lesson."""
    number = next(_numbers)
    lesson: Lesson = Lesson.objects.create(
        **{
            "slug": slug or f"lesson-{number}",
            "number": number,
            "title": f"Lesson {number}",
            "summary": "What it says.",
            "discussion": "Why.",
            "audiences": ["company"],
            "state": "published",
            **values,
        }
    )
    lesson.themes.set([make_theme(theme) for theme in themes])
    lesson.partnership_types.set([make_partnership_type(slug) for slug in partnership_types])
    return lesson


def make_evidence(lesson: Lesson, case: CaseStudy, stance: str = "supports") -> Evidence:
    """Give a new link between a lesson and a case."""
    note = f"{case.title} speaks to {lesson.title}."
    link: Evidence = Evidence.objects.create(lesson=lesson, case=case, stance=stance, note=note)
    return link


@one_change
def make_term(term: str, *names: str, expansion: str = "") -> GlossaryTerm:
    """Give a new glossary term with its other names."""
    slug = f"term-{next(_numbers)}"
    made: GlossaryTerm = GlossaryTerm.objects.create(
        slug=slug, term=term, expansion=expansion, definition="What it means."
    )
    for position, name in enumerate(names):
        made.other_names.create(name=name, position=position)
    return made


@one_change
def make_perspective(
    slug: str = "",
    organisation: str = "A ministry",
    kind: str = "government",
    country: str | None = "GH",
    themes: tuple[str, ...] = ("gender",),
    **values: Any,
) -> Perspective:
    """Give a new published perspective."""
    number = next(_numbers)
    body, _made = Organisation.objects.get_or_create(
        name=organisation,
        defaults={"kind": kind, "country": make_country(country) if country else None},
    )
    perspective: Perspective = Perspective.objects.create(
        **{
            "slug": slug or f"perspective-{number}",
            "organisation": body,
            "title": f"Perspective {number}",
            "body": "What it holds.",
            "state": "published",
            **values,
        }
    )
    perspective.themes.set([make_theme(theme) for theme in themes])
    perspective.partnership_types.set([make_partnership_type()])
    return perspective


def make_curator() -> User:
    """Give a person who may do everything in the admin."""
    return User.objects.create_superuser(f"curator-{next(_numbers)}", password="a long password")
