"""The sitemap: a list that each app adds its published pages to, in its sitemaps.py."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.urls import reverse

from portal.models import CorpusVersion, Publishable, PublishableQuerySet

SITEMAPS: dict[str, type[Sitemap[Any]]] = {}


def register(name: str, sitemap: type[Sitemap[Any]]) -> None:
    """Add a section to /sitemap.xml."""
    SITEMAPS[name] = sitemap


class PageSitemap(Sitemap[str]):
    """Pages that stand at addresses without parameters. Subclasses list their names.

    `lists` names the pages that list the records of `model`: they change when a record does.
    """

    names: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    model: type[Publishable] | None = None

    def items(self) -> list[str]:
        """Give the names of the addresses."""
        return list(self.names)

    def location(self, item: str) -> str:
        """Give the address of one page."""
        return reverse(item)

    def lastmod(self, item: str) -> datetime | None:
        """Give when what a page lists was last changed; nothing where that is not known."""
        return self._last_change if item in self.lists else None

    @cached_property
    def _last_change(self) -> datetime | None:
        if self.model is None:
            return None
        records: PublishableQuerySet = self.model._default_manager.get_queryset()  # type: ignore[assignment]
        moment: datetime | None = records.published().aggregate(last=Max("updated_at"))["last"]
        return moment


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

    def lastmod(self, item: str) -> datetime | None:
        """Give for the home page when anything was last changed; it shows something of all."""
        if item != "home":
            return None
        return CorpusVersion.objects.values_list("changed_at", flat=True).first()


register("frame", FrameSitemap)
