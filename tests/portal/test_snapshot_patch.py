"""A snapshot that caught up with a few changes equals one that was built anew."""

import random

import pytest

from casestudies.facets import CASES
from casestudies.models import CaseStudy, Company
from portal.changes import records_since
from portal.corpus import current_state
from portal.facets import Snapshot, current_snapshot, snapshot
from portal.models import CorpusChange
from tests.builders import make_approach, make_case, make_country, make_lesson, make_theme

pytestmark = pytest.mark.django_db


def content(of: Snapshot) -> object:
    """Give what two snapshots must have in common."""
    bitmaps = {
        facet: {v: set(b) for v, b in values.items()} for facet, values in of.bitmaps.items()
    }
    orders = {name: list(order) for name, order in of.orders.items()}
    return of.state, list(of.keys), bitmaps, orders, {f: list(v) for f, v in of.values.items()}


def edit(draw: random.Random) -> None:
    """Change one case in one way."""
    case = draw.choice(list(CaseStudy.objects.all()))
    match draw.randrange(8):
        case 0:
            case.outcome_status = draw.choice(["held", "faded", "reversed"])
        case 1:
            case.themes.set([make_theme(t) for t in draw.sample(["gender", "closure", "trade"], 2)])
        case 2:
            case.title = f"{case.title}!"  # keeps its place
        case 3:
            case.title = f"{draw.choice('AMZ')} {case.pk}"  # moves
        case 4:
            case.year_from = draw.randrange(1990, 2020)
        case 5:
            case.state = draw.choice(["draft", "published", "published"])
        case 6:
            case.countries.set([make_country(draw.choice(["GH", "ML", "CO"]))])
        case 7:
            case.approaches.set([make_approach(draw.choice(["dialogue", "security"]))])
    case.save()


def test_catching_up_gives_what_building_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(25):
        make_case(title=f"Case {number:02}", year_from=2000 + number)
    built = []
    build = snapshot.build
    monkeypatch.setattr(snapshot, "build", lambda *args: built.append(1) or build(*args))
    current_snapshot(CASES)
    draw = random.Random(7)
    for _ in range(80):
        for _ in range(draw.randint(1, 3)):
            edit(draw)
        assert content(current_snapshot(CASES)) == content(build(CASES, current_state()))
    assert 10 < len(built) < 70, "nothing was caught up with, or everything"


def test_a_change_elsewhere_costs_no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    make_case()
    lesson = make_lesson()
    before = current_snapshot(CASES)
    monkeypatch.setattr(snapshot, "build", lambda *args: pytest.fail("built anew"))
    lesson.title = "Another"
    lesson.save()
    after = current_snapshot(CASES)
    assert after.bitmaps is before.bitmaps
    assert after.state == current_state()
    assert after.kept == {}, "cards may show what changed elsewhere"


def test_a_changed_vocabulary_is_built_anew() -> None:
    make_case(companies=(("acme-gold", "operator"),))
    current_snapshot(CASES)
    company = Company.objects.get()
    company.name = "Renamed"
    company.save()
    assert str(current_snapshot(CASES).values["company"]["acme-gold"].label) == "Renamed"


def test_what_changed_cannot_be_told_across_a_gap_or_another_history() -> None:
    case = make_case()
    old = current_state()
    case.title = "One"
    case.save()
    case.title = "Two"
    case.save()
    now = current_state()
    assert records_since("cases", old, now) == {case.pk}
    assert records_since("lessons", old, now) == set()
    assert records_since("cases", old._replace(moment="another"), now) is None
    CorpusChange.objects.filter(version=now.number - 1).delete()
    assert records_since("cases", old, now) is None
