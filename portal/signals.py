"""Notes every change of a watched row.

This is the only logic in signals: it must hold for the admin, the shell, forms and services alike.
Bulk writes (`bulk_create`, `QuerySet.update`) send no signals: their callers say themselves what
they touched, inside `with change() as touched:`.
"""

from typing import Any

from django.conf import settings
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save

from portal import changes


def is_content(model: type[Model]) -> bool:
    """Say whether rows of this model are part of what the public may read.

    Every model of a content app is, unless its class says `outside_corpus = True`.
    """
    return model._meta.app_label in settings.CONTENT_APPS and not getattr(
        model, "outside_corpus", False
    )


def _note_before_save(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if is_content(sender):
        changes.note_before_save(instance)


def _note_row(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if is_content(sender):
        changes.note_saved(instance)


def _note_before_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if is_content(sender):
        changes.note_before_delete(instance)


def _note_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if is_content(sender):
        changes.note_deleted(instance)


def _note_links(
    sender: type[Model],
    instance: Model,
    action: str,
    reverse: bool,
    model: type[Model],
    pk_set: set[Any] | None,
    **kwargs: Any,
) -> None:
    # taggit sends m2m_changed for its tags too, with our through models as sender.
    if not is_content(sender):
        return
    if action == "pre_clear" and reverse:
        changes.note_before_clear(instance, model, sender)
    elif action == "post_clear" and reverse:
        changes.note_cleared(instance)
    elif action == "post_clear" or (action.startswith("post_") and pk_set):
        with changes.change() as touched:
            if reverse:
                touched.note_records(model, pk_set or ())
            else:
                touched.note(instance)


def connect() -> None:
    """Listen from now on. Called once, when the apps are ready."""
    pre_save.connect(_note_before_save, dispatch_uid="corpus-before-save")
    post_save.connect(_note_row, dispatch_uid="corpus-save")
    pre_delete.connect(_note_before_delete, dispatch_uid="corpus-before-delete")
    post_delete.connect(_note_deleted, dispatch_uid="corpus-delete")
    m2m_changed.connect(_note_links, dispatch_uid="corpus-links")
