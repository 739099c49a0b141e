"""What pages tell machines: schema.org as JSON-LD, and Open Graph and citations from its facts.

Each app builds the nodes of its pages in its own linked_data.py; here stands what they share. A
node is a plain dictionary; `absolute` turns a path into a full address. Nothing is stated that the
page does not show.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.browse import BrowsePage
from portal.models import Publishable, SourceBase

Node = dict[str, Any]
Absolute = Callable[[str], str]

SITE = "Common Ground"
CARD_WIDTH, CARD_HEIGHT = 1200, 630
LONGEST_DESCRIPTION = 300
ARTICLES = {"Article", "Report"}

# What could end the script element, or begin another one, and how JSON writes it.
_ESCAPED = [(char, f"\\u{ord(char):04x}") for char in "<>&\u2028\u2029"]


def absolute_for(request: HttpRequest) -> Absolute:
    """Give what turns a path into a full address; a list asks it for every record."""
    origin = f"{request.scheme}://{request.get_host()}"
    return lambda path: f"{origin}{path}"


def as_script(node: Node) -> SafeString:
    """Give a node as the text of a <script type="application/ld+json">, safe whatever it says."""
    whole = {"@context": "https://schema.org", **without_empty(node)}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    for char, escaped in _ESCAPED:
        text = text.replace(char, escaped)
    return mark_safe(text)  # noqa: S308 - nothing left that HTML would read


def without_empty(value: Any) -> Any:
    """Give a node without what is not known, at any depth."""
    if isinstance(value, dict):
        kept = {name: without_empty(part) for name, part in value.items()}
        return {name: part for name, part in kept.items() if part not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [without_empty(part) for part in value]
    return value


@dataclass(frozen=True)
class Head:
    """What the head of a page says beside its title; made from the page's node.

    `feed` is the path of a feed of what the page lists; none for the site's own.
    """

    node: Node
    absolute: Absolute
    feed: str = ""

    @property
    def linked_data(self) -> SafeString:
        """The node as JSON-LD."""
        return as_script(self.node)

    @property
    def previews(self) -> SafeString:
        """What a shared link shows: Open Graph, as elements of the head."""
        image = self.image
        pairs = {
            "og:site_name": SITE,
            "og:type": "article" if self.is_article else "website",
            "og:title": self.title,
            "og:description": self.description,
            "og:url": self.url,
            "og:image": image["url"],
            "og:image:type": "image/png",
            "og:image:width": image["width"],
            "og:image:height": image["height"],
            "og:image:alt": image["caption"],
        }
        lines = [
            f'<meta property="{name}" content="{escape(text)}">' for name, text in pairs.items()
        ]
        return mark_safe("\n".join(lines))  # noqa: S308  # escaped above

    @property
    def title(self) -> str:
        """The title, without the name of the site."""
        return str(self.node.get("headline") or self.node["name"])

    @property
    def description(self) -> str:
        """The description, short enough for a preview."""
        return shortened(str(self.node.get("description", "")))

    @property
    def url(self) -> str:
        """The canonical address."""
        return str(self.node["url"])

    @property
    def is_article(self) -> bool:
        """Say whether the page is one text, which can be cited."""
        return self.node["@type"] in ARTICLES

    @property
    def published(self) -> str:
        """When an article was published, as ISO 8601."""
        return str(self.node.get("datePublished") or "")

    @property
    def modified(self) -> str:
        """When an article was last changed, as ISO 8601."""
        return str(self.node.get("dateModified") or "")

    @property
    def citation_date(self) -> str:
        """The day of publication in the spelling of citation_publication_date."""
        return self.published[:10].replace("-", "/")

    @property
    def image(self) -> Node:
        """The image for a preview: the page's own, else that of the site."""
        own: Node | None = self.node.get("image")
        return own or card(self.absolute(reverse("card")), site_card_words())


def card(url: str, caption: str) -> Node:
    """Give the image that goes with a shared link."""
    return {
        "@type": "ImageObject",
        "url": url,
        "width": CARD_WIDTH,
        "height": CARD_HEIGHT,
        "caption": caption,
    }


def site_card_words() -> str:
    """Give what stands on the image of the site."""
    return _("What was tried where large-scale and artisanal gold mining meet, and what came of it")


