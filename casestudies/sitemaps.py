"""The case studies in the sitemap."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.topics import TOPIC_PAGES
from portal.facets import current_snapshot
from portal.sitemaps import PageSitemap, PublishedSitemap, register

Topic = tuple[str, datetime]  # address, last change


class CaseSitemap(PublishedSitemap):
    """Every published case."""

    model = CaseStudy


class CaseListsSitemap(PageSitemap):
    """The lists."""

    names = ("cases", "countries", "companies", "themes", "sdg17", "offline")
    lists = ("cases",)
    model = CaseStudy


class TopicSitemap(Sitemap[Topic]):
    """The pages of all countries, companies, themes and partnership types that have cases."""

    def items(self) -> list[Topic]:
        """Give each address with when one of its cases was last changed."""
        snapshot = current_snapshot(CASES)
        moments = dict(CaseStudy.objects.published().values_list("pk", "updated_at"))
        topics = []
        for facet, address in TOPIC_PAGES.items():
            for value, found in snapshot.bitmaps[facet].items():
                keys = (snapshot.keys[place] for place in found)
                last = max((moments[key] for key in keys if key in moments), default=None)
                if last is not None:
                    topics.append((reverse(address, args=[value]), last))
        return topics

    def location(self, item: Topic) -> str:
        """Give the address itself."""
        return item[0]

    def lastmod(self, item: Topic) -> datetime:
        """Give when one of the cases was last changed."""
        return item[1]


register("cases", CaseSitemap)
register("case-lists", CaseListsSitemap)
register("topics", TopicSitemap)
