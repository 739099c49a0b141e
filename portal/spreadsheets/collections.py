"""The collection that new records of a spreadsheet go to: chosen, or made with the import.

The frame knows of collections only that a kind of record may stand in one: in a field of that name,
whose model has a slug, a name and a position.
"""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Max, Model, Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from portal.curation.rights import Person, has_right, require_right
from portal.spreadsheets.scanning import FileRefusedError


def collections_of(model: type[Model]) -> Any:
    """Give the model of the collections in which records of a kind stand; nothing without any."""
    try:
        return model._meta.get_field("collection").related_model
    except FieldDoesNotExist:
        return None


def may_make(person: Person, model: type[Model]) -> bool:
    """Say whether a person may make a collection for a kind of record."""
    collections = collections_of(model)
    return collections is not None and has_right(person, "add", collections)


def slug_for(model: type[Model], name: str) -> str:
    """Give a slug that is free for a new collection. Raises ValueError with the reason."""
    collections = collections_of(model)
    if known := collections.objects.filter(name__iexact=name).first():
        raise ValueError(_("There is a collection “%s” already. Choose it above.") % known)
    stem = slugify(name)[:70].strip("-")
    if not stem:
        raise ValueError(_("The name needs letters or digits of the Latin alphabet."))
    taken = set(collections.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    free = (slug for n in range(1, len(taken) + 2) if (slug := _numbered(stem, n)) not in taken)
    return next(free)


def _numbered(stem: str, number: int) -> str:
    return stem if number == 1 else f"{stem}-{number}"


def make_collection(model: type[Model], slug: str, name: str, by: Any) -> None:
    """Make a collection, in the transaction that is open; it is the last of the list.

    Raises FileRefusedError where somebody took its name since it was typed.
    """
    collections = collections_of(model)
    require_right(by, "add", collections())
    if collections.objects.filter(Q(slug=slug) | Q(name__iexact=name)).exists():
        reason = _("Somebody has made a collection “%s” meanwhile. Send the file again, and choose "
                   "it.")  # fmt: skip
        raise FileRefusedError(reason % name)
    last = collections.objects.aggregate(last=Max("position"))["last"]
    collections.objects.create(slug=slug, name=name, position=0 if last is None else last + 1)