def shortened(text: str) -> str:
    """Give a text of at most `LONGEST_DESCRIPTION` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[: LONGEST_DESCRIPTION - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"


def publisher(absolute: Absolute) -> Node:
    """Give the library as an organisation: it compiles, and it publishes."""
    return {
        "@type": "Organization",
        "name": SITE,
        "url": absolute(reverse("home")),
        "logo": absolute(static("apple-touch-icon.png")),
    }


def catalog(absolute: Absolute) -> Node:
    """Give the library as the catalogue that a page is part of."""
    home = absolute(reverse("home"))
    return {"@type": "DataCatalog", "@id": f"{home}#library", "name": SITE, "url": home}


def article(kind: str, record: Publishable, headline: str, absolute: Absolute) -> Node:
    """Give what the pages of all published texts say of themselves.

    The library is named as their author, also where a text sums up what others say: they are its
    own words, and present nobody else's.
    """
    return {
        "@type": kind,
        "url": absolute(record.get_absolute_url()),  # type: ignore[attr-defined]
        "headline": headline,
        "inLanguage": get_language(),
        "datePublished": moment(record.published_at),
        "dateModified": moment(record.updated_at),
        "author": publisher(absolute),
        "publisher": {"@type": "Organization", "name": SITE},
        "isPartOf": catalog(absolute),
    }


def moment(value: datetime | None) -> str | None:
    """Give a moment as ISO 8601, to the second."""
    return value.isoformat(timespec="seconds") if value else None


def citation(source: SourceBase) -> Node:
    """Give a source."""
    return {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "archivedAt": source.archived_url or None,
        "publisher": {"@type": "Organization", "name": source.publisher},
        "datePublished": str(source.year) if source.year else None,
    }


def collection_page(name: str, description: str, url: str, absolute: Absolute) -> Node:
    """Give a page that lists records."""
    return {
        "@type": "CollectionPage",
        "url": url,
        "name": name,
        "description": description,
        "inLanguage": get_language(),
        "isPartOf": catalog(absolute),
    }


def item_list(addresses: Iterable[str], total: int, first: int = 1) -> Node:
    """Give a list of full addresses; `first` is the place of the first one in the whole.

    Names are left out: they stand in the page, and weigh as much again.
    """
    return {
        "@type": "ItemList",
        "numberOfItems": total,
        "itemListElement": [
            {"@type": "ListItem", "position": place, "url": url}
            for place, url in enumerate(addresses, first)
        ],
    }


def browse_page(page: BrowsePage, name: str, description: str, absolute: Absolute) -> Node:
    """Give a browse page with the records that it lists.

    A map or matrix lists none; machines find them at its canonical address.
    """
    node = collection_page(name, description, absolute(page.canonical_url), absolute)
    if not page.selection.view:
        node["mainEntity"] = item_list(map(absolute, _listed(page)), page.total, page.first)
    return node


def _listed(page: BrowsePage) -> list[str]:
    """Give the paths of the records on a page; each is read once for a corpus version."""
    kept: dict[int, str] = page.snapshot.kept.setdefault("listed", {})
    missing = [key for key in page.keys if key not in kept]
    if missing:
        rows = page.snapshot.catalogue.published().only("slug").in_bulk(missing)
        kept.update({key: row.get_absolute_url() for key, row in rows.items()})
    return [kept[key] for key in page.keys if key in kept]


DatasetMaker = Callable[[Absolute], Node]
_datasets: list[DatasetMaker] = []


def register_dataset(maker: DatasetMaker) -> None:
    """Add a data set to the catalogue that the home page describes."""
    _datasets.append(maker)


def library(absolute: Absolute) -> Node:
    """Give the whole library with its data sets."""
    return {
        **catalog(absolute),
        "description": site_card_words() + ".",
        "inLanguage": get_language(),
        "publisher": publisher(absolute),
        "dataset": [maker(absolute) for maker in _datasets],
    }


def small_print(name: str, description: str, path: str, absolute: Absolute) -> Node:
    """Give a page that is about the site itself."""
    return {
        "@type": "WebPage",
        "url": absolute(path),
        "name": name,
        "description": description,
        "inLanguage": get_language(),
        "isPartOf": catalog(absolute),
    }


def about_page(absolute: Absolute) -> Node:
    """Give the page on where the library comes from."""
    return {
        "@type": "AboutPage",
        "url": absolute(reverse("about")),
        "name": _("About and limits"),
        "description": _("Where the library comes from, what it holds and what to keep in mind."),
        "inLanguage": get_language(),
        "about": catalog(absolute),
    }
