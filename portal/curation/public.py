"""What the public sees of curation: tombstones, how a record changed, and previews of drafts."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.curation import previews
from portal.curation.history import first_publication, public_history, title_when_public
from portal.models import PublicationState, Publishable, PublishableQuerySet


class ArchivedError(Http404):
    """Something that was public is archived: the answer says so and points on."""

    def __init__(self, record: Publishable) -> None:
        super().__init__("archived")
        self.record = record


def get_public(records: PublishableQuerySet, slug: str) -> Any:
    """Give the published record with this slug.

    Raises ArchivedError if it was public once and is archived, or a draft again since and not yet
    published anew; Http404 if there is none.
    """
    found = records.published().filter(slug=slug).first()
    if found is not None:
        return found
    withdrawn = Q(state=PublicationState.ARCHIVED) | Q(archived_at__isnull=False)
    rows: PublishableQuerySet = records.model._default_manager.all()
    known = rows.records().filter(withdrawn, slug=slug, published_at__isnull=False)
    archived = known.first()
    raise ArchivedError(archived) if archived else Http404


def tombstone(request: HttpRequest, record: Publishable) -> HttpResponse:
    """Say that a record was archived, when and why, and what to read instead. Status 410, gone."""
    # What was changed since belongs to a draft, the title too.
    title = title_when_public(record) or str(record)
    context = {"record": record, "title": title, "kind": record._meta.verbose_name}
    return render(request, "portal/tombstone.html", context, status=410)


def changes_page(request: HttpRequest, record: Publishable) -> HttpResponse:
    """Show how a record changed: dates and reasons, without names."""
    context = {
        "record": record,
        "kind": record._meta.verbose_name,
        "steps": public_history(record),
        "first": first_publication(record),
    }
    return render(request, "portal/changes.html", context)


@require_safe
@never_cache
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show a draft as the public would see it, to whoever holds a link that is still good."""
    found = previews.find(token)
    if found is None:
        return render(request, "portal/preview_over.html", status=404)
    record, show = found
    answer = show(request, record)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
