"""The case studies in the sitemap."""

from django.contrib.sitemaps import Sitemap

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.topics import TOPIC_PAGES, tiles
from portal.facets import current_snapshot
from portal.sitemaps import PageSitemap, PublishedSitemap, register


class CaseSitemap(PublishedSitemap):
    """Every published case."""

    model = CaseStudy


class CaseListsSitemap(PageSitemap):
    """The lists."""

    names = ("cases", "countries", "companies", "themes", "sdg17", "offline")


class TopicSitemap(Sitemap[str]):
    """The pages of all countries, companies, themes and partnership types that have cases."""

    def items(self) -> list[str]:
        """Give the addresses."""
        snapshot = current_snapshot(CASES)
        return [tile.url for facet in TOPIC_PAGES for tile in tiles(snapshot, facet) if tile.count]

    def location(self, item: str) -> str:
        """Give the address itself."""
        return item


register("cases", CaseSitemap)
register("case-lists", CaseListsSitemap)
register("topics", TopicSitemap)
