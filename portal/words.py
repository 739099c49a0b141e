"""Care of vocabularies: words that are renamed or merged, without an old address leading nowhere.

A word is a row that records refer to and that has a slug: a theme, a company, a collection.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.changes import Touched, change
from portal.curation.document import natural_column
from portal.models import FormerSlug, Publishable


class MovedError(Http404):
    """Something that is called otherwise now: the answer leads to its address."""

    def __init__(self, address: str) -> None:
        super().__init__("moved")
        self.address = address


class MergeError(Exception):
    """Two words that cannot become one, with the reason."""


@dataclass(frozen=True)
class Use:
    """Rows that refer to a word: of which kind, how many, and the first records among them."""

    label: str
    count: int
    records: list[Any]


FEW = 20  # records that a page names


def key_of(row: Any) -> str:
    """Give what revisions and filters call a word: its slug, or its name where it has none."""
    return str(getattr(row, natural_column(type(row))))


def remember(row: Any, old: str) -> None:
    """Have a key of before lead to a row, and all that led to that key. A key in use is free."""
    label, key = row._meta.label_lower, key_of(row)
    with transaction.atomic():
        free(row)
        FormerSlug.objects.filter(model=label, current=old).update(current=key)
        FormerSlug.objects.update_or_create(model=label, slug=old, defaults={"current": key})


def called_now(model: type[models.Model], keys: Iterable[str]) -> dict[str, str]:
    """Give what words are called now whose keys of before these are. One query."""
    found = FormerSlug.objects.filter(model=model._meta.label_lower, slug__in=list(keys))
    return dict(found.values_list("slug", "current"))


def free(row: Any) -> None:
    """Have the key of a row mean this row alone, whatever it led to before."""
    FormerSlug.objects.filter(model=row._meta.label_lower, slug=key_of(row)).delete()


def forget(row: Any) -> None:
    """Have nothing lead to a row that is about to go."""
    FormerSlug.objects.filter(model=row._meta.label_lower, current=key_of(row)).delete()


def get_word(rows: models.QuerySet[Any], slug: str, public: Container[str] | None = None) -> Any:
    """Give the word with a slug, one of the public ones where those are named.

    Raises MovedError where it is called otherwise, Http404 where there is none for the public.
    """
    found = rows.filter(slug=slug).first()
    if found is None:
        label = rows.model._meta.label_lower
        former = FormerSlug.objects.filter(model=label, slug=slug).first()
        found = rows.filter(slug=former.current).first() if former else None
    if found is None or (public is not None and found.slug not in public):
        raise Http404
    if found.slug != slug:
        raise MovedError(found.get_absolute_url())
    return found


def relations_of(row: models.Model) -> list[Any]:
    """Give the relations by which other rows refer to a word."""
    return [each for each in row._meta.related_objects if each.one_to_many]


def uses(row: models.Model) -> list[Use]:
    """Give what refers to a word. Two queries a relation."""
    found = []
    for relation in relations_of(row):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row})
        owner = _owner_of(relation.related_model)
        if count := (rows.values(owner).distinct() if owner else rows).count():
            if owner:
                rows = rows.select_related(owner)
            records = [getattr(each, owner) if owner else each for each in rows[: 2 * FEW]]
            named = list(dict.fromkeys(records))[:FEW]
            found.append(Use(str(named[0]._meta.verbose_name_plural), count, named))
    return found


def _owner_of(model: type[models.Model]) -> str:
    """Give the column that names the record to which rows belong; nothing for records."""
    for field in () if issubclass(model, Publishable) else model._meta.concrete_fields:
        if isinstance(field.related_model, type) and issubclass(field.related_model, Publishable):
            return field.name
    return ""


def merge(loser: Any, winner: Any) -> int:
    """Have everything that refers to one word refer to another, delete it, and count what moved.

    A row that would then stand there twice goes. Old slugs lead on; other names are joined. What is
    published shows the new word at once: nothing that a record says has changed.

    Raises MergeError for one word or two kinds.
    """
    if type(loser) is not type(winner):
        raise MergeError(_("Only words of one kind can be merged."))
    if loser.pk == winner.pk:
        raise MergeError(_("A word cannot be merged with itself."))
    with change() as touched:
        # Locked in one order, so that two people who merge at once wait for each other.
        rows = type(loser)._default_manager.select_for_update().order_by("pk")
        if len(rows.filter(pk__in=[loser.pk, winner.pk])) < 2:
            raise MergeError(_("One of the two is not there any more."))
        moved = sum(_move(each, loser, winner, touched) for each in relations_of(loser))
        if hasattr(winner, "aliases"):
            names = [*winner.aliases, loser.name, *loser.aliases]
            winner.aliases = [n for n in dict.fromkeys(names) if n != winner.name]
            winner.save()
        old = key_of(loser)
        loser.delete()
        remember(winner, old)
    return moved


def _move(relation: Any, loser: Any, winner: Any, touched: Touched) -> int:
    """Have the rows of one relation refer to the winner, and count them.

    Where such a row is there already, it takes over what it lacks, and the other one goes.
    """
    model, name = relation.related_model, relation.field.name
    rows = list(model._default_manager.filter(**{name: loser}))
    identities = _identities(model, name)
    there = {
        (names, _values(row, names)): row
        for row in (model._default_manager.filter(**{name: winner}) if identities else ())
        for names in identities
    }
    moving = []
    for row in rows:
        twins = [there.get((names, _values(row, names))) for names in identities]
        twin = next(filter(None, twins), None)
        if twin is None:
            moving.append(row.pk)
        else:
            _join(row, twin)
    # One statement, however many records use the word; it sends no signals.
    model._default_manager.filter(pk__in=moving).update(**{name: winner})
    touched.note_records(model, moving)
    return len(rows)


def _identities(model: type[models.Model], name: str) -> list[tuple[str, ...]]:
    """Give the sets of columns that must be unique for one value of a column."""
    constraints = [each for each in model._meta.constraints if not getattr(each, "condition", None)]
    sets = [each.fields for each in constraints if isinstance(each, models.UniqueConstraint)]
    return [tuple(each for each in fields if each != name) for fields in sets if name in fields]


def _values(row: models.Model, names: Iterable[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, row._meta.get_field(name).attname) for name in names)  # type: ignore[union-attr]


def _join(row: Any, twin: Any) -> None:
    """Delete a row in favour of its twin, which takes the first of their places."""
    row.delete()
    for field in row._meta.concrete_fields:
        if getattr(twin, field.attname) in ("", None):
            setattr(twin, field.attname, getattr(row, field.attname))
    owner = _owner_of(type(row))
    if not owner or not hasattr(row, "position"):
        twin.save()
        return
    twin.position = min(row.position, twin.position)
    twin.save()
    siblings = type(row)._default_manager.filter(**{owner: getattr(row, owner)})
    for place, each in enumerate(siblings.order_by("position")):
        if each.position != place:
            each.position = place
            each.save()


def close_gaps(model: type[Any], before: Mapping[Any, int]) -> None:
    """Close the gaps between the places of a model's rows. One moved up goes before its equals.

    `before` says where rows stood, by primary key: a row that was moved down goes after.
    """

    def order(row: Any) -> tuple[int, int]:
        old = before.get(row.pk, row.position)
        return row.position, (row.position > old) - (row.position < old)

    with change():
        for place, row in enumerate(sorted(model._default_manager.all(), key=order)):
            if row.position != place:
                row.position = place
                row.save()
