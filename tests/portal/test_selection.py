"""Reading an address: whatever it holds, the answer is a usable page that says what was ignored."""

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from portal.facets import Selection, current_snapshot
from tests.builders import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cases() -> None:
    """Two cases, in Ghana and in Mali."""
    make_case("one", title="A first case", countries=("GH",), themes=("gender",))
    make_case("two", title="A second case", countries=("ML",), themes=("gender", "exploration"))


def parse(query: str) -> Selection:
    """Read a query string against the case studies."""
    return Selection.parse(QueryDict(query), current_snapshot(CASES))


def ignored(query: str) -> list[str]:
    """Give the parameters that reading a query string ignored."""
    return [item.parameter for item in parse(query).ignored]


def test_known_values_are_kept_in_the_order_of_the_vocabulary() -> None:
    selection = parse("theme=gender&theme=exploration&country=ML&country=GH")
    assert selection.chosen["country"] == ("GH", "ML")
    assert set(selection.chosen["theme"]) == {"gender", "exploration"}
    assert selection.ignored == ()


def test_case_and_spaces_do_not_matter() -> None:
    assert parse("country=gh&theme=%20Gender").chosen == {"country": ("GH",), "theme": ("gender",)}


def test_a_repeated_value_counts_once() -> None:
    assert parse("country=GH&country=GH&country=gh").chosen == {"country": ("GH",)}


def test_empty_parameters_are_no_fault() -> None:
    selection = parse("q=&country=&sort=&page=")
    assert selection.is_empty
    assert selection.ignored == ()


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("country=XX", "country"),
        ("theme=' OR 1=1 --", "theme"),
        ("sort=random", "sort"),
        ("sort=relevance", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("page=two", "page"),
        ("page=%D9%A2", "page"),
        ("page=99999999999999999999", "page"),
        ("q=a&q=b", "q"),
        ("q=" + "x" * 201, "q"),
        ("%ff=1", "�"),
        ("country=%ff%fe", "country"),
        ("operator=acme-gold", "operator"),
    ],
)
def test_what_makes_no_sense_is_left_out(client: Client, query: str, parameter: str) -> None:
    assert ignored(query) == [parameter]
    page = client.get(f"/cases/?{query}")
    assert page.status_code == 200
    assert "Part of this address was left out" in page.content.decode()


def test_a_page_beyond_the_end_shows_the_last_one_and_says_so(client: Client) -> None:
    page = client.get("/cases/?page=7").content.decode()
    assert "there is no page 7" in page
    assert "A first case" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=a%00b",
        "q=%ff%fe%fd",
        "country=%00",
        "%00=%00",
        "q=%F0%9F%92%8E%E2%80%AE",
        "q=" + "%22" * 300,
        "country=" + "G" * 7000,
        "&".join(["country=GH"] * 500),
        "&".join(f"p{n}={n}" for n in range(900)),
        "&" * 4000,
        "a&" * 2500,
        "q=%25&q=_&q=%5C",
        "[]=1&q[]=2",
        "page=1&page=2",
    ],
)
def test_hostile_addresses_give_a_page(client: Client, query: str) -> None:
    for address in ("/cases/", "/cases.json", "/lessons/", "/perspectives/"):
        assert client.get(address, QUERY_STRING=query).status_code == 200


def test_an_address_over_8_kilobytes_is_refused(client: Client) -> None:
    assert client.get("/cases/?q=" + "x" * 7_900).status_code == 200
    assert client.get("/cases/?q=" + "x" * 8_300).status_code == 414


def test_many_ignored_parameters_are_summed_up() -> None:
    told = parse("&".join(f"p{n}=1" for n in range(50))).ignored
    assert len(told) == 11
    assert "40 more" in told[-1].reason


def test_a_long_ignored_value_is_shortened_on_the_page(client: Client) -> None:
    assert "y" * 41 not in client.get("/cases/?country=" + "y" * 500).content.decode()


def test_what_was_ignored_is_escaped(client: Client) -> None:
    page = client.get("/cases/?country=<script>alert(1)</script>&<b>=1").content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


def test_one_selection_has_one_spelling() -> None:
    first = parse("theme=gender&country=ML&country=GH&q=case&page=1")
    second = parse("country=GH&q=case&country=ML&theme=GENDER&nonsense=1")
    assert first.query_string == second.query_string


def test_toggling_twice_leads_back() -> None:
    selection = parse("country=GH")
    there = selection.toggled("theme", "gender")
    assert there.chosen == {"country": ("GH",), "theme": ("gender",)}
    assert there.toggled("theme", "gender") == selection
