"""What pages weigh on the line. Whoever reads on an old phone and a slow network pays for it.

Every type of page is weighed as the server sends it, compressed, with the shipped library in it.
"""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from contributions.vocabulary import StakeholderKind
from lessons.models import GlossaryTerm
from tests.builders import make_dialogue, make_response

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library")]

PAGE = 15_000
FIRST_VISIT = 60_000
STYLES = 15_000
SCRIPTS = 25_000

PAGES = [
    "/",
    "/cases/",
    "/cases/?page=2",
    "/cases/?sort=title&page=3",
    "/cases/?country=GH&theme=security-and-human-rights",
    "/cases/?q=mercury",
    "/cases/?q=mine&outcome=held&outcome=partly-held&sort=title",
    "/cases/?country=GH&theme=gender&stage=closure",
    "/cases/?view=map",
    "/cases/?view=matrix",
    "/cases/?view=countries",
    "/cases/?view=timeline",
    "/cases/obuasi-lease-relinquishment-and-miner-relocation/",
    "/lessons/",
    "/lessons/open-market-access/",
    "/perspectives/",
    "/perspectives/world-gold-council/",
    "/dialogues/",
    "/countries/",
    "/countries/GH/",
    "/companies/",
    "/companies/barrick-gold/",
    "/themes/",
    "/themes/gender/",
    "/sdg17/",
    "/sdg17/finance/",
    "/baseline/",
    "/baseline/sources/",
    "/glossary/",
    "/glossary/sources/",
    "/search/?q=mercury",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/no/such-page/",
]


def weight(client: Client, address: str) -> int:
    """Give the size of a page as the server sends it to a browser."""
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip", address
    return len(response.content)


def fetched(page: str, ending: str) -> list[str]:
    """Give the static files of one kind that a page makes a browser fetch, at once or later."""
    names = r"<script src|data-swap-script|rel=\"stylesheet\" href"
    return re.findall(rf'(?:{names})="/static/([^"]+\.{ending})"', page)


def packed(names: list[str]) -> int:
    """Give the size of static files as they are sent: each compressed by itself."""
    assert names
    sizes = []
    for name in names:
        path = finders.find(name)
        assert path, name
        with open(path, "rb") as file:
            sizes.append(len(gzip.compress(file.read())))
    return sum(sizes)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_light(client: Client, address: str) -> None:
    assert weight(client, address) <= PAGE


def test_the_heaviest_cases_and_lessons_are_light(client: Client) -> None:
    sitemap = client.get("/sitemap.xml").content.decode()
    addresses = re.findall(r"<loc>https?://[^/]+(/(?:cases|lessons)/[^<]+)</loc>", sitemap)
    assert len(addresses) > 100
    heavy = {address: size for address in addresses if (size := weight(client, address)) > PAGE}
    assert not heavy


def test_a_dialogue_that_many_answered_is_light_open_and_reported(client: Client) -> None:
    words = [term.term for term in GlossaryTerm.objects.all()]
    for slug, closes_in in (("open", 1), ("ended", -1)):
        statements = tuple(f"{' '.join(words[n : n + 10])}." for n in range(10))
        dialogue = make_dialogue(slug, closes_in=closes_in, statements=statements)
        for number in range(20):
            text = " ".join(words[number : number + 40])
            root = make_response(dialogue, "company", {0: "agree"}, text=text, name=words[number])
            make_response(dialogue, "ngo", text=text[:200], reply_to=root)
        for kind in StakeholderKind:
            for _ in range(6):
                make_response(dialogue, kind, dict.fromkeys(range(10), "agree"))
        assert weight(client, dialogue.get_absolute_url()) <= PAGE
        if dialogue.is_open:
            assert weight(client, f"{dialogue.get_absolute_url()}respond/") <= PAGE


def test_a_first_visit_to_the_cases_is_light(client: Client) -> None:
    page = client.get("/cases/").content.decode()
    assert len(fetched(page, "js")) == 2
    styles, scripts = packed(fetched(page, "css")), packed(fetched(page, "js"))
    assert styles <= STYLES
    assert scripts <= SCRIPTS
    assert weight(client, "/cases/") + styles + scripts <= FIRST_VISIT
