"""Raises the corpus version whenever a watched model changes.

This is the only logic in signals: it must hold for the admin, the shell, forms and services alike.
Bulk writes (`bulk_create`, `QuerySet.update`) send no signals: their callers call
`corpus.raise_version()` themselves.
"""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save

from portal import corpus


def is_content(model: type[Model]) -> bool:
    """Say whether rows of this model are part of what the public may read.

    Every model of a content app is, unless its class says `outside_corpus = True`.
    """
    return model._meta.app_label in settings.CONTENT_APPS and not getattr(
        model, "outside_corpus", False
    )


def _raise_for_row(sender: type[Model], raw: bool = False, **kwargs: Any) -> None:
    if is_content(sender):
        corpus.raise_version()


def _raise_for_links(sender: type[Model], action: str, **kwargs: Any) -> None:
    # taggit sends m2m_changed for its tags too, with our through models as sender.
    if action.startswith("post_") and is_content(sender):
        corpus.raise_version()


def connect() -> None:
    """Listen from now on. Called once, when the apps are ready."""
    post_save.connect(_raise_for_row, dispatch_uid="corpus-save")
    post_delete.connect(_raise_for_row, dispatch_uid="corpus-delete")
    m2m_changed.connect(_raise_for_links, dispatch_uid="corpus-links")
