"""The sitemap: a list that each app adds its published pages to, in its sitemaps.py."""

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from portal.models import Publishable, PublishableQuerySet

SITEMAPS: dict[str, type[Sitemap[Any]]] = {}


def register(name: str, sitemap: type[Sitemap[Any]]) -> None:
    """Add a section to /sitemap.xml."""
    SITEMAPS[name] = sitemap


class PageSitemap(Sitemap[str]):
    """Pages that stand at addresses without parameters. Subclasses list their names."""

    names: tuple[str, ...] = ()

    def items(self) -> list[str]:
        """Give the names of the addresses."""
        return list(self.names)

    def location(self, item: str) -> str:
        """Give the address of one page."""
        return reverse(item)


class PublishedSitemap(Sitemap[Publishable]):
    """The published records of one model. Subclasses name it."""

    model: type[Publishable]

    def items(self) -> PublishableQuerySet:
        """Give the records."""
        records: PublishableQuerySet = self.model._default_manager.get_queryset()  # type: ignore[assignment]
        return records.published().order_by("pk")

    def lastmod(self, item: Publishable) -> datetime:
        """Give when a record was last changed."""
        return item.updated_at


class FrameSitemap(PageSitemap):
    """Pages of the frame."""

    names = ("home", "about", "accessibility", "privacy")


register("frame", FrameSitemap)
