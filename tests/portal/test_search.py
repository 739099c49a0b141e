"""Finding by text: what is found, in which order, how it is shown, and what helps otherwise."""

import re
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from portal.browse import BrowsePage, browse
from portal.search import Document, matching
from portal.search.store import store
from portal.text import fold
from tests.builders import (
    make_case,
    make_company,
    make_country,
    make_lesson,
    make_perspective,
    make_source,
    make_term,
    one_change,
)
from tests.searching import HOSTILE, found, hit, query_of

pytestmark = pytest.mark.django_db

PAGES = ["/cases/", "/cases.json", "/search/", "/lessons/", "/perspectives/"]
ODD_QUERIES = [
    "q=%FF%FE",
    "q=%C0%80gold",
    "q=%ED%A0%80gold",  # a lone surrogate as UTF-8
    "q=%F4%90%80%80",
    "q=gold%",
    "q=%u0041%zz",
    "q=%00gold%00",
    "q[]=gold&q=",
    "q=gold&q=mine",
    "q",
    "q=+++",
    "q=" + "%E2%80%AE" * 800,
    "q=" + "a" * 7_900,
]
SCRIPT = 'Say "gold" & <script>alert(1)</script>'
SAFE = "Say &quot;{}&quot; &amp; &lt;script&gt;alert(1)&lt;/script&gt;"


def page_for(**query: str) -> BrowsePage:
    """Browse the case studies."""
    return browse(CASES, QueryDict(urlencode(query)), "/cases/")


def slugs(page: BrowsePage) -> list[str]:
    """Give the slugs of the records on a page, in order."""
    return [record.slug for record in page.records]


def count(page: BrowsePage, facet: str, value: str) -> int:
    """Give the count of one value of a facet."""
    panel = next(panel for panel in page.facets if panel.name == facet)
    return next(option.count for option in panel.options if option.value == value)


def marked(html: str) -> list[str]:
    """Give the marked parts of a text."""
    return re.findall("<mark>(.*?)</mark>", html)


# --- What is found --------------------------------------------------------------------------------


def test_title_ranks_before_summary_before_narrative_before_sources() -> None:
    in_sources = make_case("in-sources")
    make_source(in_sources, 1, title="A cyanide audit")
    make_case("in-narrative", context="A cyanide spill.")
    make_case("in-summary", summary="A cyanide spill.")
    make_case("in-title", title="A cyanide spill")
    make_case("elsewhere")
    assert found("cyanide") == ["in-title", "in-summary", "in-narrative", "in-sources"]


def finds(written: str, asked: str) -> bool:
    """Say whether a text finds a document that holds another one, and only that."""
    texts = [f"At {written} today", "Nothing of the kind"]
    store().put("search_cases", [Document(n, text, "", "", "", "") for n, text in enumerate(texts)])
    return list(matching(CASES.index, query_of(f"{asked} -otherwise"))) == [0]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Houndé", "HOUNDE"),
        ("Hounde", "Houndé"),
        ("São João", "sao joao"),
        ("Ñuble", "nuble"),
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("Curaçao", "CURACAO"),
        ("SÜDLICH", "sudlich"),
        ("Đà Nẵng", "đa nang"),
    ],
)
def test_case_and_accents_never_matter(written: str, asked: str) -> None:
    assert finds(written, asked)


@pytest.mark.parametrize(
    "word", ["œuvre", "Łódź", "Straße", "m²", "Nº", "1ère", "ﬁne", "minería", "Hạ", "Маднеули"]
)
def test_a_word_is_found_as_it_is_written(word: str) -> None:
    assert finds(word, word)
    assert finds(word, f'"{word} today"')


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("miners/communities", "miners"),
        ("miners/communities", "communities"),
        ("mother-lode", "lode"),
        ("2012-2014", "2014"),
        ("2012–2014", "2014"),
        ("12.5", "12.5"),
        ("1,200", "1,200"),
        ("Anglo.Gold", "anglo"),
        ("example.org", "example"),
        ("someone@example.org", "someone"),
        ("l’orpaillage", "orpaillage"),
        ("(ASM)", "asm"),
        ("snake_case", "snake"),
    ],
)
def test_a_word_is_found_whatever_sign_it_is_joined_to(written: str, asked: str) -> None:
    assert finds(written, asked)
    assert finds(written, written)


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("miners", "miner"),
        ("community", "communities"),
        ("resettled", "resettling"),
        ("negotiate", "negotiated"),
    ],
)
def test_words_are_found_by_their_stem(written: str, asked: str) -> None:
    assert finds(written, asked)


