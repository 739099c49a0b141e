"""The sitemap: a list that each app adds its published pages to, in its sitemaps.py."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

SITEMAPS: dict[str, type[Sitemap[Any]]] = {}


def register(name: str, sitemap: type[Sitemap[Any]]) -> None:
    """Add a section to /sitemap.xml."""
    SITEMAPS[name] = sitemap


class PageSitemap(Sitemap[str]):
    """Pages of the frame that stand at fixed addresses."""

    def items(self) -> list[str]:
        """Give the names of the addresses."""
        return ["home", "about"]

    def location(self, item: str) -> str:
        """Give the address of one page."""
        return reverse(item)


register("pages", PageSitemap)
