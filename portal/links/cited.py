"""Which records cite which address. Finds every kind of source by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey, Model

from portal.links.models import LinkCheck, LinkCheckQuerySet


@dataclass(frozen=True)
class Citation:
    """A record that cites an address."""

    record: Model

    @property
    def model_name(self) -> str:
        """What kind of record it is, as people call it."""
        return str(self.record._meta.verbose_name)


def source_models() -> list[Any]:
    """Give every model of sources, in the order of the apps."""
    from portal.models import SourceBase

    return [model for model in apps.get_models() if issubclass(model, SourceBase)]


def cited_addresses() -> set[str]:
    """Give all addresses that sources cite, of drafts too."""
    return {
        address
        for model in source_models()
        for address in model.objects.values_list("url", flat=True).distinct()
    }


def citations(addresses: Collection[str]) -> dict[str, list[Citation]]:
    """Give the records that cite each of some addresses. One query a kind of source."""
    found: dict[str, list[Citation]] = {address: [] for address in addresses}
    for model in source_models():
        owner = next(field.name for field in model._meta.fields if isinstance(field, ForeignKey))
        rows = model.objects.filter(url__in=list(addresses)).select_related(owner)
        for row in rows.order_by(f"{owner}_id", "position"):
            citation = Citation(getattr(row, owner))
            if citation not in found[row.url]:
                found[row.url].append(citation)
    return found


def broken_links() -> LinkCheckQuerySet:
    """Give the checks of addresses that are broken, those broken longest first.

    An address that is no longer cited drops out with the next run of `check_links`.
    """
    return LinkCheck.objects.broken()
