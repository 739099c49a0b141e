"""Whether a document still holds: the address itself remembers what the cases were."""

import random

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.verification import compare, packed, prints_of, seal, unpacked
from portal.browse import browse
from tests.builders import make_case, make_figure, make_source

pytestmark = pytest.mark.django_db


def sealed_address(query: str = "") -> str:
    """Give the address that a document of a selection would carry now."""
    page = browse(CASES, QueryDict(query), "/cases/")
    return seal(page, cases_of(page.every_key())).address


def cases_of(keys: list[int]) -> list[CaseStudy]:
    return list(CaseStudy.objects.for_reading().filter(pk__in=keys))


def test_prints_survive_an_address() -> None:
    draw = random.Random(1)
    for size in (1, 3, 84, 500):
        keys = draw.sample(range(1, 10_000_000), size)
        prints = {key: draw.randbytes(2) for key in keys}
        assert unpacked(packed(prints)) == prints
        assert len(packed(prints)) < 4_000


@pytest.mark.parametrize("text", ["", "x", "AAAA", "é", "=" * 10, "A" * 7_000, "eJw", "eNpjYGBg"])
def test_an_address_that_was_cut_short_is_not_understood(text: str) -> None:
    assert unpacked(text) is None
    cut = packed(dict.fromkeys(range(1, 60), b"ab"))[:-5]
    assert unpacked(cut) is None


def test_a_bomb_is_not_unpacked() -> None:
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(4_000_000), 9)).decode().rstrip("=")
    assert len(bomb) < 6_000
    assert unpacked(bomb) is None


def test_nothing_has_changed(client: Client) -> None:
    make_case("one")
    answer = client.get(sealed_address()).content.decode()
    assert "Nothing in these case studies has changed" in answer


@pytest.mark.parametrize(
    "edit",
    [
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(title="Other"),
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(outcome_status="held"),
        lambda case: case.sources.update(title="Other"),
        lambda case: case.figures.update(value=1),
        lambda case: case.outcomes.create(text="New", position=0),
        lambda case: case.themes.clear(),
        lambda case: case.company_roles.all().delete(),
        lambda case: case.countries.clear(),
    ],
)
def test_any_edit_that_a_reader_sees_is_told(edit: object) -> None:
    case = make_case("one")
    make_source(case, 1)
    make_figure(case)
    before = prints_of(cases_of([case.pk]))
    assert compare(cases_of([case.pk]), "", before).is_same
    edit(case)  # type: ignore[operator]
    found = compare(cases_of([case.pk]), "", before)
    assert [changed.pk for changed in found.changed] == [case.pk]


def test_the_page_names_what_changed_came_and_left_but_nothing_hidden(client: Client) -> None:
    changed = make_case("changed", title="Changed case")
    left = make_case("left", title="Case that left")
    gone = make_case("gone", title="Secret case")
    address = sealed_address("country=GH")
    make_case("came", title="Case that came")
    changed.title = "Changed case, anew"
    changed.save()
    left.countries.clear()
    gone.state = "archived"
    gone.save()
    text = client.get(address).content.decode()
    assert "Something has changed" in text
    for part in ("Changed case, anew", "Case that came", "Case that left"):
        assert part in text
    assert "1 case study is no longer public" in text
    assert "Secret" not in text


def test_a_short_address_still_tells_whether_anything_changed(client: Client) -> None:
    for _ in range(3):
        make_case()
    page = browse(CASES, QueryDict(), "/cases/")
    short = sealed_address().split("&seen=")[0]
    assert "Nothing in these" in client.get(short).content.decode()
    make_case()
    text = client.get(short).content.decode()
    assert "Something has changed" in text
    assert "does not say which" in text
    assert page.total == 3


def test_nonsense_is_answered_plainly(client: Client) -> None:
    make_case()
    for query in (
        "",
        "?seen=x&checksum=y&version=z",
        "?country=XX&seen=%00",
        "?version=" + "9" * 500,
    ):
        answer = client.get(f"/verify/{query}")
        assert answer.status_code == 200
        assert "ETag" not in answer or not query
