"""Pages of the case studies."""

import pytest
from django.test import Client

from tests.builders import (
    make_case,
    make_company,
    make_evidence,
    make_figure,
    make_lesson,
    make_perspective,
    make_source,
)

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    """Give the HTML of a page that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_case_shows_all_that_it_is_made_of(client: Client) -> None:
    case = make_case(
        "a-case",
        title="Relocating & returning",
        companies=(("acme-gold", "operator"),),
        parties=("ngo",),
        year_from=2012,
        year_to=2022,
        latitude="6.20",
        longitude="-1.67",
        outcome_status="partly-held",
        outcome_as_of=2022,
        outcome_note="Part of it lasted.",
        status_drivers=["conflict"],
        mercury_use="yes",
    )
    case.outcomes.create(text="The mine resumed.", position=0)
    case.challenges.create(text="Progress was slow.", position=0)
    case.case_lessons.create(text="Ask early.", position=0)
    second = make_source(case, 1, title="The second source", year=2016)
    make_figure(case, label="miners on the ground", value=9000, year=2012, source=second)
    make_evidence(make_lesson(title="A lesson learnt"), case, "challenges")
    make_perspective(title="A view on it").cases.add(case)
    page = text_of(client, "/cases/a-case/")
    for part in (
        "Relocating &amp; returning",
        "2012–2022",
        "Compiled from 2 public sources.",
        "Not checked against them again since it was compiled.",
        "Partly held (2022)",
        "Part of it lasted.",
        "What changed the result: conflict",
        "Acme Gold</a>, operator",
        "A ngo",
        "The mine resumed.",
        "Progress was slow.",
        "Ask early.",
        "Miners on the ground",
        "9,000 people",
        '<a href="#source-2">[2]',
        '<li id="source-2"><a href="https://example.org/a-case/1">The second source</a>. '
        "A publisher, 2016.",
        "A lesson learnt",
        "Challenges",
        "A view on it",
        "about 6.20, -1.67",
    ):
        assert part in page, part


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ((2012, 2022), "2012–2022"),
        ((2012, 2012), "2012"),
        ((2012, None), "from 2012"),
        ((None, 2022), "until 2022"),
        ((None, None), "years not known"),
    ],
)
def test_years_in_words(client: Client, years: tuple[int | None, int | None], words: str) -> None:
    make_case(year_from=years[0], year_to=years[1])
    assert words in text_of(client, "/cases/")


def test_related_cases_say_what_they_share(client: Client) -> None:
    make_case("a-case", countries=("GH",), themes=("gender",))
    make_case("like-it", title="Much like it", countries=("GH",), themes=("gender",))
    page = text_of(client, "/cases/a-case/")
    assert "Much like it" in page
    assert "Shared: Ghana, Gender, Finance, Dialogue" in page


def test_the_json_twin_gives_what_the_page_gives(client: Client) -> None:
    make_case("a-case", year_from=2012, themes=("gender",))
    make_case("b-case", countries=("ML",))
    answer = client.get("/cases.json?country=GH&nonsense=1").json()
    assert {"total", "page", "pages", "corpus_version", "facets", "results"} <= answer.keys()
    assert (answer["total"], answer["page"], answer["pages"]) == (1, 1, 1)
    assert answer["results"][0]["slug"] == "a-case"
    assert answer["results"][0]["url"] == "http://testserver/cases/a-case/"
    assert answer["ignored"] == [{"parameter": "nonsense", "reason": "there is no such filter"}]
    ghana = {"value": "GH", "label": "Ghana", "count": 1, "selected": True}
    assert ghana in answer["facets"]["country"]


@pytest.mark.parametrize(
    "kind", ["cases", "lessons", "perspectives", "companies", "themes", "sdg17"]
)
def test_an_unknown_slug_gives_a_page_that_helps(client: Client, kind: str) -> None:
    answer = client.get(f"/{kind}/moving-people-at-obuasi/")
    assert answer.status_code == 404
    page = answer.content.decode()
    assert "There is no page at this address" in page
    assert 'value="moving people at obuasi"' in page


def test_country_codes_are_upper_case_and_others_lead_there(client: Client) -> None:
    make_case()
    assert client.get("/countries/gh/").headers["Location"] == "/countries/GH/"
    assert client.get("/countries/XX/").status_code == 404
    assert client.get("/countries/xx/", follow=True).status_code == 404


def test_topic_pages_list_their_cases(client: Client) -> None:
    make_company("acme-gold", aliases=["Old Acme"], note="Explorer.")
    make_case(title="The only case")
    make_lesson(title="The only lesson")
    make_perspective(title="The only view")
    for address, parts in {
        "/countries/GH/": ["The only case", "The only view"],
        "/companies/acme-gold/": ["The only case", "Old Acme", "is liable for an event"],
        "/themes/gender/": ["The only case", "The only lesson", "The only view"],
        "/sdg17/finance/": ["The only case", "The only lesson", "The only view"],
    }.items():
        page = text_of(client, address)
        for part in parts:
            assert part in page, (address, part)


def test_a_long_topic_shows_the_first_cases_and_where_all_are(client: Client) -> None:
    for _ in range(23):
        make_case()
    page = text_of(client, "/themes/gender/")
    assert page.count('<article class="card">') == 20
    assert 'href="/cases/?theme=gender"' in page
    assert "See all 23" in page


def test_an_empty_library_has_pages_too(client: Client) -> None:
    for address in (
        "/", "/cases/", "/cases.json", "/lessons/", "/perspectives/", "/countries/", "/companies/",
        "/themes/", "/sdg17/", "/baseline/", "/glossary/", "/about/", "/sitemap.xml",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address
