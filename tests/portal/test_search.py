"""Finding records by text, on whichever database the tests run."""

from typing import Any
from urllib.parse import quote

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from lessons.models import GlossaryTerm
from portal.browse import BrowsePage, browse
from tests.builders import (
    make_case,
    make_company,
    make_country,
    make_lesson,
    make_perspective,
    make_source,
)
from tests.portal.test_query import HOSTILE

pytestmark = pytest.mark.django_db


def found(text: str, more: str = "") -> BrowsePage:
    """Give the browse page of a text."""
    return browse(CASES, QueryDict(f"q={quote(text)}{more}"), "/cases/")


def slugs(text: str, more: str = "") -> list[str]:
    """Give the cases that a text finds, in order."""
    return [case.slug for case in found(text, more).records]


def hit(text: str) -> Any:
    """Give why the first case was found."""
    return found(text).records[0].hit


def test_the_title_weighs_more_than_summary_text_and_sources() -> None:
    make_source(make_case("in-sources"), 1, title="A report on mercury")
    make_case("in-text", what_was_done="They sold less mercury.")
    make_case("in-summary", summary="Miners gave up mercury.")
    make_case("in-title", title="Mercury at a mine")
    assert slugs("mercury") == ["in-title", "in-summary", "in-text", "in-sources"]


def test_case_accents_and_endings_do_not_matter() -> None:
    make_case("a-case", title="Négociations à Houndé")
    make_case("other", title="Relocating miners")
    assert slugs("HOUNDE negociations") == ["a-case"]
    assert slugs("relocation of a miner") == ["other"]


def test_a_phrase_is_found_as_it_stands_and_an_exclusion_leaves_out() -> None:
    make_case("apart", title="Panning for gold")
    make_case("together", title="Gold panning")
    assert slugs('"gold panning"') == ["together"]
    assert slugs("gold -panning") == []
    assert set(slugs("gold -nothing")) == {"apart", "together"}
    assert slugs('panning -"gold panning"') == ["apart"]


def test_a_half_typed_word_finds_the_whole_one() -> None:
    make_case("a-case", title="Formalisation of miners")
    assert slugs("formalisat") == ["a-case"]
    assert slugs("formalisat miners") == []


def test_words_of_the_glossary_find_each_other() -> None:
    term = GlossaryTerm.objects.create(slug="galamsey", term="Galamsey", definition="Mining.")
    term.other_names.create(name="unlicensed digging")
    make_case("local", title="Galamsey at Tarkwa")
    make_case("plain", title="Unlicensed digging at Obuasi")
    assert set(slugs("galamsey")) == set(slugs("unlicensed digging")) == {"local", "plain"}


def test_countries_and_companies_lead_to_their_cases_by_any_name() -> None:
    country = make_country("ML")
    country.name_fr, country.name_pt, country.aliases = "Mali français", "Máli", ["RDM"]
    country.save()
    make_company("barrick", aliases=["Randgold Resources"])
    make_case("a-case", countries=("ML",), companies=(("barrick", "operator"),))
    for text in ("Mali", "francais", "máli", "rdm", "Randgold", "barrick"):
        assert slugs(text) == ["a-case"], text
    assert str(hit("randgold").place) == "Matched in names and tags"
    assert hit("randgold").excerpt == "<mark>Randgold</mark> Resources"


def test_found_words_are_marked_and_everything_else_is_escaped() -> None:
    make_case("a-case", title='Mercury & "gold" <script>x</script>', summary="<b>mercury</b>")
    why = hit("mercury")
    assert why.title.startswith("<mark>Mercury</mark> &amp; &quot;gold&quot; &lt;script&gt;")
    assert why.summary == "&lt;b&gt;<mark>mercury</mark>&lt;/b&gt;"
    assert not why.place


@pytest.mark.parametrize(
    ("values", "source", "place"),
    [
        ({"context": "Miners used mercury."}, "A report", "Matched in the text"),
        ({"place": "Mercury District"}, "A report", "Matched in names and tags"),
        ({}, "On mercury", "Matched in sources"),
        ({"summary": "On mercury.", "context": "mercury"}, "On mercury", ""),
    ],
)
def test_a_match_that_the_list_does_not_show_is_explained(
    values: dict[str, str], source: str, place: str
) -> None:
    make_source(make_case(**values), 1, title=source)
    why = hit("mercury")
    assert str(why.place) == place
    assert ("<mark>" in why.excerpt) == bool(place)


