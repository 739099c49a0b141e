"""Atom feeds: valid, whole, stable, and of the same records as the page."""

from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from casestudies.models import CaseStudy
from portal.changes import change
from portal.corpus import raise_version
from portal.feeds import MOST_ENTRIES
from tests.builders import make_case, make_lesson, make_perspective
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed_of(client: Client, address: str) -> ElementTree.Element:
    """Read a feed."""
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)
    assert root.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated"):
        assert root.findtext(ATOM + name)
    return root


def links(feed: ElementTree.Element) -> list[str]:
    """Give the addresses of the entries, in order."""
    return [link.attrib["href"] for link in feed.findall(f"{ATOM}entry/{ATOM}link")]


def slugs(feed: ElementTree.Element) -> set[str]:
    """Give the slugs of the entries."""
    return {address.rstrip("/").rpartition("/")[2] for address in links(feed)}


def link(feed: ElementTree.Element, rel: str) -> Any:
    """Give the address of a link of the feed itself."""
    return {link.attrib["rel"]: link.attrib["href"] for link in feed.findall(f"{ATOM}link")}[rel]


def at(case: CaseStudy, days: int) -> None:
    """Say that a case was last changed so many days ago."""
    with change():
        CaseStudy.objects.filter(pk=case.pk).update(
            updated_at=timezone.now() - timedelta(days=days)
        )
    raise_version()


def test_the_feed_of_the_site_holds_all_kinds_last_changed_first(client: Client) -> None:
    old = make_case("old")
    make_lesson("a-lesson")
    make_perspective("a-view", body="It **holds**.")
    at(old, days=3)
    feed = feed_of(client, "/feed.atom")
    assert links(feed) == [
        "http://testserver/perspectives/a-view/",
        "http://testserver/lessons/a-lesson/",
        "http://testserver/cases/old/",
    ]
    assert (link(feed, "self"), link(feed, "alternate")) == (
        "http://testserver/feed.atom",
        "http://testserver/",
    )
    assert feed.findtext(f"{ATOM}entry/{ATOM}summary") == "It holds."


@pytest.mark.parametrize(
    "selection",
    ["", "?country=GH", "?country=GH&country=ML&theme=gender", "?q=river", "?q=river&country=ML"],
)
def test_a_selection_is_the_same_set_as_its_page(client: Client, selection: str) -> None:
    for number in range(30):
        make_case(
            f"case-{number}",
            title=f"Case {number}" + (" by the river" if number % 5 == 0 else ""),
            countries=("GH",) if number % 2 else ("ML", "CO"),
            themes=("gender",) if number % 3 else ("exploration",),
        )
    wanted: set[str] = set()
    for page in (1, 2):
        sign = "&" if selection else "?"
        answer = client.get(f"/cases.json{selection}{sign}page={page}").json()
        wanted |= {case["slug"] for case in answer["results"]}
    assert wanted
    assert slugs(feed_of(client, f"/cases/feed.atom{selection}")) == wanted


def test_a_selection_is_said_in_words_and_has_one_address(client: Client) -> None:
    make_case(countries=("GH", "ML"))
    feed = feed_of(client, "/cases/feed.atom?theme=gender&country=ML&country=GH&sort=title&q=case")
    title = feed.findtext(f"{ATOM}title")
    assert title == (
        "Common Ground: Case studies – Text: case; Country: Ghana or Mali; Theme: Gender"
    )
    query = "?q=case&country=GH&country=ML&theme=gender"
    assert link(feed, "self") == f"http://testserver/cases/feed.atom{query}"
    assert link(feed, "alternate") == f"http://testserver/cases/{query}"
    html = client.get(f"/cases/{query}").content.decode()
    assert f'href="/cases/feed.atom{query.replace("&", "&amp;")}"' in html


def test_ids_and_moments_are_stable(client: Client) -> None:
    case = make_case("a-case", title="Before")
    [before] = feed_of(client, "/cases/feed.atom").findall(f"{ATOM}entry")
    [secure] = ElementTree.fromstring(client.get("/cases/feed.atom", secure=True).content).findall(
        f"{ATOM}entry"
    )
    assert before.findtext(f"{ATOM}id") == secure.findtext(f"{ATOM}id")
    assert before.findtext(f"{ATOM}id") == "tag:testserver,2026:/cases/a-case/"
    at(case, days=-1)  # changed after it was published
    case = CaseStudy.objects.get(pk=case.pk)
    [after] = feed_of(client, "/cases/feed.atom").findall(f"{ATOM}entry")
    assert after.findtext(f"{ATOM}id") == before.findtext(f"{ATOM}id")
    assert after.findtext(f"{ATOM}published") == before.findtext(f"{ATOM}published")
    assert after.findtext(f"{ATOM}updated", "")[:19] == case.updated_at.isoformat()[:19]
    assert feed_of(client, "/cases/feed.atom").findtext(f"{ATOM}updated") == after.findtext(
        f"{ATOM}updated"
    )


def test_hostile_texts_break_no_feed(client: Client) -> None:
    title = "]]></title><x> & \x07 \u2028 😀 مناجم"
    make_case("a-case", title=title, summary=title)
    for address in ("/feed.atom", "/cases/feed.atom", "/cases/feed.atom?q=%00%07%3C"):
        feed = feed_of(client, address)
        if "q=" not in address:
            assert feed.findtext(f"{ATOM}entry/{ATOM}title") == title.replace("\x07", " ")


def test_a_feed_is_bounded_in_length_and_in_queries(client: Client) -> None:
    with change():
        for _ in range(MOST_ENTRIES + 5):
            make_case()
    client.get("/cases/feed.atom?theme=gender")
    client.get("/dialogues/")  # the dialogues are read once for each version
    with queries_within(4, "the feed of a selection"):
        assert len(links(feed_of(client, "/cases/feed.atom?country=GH"))) == MOST_ENTRIES
    with queries_within(4, "the feed of the site"):
        assert len(links(feed_of(client, "/feed.atom"))) == MOST_ENTRIES


def test_an_empty_feed_is_still_a_feed(client: Client) -> None:
    assert links(feed_of(client, "/feed.atom")) == []
    assert links(feed_of(client, "/cases/feed.atom?q=nothing")) == []


def test_a_feed_reader_that_has_it_gets_304_until_something_changes(client: Client) -> None:
    case = make_case()
    tag = client.get("/cases/feed.atom?country=GH")["ETag"]
    again = {"headers": {"if-none-match": tag}}
    assert client.get("/cases/feed.atom?country=GH", **again).status_code == 304
    case.save()
    assert client.get("/cases/feed.atom?country=GH", **again).status_code == 200
