"""Whether a document still holds: the address itself remembers what the cases were."""

import random
import re
from collections.abc import Callable

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.verification import (
    MOST_SEEN,
    PRINT,
    Comparison,
    Prints,
    Seal,
    checksum_of,
    compare,
    packed,
    prints_of,
    seal,
    shortened,
    unpacked,
)
from portal.browse import BrowsePage, browse
from portal.changes import change
from portal.pdf.chapters import chapters_for
from tests.builders import make_case, make_evidence, make_figure, make_lesson, make_source

pytestmark = pytest.mark.django_db


def sealed_now(page: BrowsePage) -> Seal:
    """Give what a document of a page's selection would carry."""
    keys = page.every_key()
    cases = CaseStudy.objects.published().for_reading().in_order(keys)
    return seal(page, cases, chapters_for("case", keys))


def sealed_address(query: str = "") -> str:
    """Give the address that a document of a selection would carry now."""
    page = browse(CASES, QueryDict(query), "/cases/")
    return sealed_now(page).address


def compared(seen: Prints, checksum: str) -> Comparison:
    """Compare all cases of today with what was seen."""
    page = browse(CASES, QueryDict(), "/cases/")
    return compare(page.snapshot, page.every_key(), checksum, seen)


def seen_now() -> tuple[Prints, str]:
    """Give what a document of all cases would remember."""
    page = browse(CASES, QueryDict(), "/cases/")
    prints = prints_of(page.snapshot, page.every_key())
    return shortened(prints), checksum_of(prints)


def test_prints_survive_an_address() -> None:
    draw = random.Random(1)
    for size in (1, 3, 84, 500):
        keys = draw.sample(range(1, 10_000_000), size)
        prints = {key: draw.randbytes(PRINT) for key in keys}
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
        lambda case: case.approaches.clear(),
        lambda case: case.parties.update(note="Other"),
        lambda case: CaseStudy.objects.filter(pk=case.pk).update(last_checked="2026-01-02"),
    ],
)
def test_any_edit_that_a_reader_sees_is_told(edit: Callable[[CaseStudy], object]) -> None:
    case = make_case("one", parties=("ngo",))
    make_source(case, 1)
    make_figure(case)
    before = seen_now()
    assert compared(*before).is_same
    with change() as touched:
        edit(case)
        touched.note(case)
    found = compared(*before)
    assert not found.is_same
    assert [changed.pk for changed in found.changed] == [case.pk]


def test_what_the_lessons_say_of_the_cases_is_compared_too(client: Client) -> None:
    link = make_evidence(make_lesson(), make_case("one"))
    address = sealed_address()
    link.note = "Something else."
    link.save()
    text = client.get(address).content.decode()
    assert "Something has changed" in text
    assert "What the lessons say of them" in text


def test_an_address_that_names_no_document_says_so(client: Client) -> None:
    make_case()
    for address in ("/verify/", "/verify/?country=GH", "/verify/?version=3"):
        text = client.get(address).content.decode()
        assert "names no document" in text
        assert "Something has changed" not in text


def test_more_cases_than_a_document_holds_are_not_believed() -> None:
    assert unpacked(packed(dict.fromkeys(range(MOST_SEEN), b"abc"))) is not None
    assert unpacked(packed(dict.fromkeys(range(MOST_SEEN + 1), b"abc"))) is None


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
    assert re.search(r"document of corpus version \d+, now \d+", text)
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
    assert "cannot say what" in text
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
