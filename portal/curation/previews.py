"""A draft as the public would see it, for whoever holds the link: signed, and good for a week.

A link is for a draft before it is published. What is archived afterwards was taken away on purpose:
links from before it are dead, also when it becomes a draft again.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.models import PublicationState, Publishable

SALT = "portal.curation.previews"
VALID = timedelta(days=7)
SHOWN = (PublicationState.DRAFT, PublicationState.IN_REVIEW)
Render = Callable[[HttpRequest, Any], HttpResponse]
_renders: dict[str, tuple[type[Publishable], Render]] = {}


def register(model: type[Publishable], render: Render) -> None:
    """Say how a kind of record is shown to the public."""
    _renders[model._meta.label_lower] = model, render


def preview_path(record: Publishable) -> str:
    """Give an address that shows a draft for a week from now; nothing for other states."""
    if record.state not in SHOWN:
        return ""
    token = signing.dumps([record._meta.label_lower, record.pk, _archived(record)], salt=SALT)
    return reverse("preview", args=[token])


def find(token: str) -> tuple[Publishable, Render] | None:
    """Give the record of a link and how to show it; nothing for a link that is old or made up."""
    try:
        label, key, archived = signing.loads(token, salt=SALT, max_age=VALID)
        model, render = _renders[label]
    except (signing.BadSignature, KeyError, ValueError):
        return None
    record: Publishable | None = model._default_manager.filter(pk=key, state__in=SHOWN).first()
    return (record, render) if record and _archived(record) == archived else None


def _archived(record: Publishable) -> str:
    """Give when a record was archived last, as a link says it."""
    return record.archived_at.isoformat() if record.archived_at else ""
