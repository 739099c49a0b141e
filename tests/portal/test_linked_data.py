"""What pages tell machines: JSON-LD, Open Graph and citations are true, whole and harmless."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from lessons.models import GlossaryTerm
from portal.linked_data import as_script, shortened, without_empty
from tests.builders import make_case, make_lesson, make_perspective, make_source
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028 \"quoted\" 'it' {{ x }} \\"


class Machine(HTMLParser):
    """Reads a page as a crawler does: meta elements, links and data blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.alternates: list[dict[str, str]] = []
        self.scripts: list[str] = []
        self._inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note meta elements and links."""
        values = {name: value or "" for name, value in attrs}
        if tag == "meta":
            name = values.get("property") or values.get("name")
            if name:
                assert name not in self.meta, f"{name} stands twice"
                self.meta[name] = values["content"]
        if tag == "link" and values.get("rel") == "alternate":
            self.alternates.append(values)
        self._inside = values.get("type") == "application/ld+json"
        if self._inside:
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        """Gather the text of data blocks."""
        if self._inside:
            self.scripts[-1] += data

    def handle_endtag(self, tag: str) -> None:
        """Leave a data block."""
        self._inside = False

    @property
    def node(self) -> dict[str, Any]:
        """The one node of the page."""
        [text] = self.scripts
        node: dict[str, Any] = json.loads(text)
        return node


def read(client: Client, address: str) -> Machine:
    """Read a page as a machine does."""
    answer = client.get(address)
    assert answer.status_code == 200
    return Machine(answer.content.decode())


def test_a_case_says_what_its_record_says(client: Client) -> None:
    case = make_case(
        "a-case",
        title="A case",
        summary="What happened.",
        countries=("GH", "CO"),
        themes=("gender", "exploration"),
        year_from=2008,
        latitude="5.47",
        longitude="-75.60",
        outcome_status="partly-held",
        outcome_as_of=2021,
    )
    make_source(case, 1, title="Second", url="https://example.org/2", year=2020)
    page = read(client, "/cases/a-case/")
    node, here = page.node, "http://testserver/cases/a-case/"
    assert (node["@context"], node["@type"]) == ("https://schema.org", "Report")
    assert (node["headline"], node["description"]) == ("A case", "What happened.")
    assert (node["url"], node["inLanguage"]) == (here, "en")
    assert node["dateModified"] == case.updated_at.isoformat(timespec="seconds")
    assert node["datePublished"] == case.published_at.isoformat(timespec="seconds")
    names = {(part["@type"], part["name"]) for part in node["about"]}
    assert names == {
        ("DefinedTerm", "Gender"),
        ("DefinedTerm", "Exploration"),
        ("Place", "Mine"),
    }
    place = node["spatialCoverage"]
    assert {country["identifier"] for country in place["containedInPlace"]} == {"GH", "CO"}
    assert (place["geo"]["latitude"], place["geo"]["longitude"]) == (5.47, -75.6)
    assert node["temporalCoverage"] == "2008/.."
    assert [source["url"] for source in node["citation"]] == node["isBasedOn"]
    assert node["citation"][1] == {
        "@type": "CreativeWork",
        "name": "Second",
        "url": "https://example.org/2",
        "publisher": {"@type": "Organization", "name": "A publisher"},
        "datePublished": "2020",
    }
    assert node["isPartOf"]["@type"] == "DataCatalog"
    assert node["publisher"]["name"] == "Common Ground"
    assert page.meta["og:title"] == page.meta["citation_title"] == "A case"
    assert page.meta["og:url"] == page.meta["citation_public_url"] == here
    assert page.meta["og:type"] == "article"
    assert page.meta["og:image"] == here + "card.png" == node["image"]["url"]
    assert (page.meta["og:image:width"], page.meta["og:image:height"]) == ("1200", "630")
    assert page.meta["og:image:alt"].endswith("A case. Outcome: partly held (2021).")
    assert page.meta["citation_author"] == "Common Ground"
    assert page.meta["citation_publication_date"] == f"{case.published_at:%Y/%m/%d}"
    assert page.meta["citation_language"] == "en"


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (2008, None, "2008/.."),
        (None, 2010, "../2010"),
        (2008, 2010, "2008/2010"),
        (2010, 2010, "2010"),
        (None, None, None),
    ],
)
def test_years_are_an_interval(
    client: Client, start: int | None, end: int | None, said: str | None
) -> None:
    make_case("a-case", year_from=start, year_to=end)
    assert read(client, "/cases/a-case/").node.get("temporalCoverage") == said


def test_what_is_not_known_is_not_said(client: Client) -> None:
    make_case("a-case")
    assert "geo" not in read(client, "/cases/a-case/").node["spatialCoverage"]
    assert without_empty({"a": "", "b": [], "c": {"d": None}, "e": [{"f": ""}], "g": 0}) == {
        "e": [{}],
        "g": 0,
    }


def test_hostile_texts_end_no_script_and_arrive_unchanged(client: Client) -> None:
    make_case("a-case", title=HOSTILE, summary=HOSTILE, mine=HOSTILE)
    make_lesson("a-lesson", title=HOSTILE, summary=HOSTILE)
    make_perspective("a-perspective", organisation=HOSTILE, title=HOSTILE)
    for address in ("/cases/a-case/", "/lessons/a-lesson/", "/perspectives/a-perspective/"):
        page = read(client, address)
        assert page.node["headline"] == HOSTILE
        assert page.meta["og:title"] == HOSTILE
        assert "<script>alert" not in client.get(address).content.decode()
    text = as_script({"@type": "Thing", "name": HOSTILE})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text)["name"] == HOSTILE


def test_a_list_names_its_records_in_the_order_of_the_page(client: Client) -> None:
    for number in range(23):
        make_case(f"case-{number:02}", title=f"Case {number:02}", themes=("gender",))
    make_case("another", themes=("exploration",))
    address = "/cases/?theme=gender&sort=title&page=2"
    node = read(client, address).node
    assert node["@type"] == "CollectionPage"
    assert node["url"] == "http://testserver/cases/?theme=gender&page=2"
    assert node["mainEntity"]["numberOfItems"] == 23
    assert [
        (entry["position"], entry["url"]) for entry in node["mainEntity"]["itemListElement"]
    ] == [(n + 1, f"http://testserver/cases/case-{n:02}/") for n in (20, 21, 22)]


def test_the_library_is_a_catalogue_whose_data_set_can_be_fetched(client: Client) -> None:
    make_case()
    node = read(client, "/").node
    assert node["@type"] == "DataCatalog"
    [dataset] = node["dataset"]
    assert "1 case studies from 1 countries" in dataset["description"]
    for download in dataset["distribution"]:
        answer = client.get(download["contentUrl"])
        assert answer.headers["Content-Type"].startswith(download["encodingFormat"])
        assert "attachment" in answer.headers["Content-Disposition"]
    assert len(dataset["distribution"]) == 3


@pytest.mark.parametrize(
    ("address", "kind", "subject"),
    [
        ("/lessons/a-lesson/", "Article", "DefinedTerm"),
        ("/perspectives/a-perspective/", "Article", "Organization"),
        ("/countries/GH/", "CollectionPage", "Country"),
        ("/companies/acme-gold/", "CollectionPage", "Organization"),
        ("/themes/gender/", "CollectionPage", "DefinedTerm"),
        ("/sdg17/finance/", "CollectionPage", "DefinedTerm"),
        ("/themes/", "CollectionPage", None),
        ("/glossary/", "DefinedTermSet", None),
        ("/about/", "AboutPage", "DataCatalog"),
    ],
)
def test_each_kind_of_page_says_what_it_is(
    client: Client, address: str, kind: str, subject: str | None
) -> None:
    make_case()
    make_lesson("a-lesson")
    make_perspective("a-perspective")
    GlossaryTerm.objects.create(slug="asgm", term="ASGM", definition="Small.")
    page = read(client, address)
    assert page.node["@type"] == kind
    assert page.node["url"] == f"http://testserver{address}"
    about = page.node.get("about")
    first = about[0] if isinstance(about, list) else about
    assert (first or {}).get("@type") == subject
    assert page.meta["og:description"]
    assert page.meta["og:image"].endswith("card.png")
    assert ("citation_title" in page.meta) == (kind == "Article")


def test_a_perspective_is_the_librarys_text_about_an_organisation(client: Client) -> None:
    make_perspective("view", organisation="A ministry", body="It *holds* that R&D matters.")
    page = read(client, "/perspectives/view/")
    assert page.node["author"]["name"] == "Common Ground"
    assert page.node["about"][0]["name"] == "A ministry"
    assert page.node["description"] == "It holds that R&D matters."
    assert page.meta["description"] == "It holds that R&D matters."


def test_a_description_is_cut_between_words() -> None:
    cut = shortened("word, " * 100)
    assert len(cut) <= 300
    assert cut.endswith("word…")
    assert shortened("short") == "short"


def test_a_list_costs_no_query_more_once_its_records_are_known(client: Client) -> None:
    make_case()
    client.get("/cases/?sort=title")  # reads the one record
    with queries_within(2, "/cases/ in another order"):
        client.get("/cases/?sort=country")
