"""The contributions in the sitemap."""

import contributions.dialogues.sitemaps  # noqa: F401
from contributions.models import Perspective
from portal.sitemaps import PageSitemap, PublishedSitemap, register


class PerspectiveSitemap(PublishedSitemap):
    """Every published perspective."""

    model = Perspective


class ContributionsSitemap(PageSitemap):
    """The list of perspectives."""

    names = ("perspectives",)
    lists = ("perspectives",)
    model = Perspective


register("perspectives", PerspectiveSitemap)
register("contributions", ContributionsSitemap)
