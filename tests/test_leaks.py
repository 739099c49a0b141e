"""Nothing that is not published shows anywhere outside the admin: no text, no link, no count."""

import json
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from casestudies.models import CaseStudy
from portal.models import SearchWord
from tests.builders import (
    make_case,
    make_dialogue,
    make_evidence,
    make_lesson,
    make_perspective,
    make_response,
    make_source,
)
from tests.exporting import FORMATS, text_of, titles_of

pytestmark = pytest.mark.django_db

HIDDEN_STATES = ["draft", "in-review", "archived"]
CANARY = "canary"


@pytest.fixture
def corpus() -> None:
    """A published record of each kind, tied to hidden ones in every way that pages follow."""
    case = make_case("open-case", parties=("ngo",))
    lesson = make_lesson("open-lesson")
    make_evidence(lesson, case)
    perspective = make_perspective("open-perspective")
    perspective.cases.add(case)
    perspective.lessons.add(lesson)
    dialogue = make_dialogue("open-dialogue", closes_in=-1, themes=())
    dialogue.lessons.add(lesson)
    make_response(dialogue, text="Shown words")
    for hidden in ("waiting", "declined"):
        make_response(dialogue, text=f"{CANARY} {hidden}", name=CANARY, text_state=hidden)
    for standing in ("held", "shut-out", "withdrawn"):
        make_response(dialogue, text=f"{CANARY} {standing}", name=CANARY, standing=standing)
    for state in HIDDEN_STATES:
        title = f"{CANARY} {state}"
        slug = f"{CANARY}-{state}"
        hidden_case = make_case(
            slug,
            title=title,
            summary=title,
            context=title,
            state=state,
            year_from=2026,
            countries=("GH", "ML"),
            companies=(("acme-gold", "operator"), (f"{CANARY}-company", "partner")),
            parties=("ngo", "donor"),
            outcome_status="held",
        )
        make_source(hidden_case, 1, title=title)
        hidden_lesson = make_lesson(slug, title=title, summary=title, state=state)
        hidden_view = make_perspective(
            slug, f"{CANARY} organisation {state}", country="ML", title=title, state=state
        )
        hidden_dialogue = make_dialogue(
            slug, title=title, question=title, statements=(title,), state=state
        )
        make_response(hidden_dialogue, text=title)
        hidden_dialogue.lessons.add(lesson)
        dialogue.lessons.add(hidden_lesson)
        # Every pair of hidden and shown: either end must be enough to hide the link.
        make_evidence(lesson, hidden_case, "challenges")
        make_evidence(hidden_lesson, case, "challenges")
        hidden_view.cases.add(case)
        hidden_view.lessons.add(lesson)
        perspective.cases.add(hidden_case)
        perspective.lessons.add(hidden_lesson)


def public_pages(client: Client) -> Iterator[tuple[str, str]]:
    """Walk the site as a crawler would, from home page and sitemap; give address and text."""
    sitemap = client.get("/sitemap.xml").content.decode()
    starts = ["/", "/sitemap.xml", "/cases.json", "/robots.txt", "/healthz"]
    starts += [f"/cases/export.{extension}" for extension in FORMATS]
    starts += ["/feed.atom", "/cases/feed.atom", f"/cases/feed.atom?q={CANARY}"]
    starts += re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", sitemap)
    waiting, seen = starts, set(starts)
    while waiting:
        address = waiting.pop()
        text = text_of(client.get(address))
        yield address, text.replace(f"?q={CANARY}", "").replace(f"Text: {CANARY}", "")
        for link in re.findall(r'href="(/[^"#]*)', text):
            # Inside the facet space one choice is enough: combinations are endless.
            if link not in seen and not link.startswith("/static/") and "&amp;" not in link:
                seen.add(link)
                waiting.append(link)


@pytest.mark.usefixtures("corpus")
def test_no_page_names_a_hidden_record(client: Client) -> None:
    pages = dict(public_pages(client))
    assert {"/cases/open-case/", "/lessons/open-lesson/", "/countries/GH/"} <= pages.keys()
    assert {"/dialogues/open-dialogue/", "/dialogues/open-dialogue.json"} <= pages.keys()
    assert len(pages) > 40
    for address, text in pages.items():
        assert CANARY not in text.lower(), address


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("state", HIDDEN_STATES)
@pytest.mark.parametrize("kind", ["cases", "lessons", "perspectives", "dialogues"])
def test_the_page_of_a_hidden_record_is_not_found(client: Client, kind: str, state: str) -> None:
    assert client.get(f"/{kind}/{CANARY}-{state}/").status_code == 404


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("state", HIDDEN_STATES)
@pytest.mark.parametrize("kind", ["cases", "lessons"])
def test_a_hidden_record_has_no_image(client: Client, kind: str, state: str) -> None:
    assert client.get(f"/{kind}/{CANARY}-{state}/card.png").status_code == 404


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("extension", FORMATS)
def test_files_hold_published_records_only(client: Client, extension: str) -> None:
    for query in ("", "?country=GH", "?party=ngo&sort=title"):
        answer = client.get(f"/cases/export.{extension}{query}")
        assert titles_of(answer, extension) == [CaseStudy.objects.published().get().title]
        assert CANARY not in text_of(client.get(f"/cases/export.{extension}{query}")).lower()
    for query in ("?country=ML", "?outcome=held", "?party=donor"):
        answer = client.get(f"/cases/export.{extension}{query}")
        assert CANARY not in text_of(answer).lower(), query
    for state in HIDDEN_STATES:
        assert client.get(f"/cases/{CANARY}-{state}.{extension}").status_code == 404


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("extension", FORMATS)
def test_no_text_finds_a_hidden_record_for_a_file(client: Client, extension: str) -> None:
    for text in (CANARY, "draft", "mali"):
        found = text_of(client.get(f"/cases/export.{extension}", {"q": text}))
        assert "open-case" not in found
        assert f"{CANARY}-" not in found.lower(), text
        assert f"{CANARY} draft" not in found.lower(), text


