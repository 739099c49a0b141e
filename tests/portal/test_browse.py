"""The browse page as data and as HTML."""

import re

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from portal.browse import BrowsePage, browse
from portal.facets.panel import Option
from tests.builders import make_case, make_company

pytestmark = pytest.mark.django_db


def page_for(query: str) -> BrowsePage:
    """Browse the case studies."""
    return browse(CASES, QueryDict(query), "/cases/")


def option(page: BrowsePage, facet: str, value: str) -> Option:
    """Give one option of a facet."""
    panel = next(panel for panel in page.facets if panel.name == facet)
    return next(option for option in panel.options if option.value == value)


def slugs(page: BrowsePage) -> list[str]:
    """Give the slugs of the records on a page, in order."""
    return [record.slug for record in page.records]


def test_a_choice_changes_the_other_facets_and_not_its_own() -> None:
    make_case(countries=("GH",), themes=("gender",))
    make_case(countries=("ML",), themes=("exploration",))
    page = page_for("country=GH")
    assert option(page, "country", "ML").count == 1
    assert option(page, "theme", "exploration").count == 0
    assert option(page, "theme", "gender").count == 1


def test_zeros_are_not_links_and_chosen_values_always_are() -> None:
    make_case(countries=("GH",), themes=("gender",))
    make_case(countries=("ML",), themes=("exploration",))
    page = page_for("country=GH&theme=exploration")
    assert page.total == 0
    assert option(page, "theme", "exploration").url
    chosen_zero = option(page_for("country=GH&theme=exploration&stage=closure"), "stage", "closure")
    assert (chosen_zero.count, chosen_zero.selected) == (0, True)
    assert chosen_zero.url
    assert option(page, "stage", "construction").url == ""


def test_default_order_is_latest_year_then_going_on_then_title() -> None:
    make_case("ended-2020", year_to=2020, title="B")
    make_case("ended-2022", year_to=2022, title="A")
    make_case("going-on-2022", year_from=2015, outcome_as_of=2022, title="Z")
    make_case("started-2021", year_from=2021, title="C")
    make_case("ended-2020-first", year_from=2019, year_to=2020, title="Áa")
    make_case("no-years", title="A0")
    assert slugs(page_for("")) == [
        "going-on-2022",
        "ended-2022",
        "started-2021",
        "ended-2020-first",
        "ended-2020",
        "no-years",
    ]


def test_other_orders() -> None:
    make_case("first", title="Éclat", countries=("ML",))
    make_case("second", title="Dawn", countries=("CO",))
    make_case("third", title="fall", countries=("GH",))
    assert slugs(page_for("sort=title")) == ["second", "first", "third"]
    assert slugs(page_for("sort=country")) == ["second", "third", "first"]


def test_twenty_a_page_and_every_case_once() -> None:
    for _ in range(45):
        make_case()
    pages = [page_for(f"page={number}") for number in (1, 2, 3)]
    assert [len(page.records) for page in pages] == [20, 20, 5]
    assert len({slug for page in pages for slug in slugs(page)}) == 45
    assert (pages[1].first, pages[1].last, pages[1].pages) == (21, 40, 3)
    assert pages[0].previous_url == ""
    assert pages[0].next_url == "/cases/?page=2"
    assert pages[2].next_url == ""


def test_chips_take_out_one_thing_each() -> None:
    make_case(countries=("GH",), themes=("gender",), title="A word")
    page = page_for("country=GH&theme=gender&q=word&page=1")
    assert [(chip.facet, chip.url) for chip in page.chips] == [
        ("Text", "/cases/?country=GH&theme=gender"),
        ("Country", "/cases/?q=word&theme=gender"),
        ("Theme", "/cases/?q=word&country=GH"),
    ]
    assert page.clear_url == "/cases/"


def test_a_company_is_found_in_any_role_and_the_card_says_which(client: Client) -> None:
    make_company("seller")
    make_case(companies=(("buyer", "operator"), ("seller", "former-operator")))
    page = client.get("/cases/?company=seller").content.decode()
    assert "Buyer (operator), Seller (former operator)" in page


def test_only_the_main_operator_counts_as_operating_company() -> None:
    make_case(companies=(("a", "operator"), ("b", "operator"), ("c", "partner")))
    make_case(companies=(("d", "former-operator"),))
    assert page_for("").distinct("operator") == 1
    assert page_for("").distinct("company") == 4


def test_text_search_ignores_case_and_accents_and_needs_every_word() -> None:
    make_case("hounde", title="The Houndé permit", context="Miners left.")
    make_case("other", title="Another permit")
    assert slugs(page_for("q=HOUNDE+miners")) == ["hounde"]
    assert slugs(page_for("q=permit+nowhere")) == []


def test_text_search_puts_titles_first_and_keeps_to_the_facets() -> None:
    make_case("in-text", context="A permit.", year_to=2025, countries=("GH",))
    make_case("in-title", title="A permit", year_to=2001, countries=("GH",))
    make_case("elsewhere", title="A permit", countries=("ML",))
    assert slugs(page_for("q=permit&country=GH")) == ["in-title", "in-text"]
    assert slugs(page_for("q=permit&country=GH&sort=newest")) == ["in-text", "in-title"]
    assert option(page_for("q=permit&country=GH"), "country", "ML").count == 1


def test_company_aliases_are_searched() -> None:
    make_company("parent", aliases=["Old Subsidiary"])
    make_case("found", companies=(("parent", "operator"),))
    assert slugs(page_for("q=subsidiary")) == ["found"]


def test_an_empty_result_says_what_to_do(client: Client) -> None:
    make_case(countries=("GH",), mine_stage="operation")
    page = client.get("/cases/?country=GH&stage=closure").content.decode()
    assert "No case study matches all of these filters." in page
    assert "Clear all" in page
    assert 'href="/cases/?country=GH"' in page


def test_the_search_box_keeps_the_chosen_filters(client: Client) -> None:
    make_case(countries=("GH",), themes=("gender",))
    page = client.get("/cases/?country=GH&theme=gender").content.decode()
    assert '<input type="hidden" name="country" value="GH">' in page
    assert '<input type="hidden" name="theme" value="gender">' in page


def test_facet_links_are_not_for_crawlers(client: Client) -> None:
    make_case()
    page = client.get("/cases/").content.decode()
    links = re.findall(r'<a class="option[^>]*>', page)
    assert links
    assert all('rel="nofollow"' in link for link in links)