def test_phrases_and_exclusions_choose_among_the_records() -> None:
    make_case("plan", title="A resettlement plan for Kofi")
    make_case("planned", title="A plan for resettlement")
    assert set(found("resettlement plan -nothing")) == {"plan", "planned"}
    assert found('"resettlement plan"') == ["plan"]
    assert found("plan -kofi") == ["planned"]
    assert found('plan -"resettlement plan"') == ["planned"]


def test_a_half_typed_last_word_is_found() -> None:
    make_case("found", title="The orpailleurs of the valley")
    assert found("valley orpai") == ["found"]
    assert found("orpai valley") == []


def test_any_name_of_a_glossary_term_finds_every_other_name() -> None:
    names = ["Galamsey", "orpaillage", "zama zama", "Illegal digging"]
    make_term(names[0], *names[1:3], expansion=names[3])
    for name in names:
        make_case(fold(name).replace(" ", "-"), context=f"About {name} here.")
    make_case("not-found", context="About an illegal zama.")
    for asked in [*names, '"zama zama"', "ILLEGAL-DIGGING"]:
        assert sorted(found(asked)) == ["galamsey", "illegal-digging", "orpaillage", "zama-zama"]


@pytest.mark.parametrize("asked", ["DR Congo", "RDC", "Kongo-Fr", "Congo espanol", "congó-pt"])
def test_a_country_finds_its_cases_by_its_names_in_all_languages_and_aliases(asked: str) -> None:
    country = make_country("CO", "DR Congo")
    country.name_fr, country.name_es, country.name_pt = "Kongo-fr", "Congo español", "Congo-pt"
    country.aliases = ["RDC"]
    country.save()
    make_case("found", countries=("CO", "GH"))
    make_case("not-found", countries=("GH",))
    assert found(asked) == ["found"]


@pytest.mark.parametrize("asked", ["Present Gold", "randgold", "Kibali subsidiary"])
def test_a_company_finds_its_cases_by_name_alias_and_note(asked: str) -> None:
    make_company("present", name="Present Gold", aliases=["Randgold"])
    case = make_case("found", companies=(("present", "operator"),))
    case.company_roles.update(note="Through its Kibali subsidiary")
    case.save()
    make_case("not-found")
    assert found(asked) == ["found"]


# --- How it is shown ------------------------------------------------------------------------------


def test_a_title_is_safe_html_and_only_found_words_are_marked() -> None:
    case = make_case(title=SCRIPT, summary=SCRIPT.replace("Say", "Golden"))
    shown = hit("gold -nothing", case.pk)
    assert shown.title == SAFE.format("<mark>gold</mark>")
    assert shown.summary == SAFE.format("<mark>gold</mark>").replace("Say", "Golden")


@pytest.mark.parametrize("column", ["context", "source", "company"])
def test_an_excerpt_is_safe_html_wherever_it_comes_from(column: str) -> None:
    case = make_case(context=SCRIPT if column == "context" else "The setting.")
    if column == "source":
        make_source(case, 1, title=SCRIPT)
    if column == "company":
        company = make_company("acme-gold")
        company.name = SCRIPT
        company.save()
    shown = hit("say -nothing", case.pk)
    assert "<script" not in shown.excerpt
    assert shown.excerpt.startswith("<mark>Say</mark> &quot;gold&quot; &amp; ")


def test_a_page_of_results_holds_no_script_of_a_record(client: Client) -> None:
    case = make_case(title=SCRIPT, summary=SCRIPT, context=SCRIPT)
    make_source(case, 1, title=SCRIPT)
    make_lesson(title=SCRIPT, summary=SCRIPT)
    make_perspective(title=SCRIPT, organisation=SCRIPT)
    make_term(SCRIPT[:100], SCRIPT)
    for address in ("/cases/", "/search/", "/lessons/", "/perspectives/"):
        for text in ("gold", "say", SCRIPT):
            page = client.get(address, {"q": text}).content.decode()
            assert "<script>alert" not in page, (address, text)
            assert "<mark>" in page or text == SCRIPT, (address, text)


