"""Care of vocabularies: words that are renamed or merged, without an old address leading nowhere.

A word is a row that records refer to and that has a slug: a theme, a company, a collection.
"""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction
from django.http import Http404
from django.utils.translation import gettext as _

from portal.changes import change
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


def remember(row: Any, old: str) -> None:
    """Have a slug of before lead to a row, and all that led to that slug. A slug in use is free."""
    label = row._meta.label_lower
    with transaction.atomic():
        FormerSlug.objects.filter(model=label, slug=row.slug).delete()
        FormerSlug.objects.filter(model=label, current=old).update(current=row.slug)
        FormerSlug.objects.update_or_create(model=label, slug=old, defaults={"current": row.slug})


def get_word(rows: models.QuerySet[Any], slug: str) -> Any:
    """Give the word with a slug. Raises MovedError where it is called otherwise, Http404 else."""
    found = rows.filter(slug=slug).first()
    if found is not None:
        return found
    former = FormerSlug.objects.filter(model=rows.model._meta.label_lower, slug=slug).first()
    now = rows.filter(slug=former.current).first() if former else None
    raise MovedError(now.get_absolute_url()) if now else Http404


def relations_of(row: models.Model) -> list[Any]:
    """Give the relations by which other rows refer to a word."""
    return [each for each in row._meta.related_objects if each.one_to_many]


def uses(row: models.Model) -> list[Use]:
    """Give what refers to a word. Two queries a relation."""
    found = []
    for relation in relations_of(row):
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row})
        if count := rows.count():
            label = str(relation.related_model._meta.verbose_name_plural)
            records = [_record_of(each) for each in rows[:FEW]]
            shown = records[0]._meta.verbose_name_plural if records else label
            found.append(Use(str(shown), count, records))
    return found


def _record_of(row: Any) -> Any:
    """Give the record that a row belongs to; itself if it is one."""
    for name in ("content_object", "case"):
        owner = getattr(row, name, None)
        if isinstance(owner, Publishable):
            return owner
    return row


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
    moved = 0
    with change():
        for relation in relations_of(loser):
            name = relation.field.name
            for row in relation.related_model._default_manager.filter(**{name: loser}):
                moved += _move(row, name, winner)
        if hasattr(winner, "aliases"):
            names = [*winner.aliases, loser.name, *loser.aliases]
            winner.aliases = [n for n in dict.fromkeys(names) if n != winner.name]
            winner.save()
        old = loser.slug
        loser.delete()
        remember(winner, old)
    return moved


def _move(row: models.Model, name: str, winner: models.Model) -> int:
    """Have a row refer to the winner, or delete it where such a row is there already."""
    setattr(row, name, winner)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.delete()
    return 1
