"""What can be followed. Each app registers its kinds in its room `following.py`.

A subject is known by its kind and a slug: `case:obuasi`, `cases:country=GH`. The kind finds it,
and gives the news of any number of subjects at once, so that a digest does not ask one by one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.text import without_controls

LONGEST = 1_000  # characters of a slug: a selection of many filters is the longest


@dataclass(frozen=True)
class Item:
    """Something new. `key` names the event on the whole site: it is told to nobody twice.

    `path` is where it is read; `summary` is a sentence or two in plain text.
    """

    key: str
    title: str
    path: str
    moment: datetime
    summary: str = ""


@dataclass(frozen=True)
class Subject:
    """Something that can be followed now: it is public, and its slug is in its one spelling."""

    kind: str
    slug: str
    title: str
    path: str

    @property
    def what(self) -> str:
        """How addresses name it."""
        return f"{self.kind}:{self.slug}"


Find = Callable[[str], Subject | None]
# From slugs and a moment to what is new since, by slug; slugs without news may be left out. Gives
# what is public now, and nothing else.
News = Callable[[Collection[str], datetime], Mapping[str, list[Item]]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be followed: how one is found by its slug, and what is new of it."""

    name: str
    find: Find
    news: News


_kinds: dict[str, Kind] = {}
_more_news: dict[str, list[News]] = {}


def register(kind: Kind) -> None:
    """Let something be followed."""
    _kinds[kind.name] = kind


def add_news(kind: str, news: News) -> None:
    """Add news to a kind that another app has registered: what is new *about* its subjects."""
    _more_news.setdefault(kind, []).append(news)


def find(what: str) -> Subject | None:
    """Give what an address names, if there is such a thing and the public may see it."""
    name, _colon, slug = without_controls(what).partition(":")
    kind = _kinds.get(name)
    if kind is None or len(slug) > LONGEST:
        return None
    return kind.find(slug)


def everything() -> list[Subject]:
    """Give what stands for whole parts of the site: kinds that know a subject without a slug."""
    found = (kind.find("") for kind in _kinds.values())
    return [subject for subject in found if subject is not None]


def news_of(kind: str, slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
    """Give what is new of subjects of one kind, by slug."""
    own = [_kinds[kind].news] if kind in _kinds else []
    news: dict[str, list[Item]] = {}
    for maker in own + _more_news.get(kind, []):
        for slug, items in maker(slugs, since).items():
            news.setdefault(slug, []).extend(items)
    return news