def test_all_forms_of_a_found_word_are_marked_and_nothing_else() -> None:
    case = make_case(title="Mines of a mine: MINING, mineral, minister")
    shown = hit("mine -nothing", case.pk).title
    assert marked(shown) == ["Mines", "mine", "MINING"]
    assert shown.replace("<mark>", "").replace("</mark>", "") == case.title


def test_accents_of_the_text_stay_in_the_marks() -> None:
    case = make_case(title="The Houndé permit")
    assert hit("HOUNDE", case.pk).title == "The <mark>Houndé</mark> permit"


def test_a_match_in_sources_is_told_with_the_line_where_it_stands() -> None:
    case = make_case(context="Nothing of it.")
    make_source(case, 1, title="A cyanide audit", publisher="Some body")
    shown = hit("cyanide", case.pk)
    assert (shown.place, shown.excerpt) == ("Matched in sources", "A <mark>cyanide</mark> audit")
    assert shown.title == case.title


def test_a_match_in_names_is_told_with_the_name() -> None:
    case = make_case(companies=(("cyanide-mines", "operator"),))
    shown = hit("cyanide -nothing", case.pk)
    assert shown.place == "Matched in names and tags"
    assert shown.excerpt == "<mark>Cyanide</mark> Mines"


def test_a_match_in_the_text_is_told_with_an_excerpt_and_not_the_whole() -> None:
    case = make_case(context=f"{'before ' * 300}cyanide {'after ' * 300}")
    shown = hit("cyanide", case.pk)
    assert shown.place == "Matched in the text"
    assert marked(shown.excerpt) == ["cyanide"]
    assert len(shown.excerpt.split()) < 60


def test_words_far_apart_in_the_text_are_told_too() -> None:
    case = make_case(context=f"cyanide {'between ' * 600}festival")
    shown = hit("cyanide festival", case.pk)
    assert shown.place == "Matched in the text"
    assert marked(shown.excerpt)


@pytest.mark.parametrize("column", ["title", "summary"])
def test_no_place_is_told_where_title_or_summary_show_the_word(column: str) -> None:
    case = make_case(context="Cyanide.")
    setattr(case, column, "A cyanide audit")
    case.save()
    make_source(case, 1, title="A cyanide audit")
    shown = hit("cyanide", case.pk)
    assert (shown.place, shown.excerpt) == ("", "")
    assert marked(getattr(shown, column)) == ["cyanide"]


def test_the_page_says_where_a_match_stands_only_when_it_does_not_show_it(client: Client) -> None:
    make_source(make_case("in-sources"), 1, title="A cyanide audit")
    make_source(make_case("in-title", title="Cyanide"), 1, title="A cyanide audit")
    for address in ("/cases/", "/search/"):
        page = client.get(address, {"q": "cyanide"}).content.decode()
        assert page.count("Matched in sources") == 1, address
        assert page.count("A <mark>cyanide</mark> audit") == 1, address
        assert "<mark>Cyanide</mark>" in page, address
    assert "<mark>" not in client.get("/cases/").content.decode()


# --- When nothing is found ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("resetlement", "resettlement"),
        ("RESETTLEMNET", "resettlement"),
        ("resetlement plann -nothing", "resettlement plan"),
        ("Hunde permits", "hounde permits"),
    ],
)
def test_the_nearest_words_of_the_corpus_are_offered(
    client: Client, asked: str, meant: str
) -> None:
    make_case(title="A resettlement plan at Houndé", context="Of permits.")
    page = page_for(q=asked, theme="gender")
    assert page.total == 0
    assert page.suggestion is not None
    assert page.suggestion.label == meant
    assert page.suggestion.url == f"/cases/?{urlencode({'q': meant, 'theme': 'gender'})}"
    assert page_for(q=meant, theme="gender").total == 1
    for address in ("/cases/", "/search/"):
        assert f">{meant}</a>?" in client.get(address, {"q": asked}).content.decode()


def test_of_equally_near_words_the_commonest_is_offered() -> None:
    make_case(title="A boat and a coat")
    make_case(title="A coat")
    page = page_for(q="doat")
    assert page.suggestion is not None
    assert page.suggestion.label == "coat"


