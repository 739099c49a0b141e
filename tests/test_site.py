"""What holds for every page of the site."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.corpus import current_state
from tests.exporting import FORMATS, body_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

PAGES = [
    "/",
    "/cases/",
    "/cases/?country=GH&outcome=held&q=mine",
    "/cases/?country=GH&theme=gender&stage=closure",
    "/cases/obuasi-lease-relinquishment-and-miner-relocation/",
    "/lessons/",
    "/lessons/no-single-recipe/",
    "/perspectives/",
    "/perspectives/world-gold-council/",
    "/countries/",
    "/countries/GH/",
    "/companies/",
    "/companies/anglogold-ashanti/",
    "/themes/",
    "/themes/gender/",
    "/sdg17/",
    "/sdg17/finance/",
    "/baseline/",
    "/baseline/sources/",
    "/glossary/",
    "/glossary/sources/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/search/",
    "/search/?q=mercury",
    "/follow/asked/",
    "/contribute/",
    "/moderation/",
    "/cases/?view=matrix",
    "/cases/?view=countries&collection=core",
    "/cases/?view=timeline&country=GH",
    "/no-such-page/",
]
# Pages that take what visitors send: all that holds for pages but that nothing may be sent.
FORMS = ["/follow/", "/follow/?what=cases:country=GH"]


ERRORS = [
    "/cases/obuasi-lease-relinquishment-and-miner-relocation/",
    "/lessons/no-single-recipe/",
    "/perspectives/world-gold-council/",
]


class Outline(HTMLParser):
    """Collects what the tests ask about: headings, ids, links, labelled and other controls."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.fragments: list[str] = []
        self.labelled: set[str] = set()
        self.controls: list[str] = []
        self.addresses: list[str] = []
        self.inline_scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what matters of an element."""
        values = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "script" and "src" not in values:
            # Data for machines is no script, though it stands in the same element.
            self.inline_scripts += values.get("type") != "application/ld+json"
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "label":
            self.labelled.add(values["for"])
        if tag == "input" and values.get("type") != "hidden":
            self.controls.append(values["id"])
        if tag in ("a", "use") and values["href"].startswith("#"):
            self.fragments.append(values["href"][1:])
        self.addresses += [
            values[name]
            for name in ("src", "href")
            if name in values and tag != "a" and not values[name].startswith("#")
        ]


COSTLY = ("/cases/export.xlsx?", "/cases/export.pdf?")
NOTHING_TO_EXPORT = "/cases/export.bib?country=GH&theme=gender&stage=closure"


@pytest.mark.parametrize("address", [*PAGES, *FORMS, NOTHING_TO_EXPORT])
def test_structure(client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == (
        404 if "no-such" in address or address == NOTHING_TO_EXPORT else 200
    )
    page = Outline(answer.content.decode())
    assert page.headings.count(1) == 1
    assert page.headings[0] == 1
    jumps = [b - a for a, b in zip(page.headings, page.headings[1:], strict=False)]
    assert max(jumps, default=0) <= 1, f"a heading level is skipped: {page.headings}"
    assert len(set(page.ids)) == len(page.ids), "an id stands twice"
    assert set(page.fragments) <= set(page.ids), "a link leads to no place on the page"
    assert set(page.controls) <= page.labelled, "a control has no label"
    for landmark in ("header", "nav", "main", "footer"):
        assert landmark in page.tags
    assert "main" in page.fragments, "there is no skip link"
    assert not page.inline_scripts, "the policy allows no script within a page"
    assert "style" not in page.tags


@pytest.mark.parametrize("address", [*PAGES, *FORMS])
def test_nothing_is_fetched_from_elsewhere(client: Client, address: str) -> None:
    answer = client.get(address)
    for found in Outline(answer.content.decode()).addresses:
        assert found.startswith(("/", "http://testserver/")), found
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy


def test_every_link_on_the_site_leads_somewhere(client: Client) -> None:
    waiting, seen = ["/"], {"/"}
    documents = 0
    while waiting:
        address = waiting.pop()
        documents += address.endswith(".pdf")
        if address.endswith(".pdf") and documents > 5:
            continue  # the others are made in the same way
        answer = client.get(address)
        assert answer.status_code == 200, address
        if answer.get("Content-Disposition"):
            continue  # a file: what it holds is told in its own tests
        for link in re.findall(r'href="(/[^"#]*)', answer.content.decode()):
            # Inside the facet space one step is enough: combinations are endless.
            if link.startswith(("/static/", *COSTLY)) or "&amp;" in link:
                continue
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    assert len(seen) > 300


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_reading_pages_accept_no_writing(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code in {403, 404, 405}


@pytest.mark.parametrize(
    "address",
    [*PAGES, "/cases.json", "/feed.atom", "/sitemap.xml", "/offline/", "/verify/"]
    + ["/cases/export.pdf", "/baseline.pdf", "/lessons/no-single-recipe.pdf"]
    + [f"/cases/export.{extension}" for extension in FORMATS],
)
def test_reading_never_writes(client: Client, address: str, settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 0
    state = current_state()
    connection.queries_log.clear()  # it is bounded, and loading the library has filled it
    with CaptureQueriesContext(connection) as queries:
        assert body_of(client.get(address))
    assert queries.captured_queries
    written = [q["sql"] for q in queries if re.match("INSERT|UPDATE|DELETE", q["sql"])]
    assert not written
    assert current_state() == state


def test_combinations_are_kept_out_of_search_engines(client: Client) -> None:
    plain = client.get("/cases/?country=GH").content.decode()
    assert "noindex" not in plain
    assert '<link rel="canonical" href="http://testserver/cases/?country=GH">' in plain
    combined = client.get("/cases/?theme=gender&country=GH&sort=title").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in combined
    # One selection has one address, whatever the order in which it was asked for.
    assert 'href="http://testserver/cases/?country=GH&amp;theme=gender"' in combined


def test_sitemap_and_robots(client: Client) -> None:
    sitemap = client.get("/sitemap.xml").content.decode()
    for address in ("/cases/obuasi-lease-relinquishment-and-miner-relocation/", "/countries/GH/"):
        assert f"<loc>http://testserver{address}</loc>" in sitemap
    assert "/countries/AE/" not in sitemap
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("address", ERRORS)
def test_an_error_can_be_reported_with_the_page_named(
    client: Client, settings: Any, address: str
) -> None:
    settings.CONTACT_EMAIL = "curators@example.org"
    page = client.get(address, {"fresh": "1"}).content.decode()
    found = re.search(
        r'href="mailto:curators@example\.org\?subject=([^"&]+)&amp;body=([^"]+)"', page
    )
    assert found
    assert unquote(found[1]).startswith("Error in: ")
    assert f"Page: http://testserver{address}\n" in unquote(found[2])


@pytest.mark.parametrize("address", ERRORS)
def test_without_an_address_of_the_curators_corrections_are_explained(
    client: Client, settings: Any, address: str
) -> None:
    settings.CONTACT_EMAIL = ""
    page = client.get(address, {"fresh": "2"}).content.decode()
    assert "mailto:" not in page
    assert 'href="/about/#corrections">How to report an error</a>' in page


def test_the_menu_says_where_one_is(client: Client) -> None:
    page = client.get("/lessons/no-single-recipe/").content.decode()
    assert '<a href="/lessons/" aria-current="true">' in page
    assert '<a href="/cases/">' in page
    assert client.get("/").content.decode().count('aria-current="true"') == 0
