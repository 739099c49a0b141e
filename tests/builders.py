"""Small builders of records: each gives a complete, published record; name only what matters."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import User
from django.utils import timezone

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
from contributions.dialogues.models import Dialogue, Response, Statement, Vote
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


@one_change
def make_dialogue(
    slug: str = "",
    opens_in: int = -10,
    closes_in: int = 10,
    statements: tuple[str, ...] = ("Buying posts help.", "Licences come first."),
    themes: tuple[str, ...] = ("gender",),
    **values: Any,
) -> Dialogue:
    """Give a new published dialogue, open unless its days say otherwise."""
    number, today = next(_numbers), timezone.localdate()
    dialogue: Dialogue = Dialogue.objects.create(
        **{
            "slug": slug or f"dialogue-{number}",
            "title": f"Dialogue {number}",
            "question": "What would help?",
            "background": "Where we stand.",
            "asked": ["community", "company", "asgm-association"],
            "convenors": ["A ministry"],
            "rules": "Be kind.",
            "opens_on": today + timedelta(days=opens_in),
            "closes_on": today + timedelta(days=closes_in),
            "state": "published",
            **values,
        }
    )
    for position, text in enumerate(statements):
        Statement.objects.create(dialogue=dialogue, position=position, text=text)
    dialogue.themes.set([make_theme(theme) for theme in themes])
    return dialogue


def make_response(
    dialogue: Dialogue,
    kind: str = "community",
    votes: Mapping[int, str] | None = None,
    **values: Any,
) -> Response:
    """Give a new response that counts; `votes` are choices by the place of their statement."""
    number = next(_numbers)
    if values.get("text"):
        values = {"text_state": "published", "text_published_at": timezone.now(), **values}
    response: Response = Response.objects.create(
        dialogue=dialogue, kind=kind, key_print=f"{number:064d}", **values
    )
    statements = list(dialogue.statements.all())
    for place, choice in (votes or {}).items():
        Vote.objects.create(response=response, statement=statements[place], choice=choice)
    return response


def make_curator() -> User:
    """Give a person who may do everything in the admin."""
    return User.objects.create_superuser(f"curator-{next(_numbers)}", password="a long password")