@pytest.mark.parametrize("asked", ["xylophone", "pln", "cyanid festivl", "-plan"])
def test_nothing_is_offered_where_nothing_is_near_or_would_be_found(asked: str) -> None:
    make_case(title="A plan for cyanide")
    make_case(title="A festival")
    assert page_for(q=asked).suggestion is None


def test_nothing_is_offered_where_the_text_finds_something_outside_of_the_filters() -> None:
    make_case(title="Cyanid", mine_stage="operation")
    make_case(title="Cyanide", mine_stage="closure")
    page = page_for(q="cyanid -nothing", stage="construction")
    assert (page.total, page.suggestion) == (0, None)


def test_ways_out_say_how_many_each_would_give_the_most_first() -> None:
    for _ in range(2):
        make_case(title="A cyanide spill", countries=("GH",), themes=("gender",))
    make_case(title="A cyanide spill", countries=("CO",), themes=("exploration",))
    for _ in range(3):
        make_case(countries=("CO",), themes=("gender",))
    page = page_for(q="cyanide", country="CO", theme="gender")
    assert page.total == 0
    ways = [(way.label, way.count) for way in page.ways_out]
    assert ways == [("without “Text”", 3), ("without “Country”", 2), ("without “Theme”", 1)]
    for way in page.ways_out:
        _path, _mark, query = way.url.partition("?")
        assert browse(CASES, QueryDict(query), "/cases/").total == way.count


def test_where_no_single_drop_helps_each_choice_alone_is_offered() -> None:
    make_case(title="A cyanide spill", countries=("GH",), themes=("a",))
    make_case(countries=("CO",), themes=("b",))
    make_case(countries=("ML",), themes=("exploration",))
    page = page_for(q="cyanide", country="CO", theme="exploration")
    assert {(way.label, way.count) for way in page.ways_out} == {
        ("only “Text”", 1),
        ("only “Country”", 1),
        ("only “Theme”", 1),
    }
    for way in page.ways_out:
        _path, _mark, query = way.url.partition("?")
        assert browse(CASES, QueryDict(query), "/cases/").total == way.count


def test_where_something_is_found_no_help_is_offered() -> None:
    make_case(title="A cyanide spill")
    page = page_for(q="cyanide")
    assert (page.suggestion, page.ways_out) == (None, ())


# --- Text with facets and orders ------------------------------------------------------------------


def test_a_text_narrows_the_counts_of_all_facets() -> None:
    make_case(title="Cyanide", countries=("GH",), themes=("a",))
    make_case(title="Cyanide", countries=("ML",), themes=("a", "b"))
    make_case(countries=("ML",), themes=("b",))
    page = page_for(q="cyanide", country="ML")
    assert page.total == 1
    assert [count(page, "country", code) for code in ("GH", "ML")] == [1, 1]
    assert [count(page, "theme", theme) for theme in ("a", "b")] == [1, 1]
    assert count(page_for(q="cyanide"), "theme", "a") == 2


def test_a_text_can_be_in_every_order_and_relevance_is_the_default() -> None:
    make_case("new", title="Beta", context="Cyanide.", year_to=2024, countries=("ML",))
    make_case("old", title="Gamma cyanide", year_to=2001, countries=("GH",))
    make_case("no-year", title="Alpha", summary="Cyanide.", countries=("CO",))
    relevance = ["old", "no-year", "new"]
    assert slugs(page_for(q="cyanide")) == relevance
    assert slugs(page_for(q="cyanide", sort="relevance")) == relevance
    assert slugs(page_for(q="cyanide", sort="newest")) == ["new", "old", "no-year"]
    assert slugs(page_for(q="cyanide", sort="title")) == ["no-year", "new", "old"]
    assert slugs(page_for(q="cyanide", sort="country")) == ["no-year", "old", "new"]


def test_relevance_is_on_offer_only_with_a_text() -> None:
    make_case(title="Cyanide")
    with_text, without = page_for(q="cyanide"), page_for(sort="relevance")
    assert next(iter(with_text.sorts)).label == "Relevance"
    assert [sort.label for sort in with_text.sorts if sort.current] == ["Relevance"]
    assert "Relevance" not in [sort.label for sort in without.sorts]
    assert [item.parameter for item in without.ignored] == ["sort"]


