"""Checks before publishing that several kinds of record share."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from portal.curation.anatomy import Problem
from portal.models import Publishable


def required(record: Publishable, names: Iterable[str]) -> Iterator[Problem]:
    """Give a problem for each of these columns that is empty."""
    for name in names:
        value = getattr(record, name)
        if not value or (isinstance(value, str) and not value.strip()):
            label = str(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Problem(name, _("“%(field)s” is empty.") % {"field": label})


def fits_card(record: Any, most: int) -> Iterator[Problem]:
    """Give a problem where the summary is too long for a card."""
    if len(record.summary) > most:
        reason = _("The summary has %(length)s characters; at most %(most)s fit on a card.")
        yield Problem("summary", reason % {"length": len(record.summary), "most": most})


def at_least_one(record: Publishable, names: Iterable[str]) -> Iterator[Problem]:
    """Give a problem for each of these lists that has nothing in it. One query."""
    lists = list(names)
    rows: Any = type(record)._default_manager
    filled = {
        f"has_{name}": Exists(rows.filter(pk=OuterRef("pk"), **{f"{name}__isnull": False}))
        for name in lists
    }
    found = rows.filter(pk=record.pk).annotate(**filled).values(*filled).first() or {}
    for name in lists:
        if not found.get(f"has_{name}"):
            field: Any = record._meta.get_field(name)
            label = (
                getattr(field, "verbose_name", "") or field.related_model._meta.verbose_name_plural
            )
            yield Problem(name, _("There are no %(things)s.") % {"things": label})
