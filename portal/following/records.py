"""Kinds made of published records: a record by itself, and a selection of a catalogue.

News of a record is that it was published, or that a change of it was (“How this page changed”).
Several changes since the last digest are one item, the last of them.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from portal.browse import BrowsePage, page_of
from portal.facets import Catalogue, Selection, current_snapshot
from portal.feeds import in_words
from portal.following.kinds import LONGEST, Item, Kind, Subject
from portal.models import Publishable, PublishableQuerySet, Step

SummaryOf = Callable[[Any], str]
LONGEST_SUMMARY = 240
AT_ONCE = timedelta(seconds=10)  # a record's first publication and its step are written together


def record_kind(name: str, model: type[Publishable], summary_of: SummaryOf) -> Kind:
    """Make a kind of published records."""

    def find(slug: str) -> Subject | None:
        record: Any = _published(model).filter(slug=slug).first() if slug else None
        if record is None:
            return None
        return Subject(name, slug, str(record), record.get_absolute_url())

    def news(slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
        wanted = set(slugs)
        changed = changed_since(_published(model), since, summary_of)
        return {record.slug: [item] for record, item in changed if record.slug in wanted}

    return Kind(name, find, news)


def selection_kind(
    catalogue: Catalogue, page_name: str, label: str | Promise, summary_of: SummaryOf
) -> Kind:
    """Make a kind of the selections of a catalogue. A slug is a query string in its one spelling.

    `page_name` names the address of the browse page.
    """

    def find(slug: str) -> Subject | None:
        page = _selected(catalogue, slug)
        if page is None:
            return None
        plain = Selection(page.selection.chosen, page.selection.text)
        if len(plain.query_string) > LONGEST:
            return None
        words = in_words(page)
        title = f"{label} – {words}" if words else str(label)
        path = plain.url(reverse(page_name))
        return Subject(catalogue.name, plain.query_string, title, path)

    def news(slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
        changed = list(changed_since(catalogue.published(), since, summary_of))
        found: dict[str, list[Item]] = {}
        for slug in slugs if changed else ():
            page = _selected(catalogue, slug)
            if page is not None:
                places = page.snapshot.of_keys(record.pk for record, _item in changed) & page.found
                keys = {page.snapshot.keys[place] for place in places}
                found[slug] = [item for record, item in changed if record.pk in keys]
        return found

    return Kind(catalogue.name, find, news)


def changed_since(
    published: QuerySet[Any], since: datetime, summary_of: SummaryOf
) -> Iterator[tuple[Any, Item]]:
    """Give those of some published records that are new or changed since. Two queries."""
    steps = Step.objects.filter(
        record_type=ContentType.objects.get_for_model(published.model),
        action=Step.Action.PUBLISHED,
        revision__date_created__gt=since,
    )
    latest = {step.record_key: step for step in steps.select_related("revision").order_by("pk")}
    moved = Q(pk__in=steps.order_by().values("record_key")) | Q(published_at__gt=since)
    for record in published.filter(moved).order_by("pk"):
        yield record, _item(record, latest.get(record.pk), summary_of)


def _item(record: Any, step: Step | None, summary_of: SummaryOf) -> Item:
    moment = step.revision.date_created if step else record.published_at
    if step is None or moment - record.published_at < AT_ONCE:
        summary = summary_of(record)
    else:
        summary = (
            _("Changed: %(reason)s") % {"reason": step.reason} if step.reason else _("Changed.")
        )
    return Item(
        key=f"{record._meta.model_name}:{record.pk}:{step.pk if step else 'new'}",
        title=str(record),
        path=record.get_absolute_url(),
        moment=moment,
        summary=Truncator(summary).chars(LONGEST_SUMMARY),
    )


def _published(model: type[Publishable]) -> PublishableQuerySet:
    records: PublishableQuerySet = model._default_manager.get_queryset()  # type: ignore[assignment]
    return records.published()


def _selected(catalogue: Catalogue, slug: str) -> BrowsePage | None:
    """Give the page of a selection.

    Nothing where a filter of it means nothing any more: without it the selection would be a larger
    one than what somebody asked for.
    """
    asked = QueryDict(slug)
    snapshot = current_snapshot(catalogue)
    page = page_of(snapshot, Selection.parse(asked, snapshot), "")
    kept = set(page.selection.chosen) | ({"q"} if page.selection.text else set())
    return page if set(asked) - {"sort", "view", "page"} <= kept else None