def test_pages_of_a_text_hold_every_result_once_the_best_first() -> None:
    @one_change
    def fill() -> None:
        for number in range(42):
            if number % 2:
                make_case(title="A cyanide spill")
            else:
                make_case(context="Cyanide.")

    fill()
    pages = [page_for(q="cyanide", page=str(number)) for number in (1, 2, 3)]
    everything = [slug for page in pages for slug in slugs(page)]
    assert len(set(everything)) == len(everything) == pages[0].total == 42
    assert everything == found("cyanide")
    titles = [record.title for page in pages for record in page.records]
    assert {titles[place] for place in range(21)} == {"A cyanide spill"}


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_no_hostile_text_is_an_error(client: Client, address: str) -> None:
    make_case(title="Gold mine", context="Gold.")
    make_lesson(title="Gold mine")
    make_perspective(title="Gold mine")
    for name, text in HOSTILE.items():
        answer = client.get(address, {"q": text})
        too_long = len(urlencode({"q": text})) > 8_000
        assert answer.status_code == (414 if too_long else 200), name


@pytest.mark.parametrize("address", PAGES)
def test_no_odd_bytes_are_an_error(client: Client, address: str) -> None:
    make_case(title="Gold mine")
    for query in ODD_QUERIES:
        assert client.get(f"{address}?{query}").status_code == 200, query


@pytest.mark.parametrize("text", ["the of and", "!?", "-gold", "🏆"])
def test_a_text_without_a_word_gets_a_plain_message(client: Client, text: str) -> None:
    make_case(title="Gold mine")
    assert "holds no word to search for" in client.get("/search/", {"q": text}).content.decode()
    answer = client.get("/cases.json", {"q": text}).json()
    assert answer["total"] == 1
    assert [item["parameter"] for item in answer["ignored"]] == ["q"]
    assert "no word to search for" in client.get("/cases/", {"q": text}).content.decode()


def test_a_text_that_is_cut_is_told(client: Client) -> None:
    make_case(title="Gold mine")
    for address in ("/cases/", "/search/"):
        page = client.get(address, {"q": "gold " * 100}).content.decode()
        assert "only the first 200 characters are used" in page
        assert "<mark>Gold</mark>" in page


def test_the_search_page_groups_what_it_finds_by_kind(client: Client) -> None:
    for number in range(6):
        make_case(title=f"Cyanide {number}")
    make_lesson(title="A cyanide lesson")
    make_perspective(title="A cyanide view")
    make_term("Cyanidation", "Cyanide leaching")
    make_term("Something else")
    page = client.get("/search/", {"q": "cyanide"}).content.decode()
    groups = re.findall(r'<h2 id="found-(\w+)">.*?\((\d+)\)', page)
    assert groups == [("cases", "6"), ("lessons", "1"), ("perspectives", "1"), ("glossary", "1")]
    assert "<strong>9</strong> results" in page
    assert page.count("<mark>Cyanide</mark>") == 5
    assert '<a href="/cases/?q=cyanide">' in page
    assert '<a href="/lessons/?q=cyanide">' not in page  # all of them are shown
    assert page.count('<article class="card') == 5 + 1 + 1 + 1
    assert client.get("/cases.json", {"q": "cyanide"}).json()["total"] == 6


def test_the_search_page_leaves_out_kinds_in_which_it_finds_nothing(client: Client) -> None:
    make_case()
    make_lesson(title="A cyanide lesson")
    page = client.get("/search/", {"q": "cyanide"}).content.decode()
    assert re.findall(r'id="found-(\w+)"', page) == ["lessons"]


def test_the_search_page_helps_where_nothing_is_found_and_waits_without_a_text(
    client: Client,
) -> None:
    make_case(title="Cyanide")
    nothing = client.get("/search/", {"q": "xylophone"}).content.decode()
    assert "<strong>0</strong> results" in nothing
    assert "Nothing in the library holds all of these words." in nothing
    empty = client.get("/search/").content.decode()
    assert "result" not in empty.partition("<main")[2].partition("</main>")[0]


def test_a_search_box_stands_on_every_page(client: Client) -> None:
    make_case("a-case")
    for address in ("/", "/about/", "/cases/", "/cases/a-case/", "/lessons/", "/glossary/"):
        page = client.get(address).content.decode()
        assert re.search(r'<form[^>]*role="search"[^>]*>.*?name="q"', page, re.DOTALL), address