@pytest.mark.usefixtures("corpus")
def test_feeds_hold_published_records_only(client: Client) -> None:
    for address, entries in {
        "/feed.atom": 4,
        "/cases/feed.atom": 1,
        "/cases/feed.atom?theme=gender": 1,
        f"/cases/feed.atom?q={CANARY}": 0,
    }.items():
        assert client.get(address).content.decode().count("<entry>") == entries, address


@pytest.mark.usefixtures("corpus")
def test_linked_data_counts_published_records_only(client: Client) -> None:
    home, cases = (client.get(address).content.decode() for address in ("/", "/cases/"))
    assert "1 case studies from 1 countries" in home
    assert '"numberOfItems":1' in cases


@pytest.mark.usefixtures("corpus")
def test_no_count_includes_a_hidden_record(client: Client) -> None:
    answer = client.get("/cases.json").json()
    assert answer["total"] == 1
    counts = {
        (name, option["value"]): option["count"]
        for name, options in answer["facets"].items()
        for option in options
        if option["count"]
    }
    assert set(counts.values()) == {1}
    assert ("outcome", "held") not in counts
    assert ("party", "donor") not in counts
    # Mali and the canary company occur in hidden records only: not even as zeros.
    assert [option["value"] for option in answer["facets"]["country"]] == ["GH"]
    assert [option["value"] for option in answer["facets"]["company"]] == ["acme-gold"]


@pytest.mark.usefixtures("corpus")
def test_figures_and_weights_count_published_records_only(client: Client) -> None:
    home = client.get("/").content.decode()
    figures = re.findall(r"<strong>(\d+)</strong>", home)
    assert figures == ["1", "1", "1"]
    lesson = client.get("/lessons/open-lesson/").content.decode()
    assert "Supported by 1 case." in lesson
    assert "challenged" not in lesson.lower()
    about = client.get("/about/").content.decode()
    assert "list 1 public sources" in about


# Words that hidden records alone hold, in title, text, source, company or organisation; whole, half
# typed, misspelt and in quotes.
HIDDEN_TEXTS = [
    CANARY,
    f'"{CANARY} draft"',
    CANARY[:4],
    "canari",
    "cannary",
    f"{CANARY} company",
    f"{CANARY}-company",
    f"{CANARY} organisation",
    "archived",
    "draft",
    "mali",
]


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("text", HIDDEN_TEXTS)
def test_no_text_finds_a_hidden_record_or_offers_its_words(client: Client, text: str) -> None:
    for address in ("/cases/", "/lessons/", "/perspectives/", "/search/"):
        page = client.get(address, {"q": text}).content.decode()
        assert ("<strong>0</strong> results" if address == "/search/" else "0 results") in page
        assert "Did you mean" not in page, address
        assert f"{CANARY}-" not in page.lower().replace(text, ""), address
    answer = client.get("/cases.json", {"q": text}).json()
    assert (answer["total"], answer["results"]) == (0, [])
    assert not any(option["count"] for options in answer["facets"].values() for option in options)


@pytest.mark.usefixtures("corpus")
def test_the_search_page_has_no_group_and_no_count_of_hidden_records(client: Client) -> None:
    make_case("other-open-case", title="Open")
    page = client.get("/search/", {"q": "gender"}).content.decode()
    groups = re.findall(r'id="found-(\w+)">.*?\((\d+)\)', page)
    assert groups == [("cases", "2"), ("lessons", "1"), ("perspectives", "1")]
    assert CANARY not in page.lower()


@pytest.mark.usefixtures("corpus")
def test_no_word_of_a_hidden_record_is_known_to_the_search(client: Client) -> None:
    assert not SearchWord.objects.filter(word__startswith=CANARY[:4]).exists()
    assert not SearchWord.objects.filter(word__in=["mali", "archived", "draft"]).exists()
    # A published record with the same word is found alone.
    make_case("bird", title=f"A {CANARY}")
    for text in (CANARY, CANARY[:4]):
        answer = client.get("/cases.json", {"q": text}).json()
        assert [result["slug"] for result in answer["results"]] == ["bird"]
    page = client.get("/search/", {"q": "cannary"}).content.decode()
    assert f">{CANARY}</a>?" in page


@pytest.mark.usefixtures("corpus")
@pytest.mark.parametrize("state", HIDDEN_STATES)
def test_a_record_that_is_withdrawn_is_found_by_no_text(client: Client, state: str) -> None:
    case = CaseStudy.objects.get(slug="open-case")
    case.title = "Withdrawn sparrow"
    case.save()
    assert client.get("/cases.json", {"q": "sparrow"}).json()["total"] == 1
    case.state = state
    case.save()
    for text in ("sparrow", "spar", "sparow"):
        page = client.get("/search/", {"q": text}).content.decode()
        assert "<strong>0</strong> results" in page
        assert "Did you mean" not in page


def test_two_values_of_a_facet_do_not_reach_hidden_records(client: Client) -> None:
    make_case(state="draft", countries=("CO",), mine_stage="closure")
    make_case(countries=("GH",), mine_stage="operation")
    answer = client.get("/cases.json?stage=closure&stage=operation&country=GH&country=CO").json()
    assert answer["total"] == 1
    assert CANARY not in json.dumps(answer)
