"""Atom feeds: what is new or changed, for the whole site and for a selection.

Each app says in its feeds.py which of its records the feed of the site holds. A record's id is a
tag URI of its address, which stays the same whichever scheme it is read by.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.browse import BrowsePage
from portal.linked_data import SITE, site_card_words
from portal.models import Publishable
from portal.text import without_controls

MOST_ENTRIES = 100
TAG_YEAR = 2026  # a tag URI names a day on which its maker held the host name: when this began


@dataclass(frozen=True)
class Entry:
    """A record in a feed. `category` says what kind of record it is."""

    title: str
    path: str
    summary: str
    published: datetime
    updated: datetime
    category: str

    @classmethod
    def of(cls, record: Publishable, summary: str, category: str) -> "Entry":
        """Give the entry of a published record."""
        return cls(
            title=str(record),
            path=record.get_absolute_url(),  # type: ignore[attr-defined]
            summary=summary,
            published=record.published_at or record.created_at,
            updated=record.updated_at,
            category=category,
        )


EntriesMaker = Callable[[int], Iterable[Entry]]
_makers: list[EntriesMaker] = []


def register(maker: EntriesMaker) -> None:
    """Add records to the feed of the site. `maker` gives at most so many, last changed first."""
    _makers.append(maker)


def newest_entries() -> list[Entry]:
    """Give what changed last on the whole site."""
    entries = [entry for maker in _makers for entry in maker(MOST_ENTRIES)]
    entries.sort(key=lambda entry: (entry.updated, entry.path), reverse=True)
    return entries[:MOST_ENTRIES]


def site_feed(request: HttpRequest) -> HttpResponse:
    """Give the feed of the site."""
    return as_atom(
        request,
        title=SITE,
        subtitle=site_card_words() + ".",
        page=reverse("home"),
        feed=reverse("feed"),
        entries=newest_entries(),
    )


def as_atom(
    request: HttpRequest,
    *,
    title: str,
    subtitle: str,
    page: str,
    feed: str,
    entries: Iterable[Entry],
) -> HttpResponse:
    """Give entries as an Atom feed. `page` and `feed` are the paths that it stands for and at."""
    absolute, host = request.build_absolute_uri, request.get_host().partition(":")[0]
    document = Atom1Feed(
        title=without_controls(title),
        link=absolute(page),
        description="",
        subtitle=without_controls(subtitle),
        language=get_language(),
        author_name=SITE,
        author_link=absolute(reverse("home")),
        feed_url=absolute(feed),
        feed_guid=tag_uri(host, feed),
    )
    for entry in entries:
        document.add_item(
            title=without_controls(entry.title),
            link=absolute(entry.path),
            description=without_controls(entry.summary),
            unique_id=tag_uri(host, entry.path),
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=(entry.category,),
        )
    text = document.writeString("utf-8")
    return HttpResponse(text, content_type=Atom1Feed.content_type)


def tag_uri(host: str, path: str) -> str:
    """Give a tag URI (RFC 4151) of an address."""
    return f"tag:{host},{TAG_YEAR}:{path}"


def in_words(page: BrowsePage) -> str:
    """Give what is selected in words: “Country: Ghana or Mali; Theme: Gender”; empty for all."""
    by_facet: dict[str, list[str]] = {}
    for chip in page.chips:
        by_facet.setdefault(chip.facet, []).append(chip.label)
    parts = (f"{facet}: {_(' or ').join(labels)}" for facet, labels in by_facet.items())
    return "; ".join(parts)