def test_a_text_goes_with_facets_their_counts_and_every_order() -> None:
    make_case("ghana-new", title="Mercury B", countries=("GH",), year_from=2020)
    make_case("ghana-old", title="Mercury A mercury", countries=("GH",), year_from=2010)
    make_case("mali", title="Mercury", countries=("ML",))
    make_case("silent", title="Quiet", countries=("ML",))
    page = found("mercury", "&country=GH")
    assert page.total == 2
    counts = {option.value: option.count for option in page.facets[0].options}
    assert counts == {"GH": 2, "ML": 1}
    assert slugs("mercury", "&country=GH&sort=newest") == ["ghana-new", "ghana-old"]
    assert slugs("mercury", "&country=GH&sort=title") == ["ghana-old", "ghana-new"]
    assert (page.sorts[0].label, page.sorts[0].current) == ("Relevance", True)


def test_a_slip_is_answered_by_the_nearest_words_that_find_something() -> None:
    make_case("a-case", title="Relocation of miners")
    page = found("relocaton minrs", "&country=GH")
    assert page.suggestion is not None
    assert page.suggestion.label == "relocation miners"
    assert page.suggestion.url == "/cases/?q=relocation+miners&country=GH"
    assert found("xyzzyxyzzy").suggestion is None
    assert found("relocaton xyzzyxyzzy").suggestion is None


def test_where_nothing_is_found_the_choice_to_drop_is_named_with_what_it_gives() -> None:
    make_case(title="Mercury", countries=("GH",), themes=("gender",))
    make_case(title="Mercury", countries=("GH",), themes=("gender",))
    make_case(title="Quiet", countries=("ML",), themes=("closure",))
    ways = found("mercury", "&country=ML").ways_out
    assert [(way.label, way.count, way.url) for way in ways] == [
        ("without “Country”", 2, "/cases/?q=mercury"),
        ("without “Text”", 1, "/cases/?country=ML"),
    ]
    alone = found("mercury", "&country=ML&theme=gender&country=ML").ways_out
    assert {way.label for way in alone} == {"without “Country”"}


def test_where_no_single_choice_is_to_blame_each_is_offered_alone() -> None:
    make_case(title="Mercury", countries=("GH",), themes=("gender",))
    make_case(title="Quiet", countries=("ML",), themes=("closure",))
    make_case(title="Quiet", countries=("CO",), themes=("exploration",))
    ways = found("mercury", "&country=ML&theme=exploration").ways_out
    assert {(way.label, way.count) for way in ways} == {
        ("only “Country”", 1), ("only “Theme”", 1), ("only “Text”", 1),
    }  # fmt: skip


def test_the_search_page_groups_what_it_finds_by_kind(client: Client) -> None:
    make_case(title="Mercury at a mine")
    make_lesson(title="Stay with mercury")
    make_perspective(title="We say mercury")
    GlossaryTerm.objects.create(slug="mercury", term="Mercury", definition="A metal.")
    page = client.get("/search/?q=mercury").content.decode()
    for name in ("cases", "lessons", "perspectives", "glossary"):
        assert f'id="found-{name}"' in page
    assert "<strong>4</strong> results" in page
    assert 'href="/search/?q=mercury"' in client.get("/search/?q=mercurry").content.decode()


@pytest.mark.parametrize("address", ["/cases/", "/cases.json", "/search/", "/lessons/"])
def test_hostile_texts_give_results_or_a_plain_message(client: Client, address: str) -> None:
    make_case(title="Mercury")
    make_lesson(title="Mercury")
    for text in HOSTILE:
        answer = client.get(address, {"q": text[:2_000]})
        assert answer.status_code == 200, text
    assert client.get(f"{address}?q=%ff%fe%00").status_code == 200
    too_long = client.get(address, {"q": "x" * 10_000})
    assert too_long.status_code == 414
    assert b"shorter search" in too_long.content
