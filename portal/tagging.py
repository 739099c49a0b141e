"""Controlled vocabularies on django-taggit: tags that are chosen, never made by typing."""

from typing import Any, ClassVar

from django import forms
from django.db import models, router
from django.db.models.signals import m2m_changed
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from taggit.managers import TaggableManager, _TaggableManager
from taggit.models import ItemBase, TagBase

from portal.desk.widgets import DefinedCheckboxes


class Term(TagBase):
    """A word of a controlled vocabulary: defined, and in a given order."""

    definition = models.TextField(_("definition"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta(TagBase.Meta):
        abstract = True
        ordering = ["position", "name"]

    def natural_key(self) -> tuple[str]:
        """Give the slug: how stored revisions name this row."""
        return (self.slug,)


class TermLink(ItemBase):
    """Ties a record to a term. Subclasses name both: `content_object` and `tag`."""

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        abstract = True


class _ClosedManager(_TaggableManager):
    """taggit's manager, refusing words that the vocabulary does not hold."""

    def _to_tag_model_instances(self, tags: Any, tag_kwargs: Any) -> Any:
        """Give the terms, or raise ValueError naming the words that are none."""
        vocabulary = self.through.tag_model()
        words = {tag for tag in tags if isinstance(tag, str)}
        known = set(vocabulary.objects.filter(name__in=words).values_list("name", flat=True))
        if words - known:
            raise ValueError(
                f"Not in the vocabulary of {vocabulary._meta.verbose_name_plural}: "
                f"{', '.join(sorted(words - known))}"
            )
        return super()._to_tag_model_instances(tags, tag_kwargs)

    def add(self, *tags: Any, **kwargs: Any) -> None:
        """Tie the record to terms as Django's own relations do: all ties in one statement.

        taggit asks for and saves each tie by itself. The signal of the relation tells of them all.
        """
        self._remove_prefetched_objects()
        terms = self._to_tag_model_instances(tags, {})
        ends = self._lookup_kwargs()
        ties = self.through._default_manager
        present = set(ties.filter(**ends).values_list("tag_id", flat=True))
        new = {term.pk: self.through(tag=term, **ends) for term in terms if term.pk not in present}
        told = {
            "sender": self.through,
            "instance": self.instance,
            "reverse": False,
            "model": self.through.tag_model(),
            "pk_set": set(new),
            "using": router.db_for_write(self.through, instance=self.instance),
        }
        m2m_changed.send(action="pre_add", **told)
        # Somebody else may tie the same two at the same moment.
        ties.bulk_create(new.values(), ignore_conflicts=True)
        m2m_changed.send(action="post_add", **told)


class VocabularyField(TaggableManager):
    """Tags of one vocabulary, in its order, chosen by ticking."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("ordering", ["position", "name"])
        kwargs.setdefault("manager", _ClosedManager)
        kwargs.setdefault("help_text", "")
        super().__init__(*args, **kwargs)

    def value_from_object(self, obj: Any) -> list[Any]:
        """Give the terms of a record, asking the database only where they are not fetched."""
        fetched = getattr(obj, "_prefetched_objects_cache", {})
        if self.name in fetched:
            return list(fetched[self.name])
        terms: list[Any] = super().value_from_object(obj)
        return terms

    def formfield(self, form_class: Any = None, **kwargs: Any) -> forms.Field:
        """Give one check box a term, with its definition."""
        return forms.ModelMultipleChoiceField(
            queryset=self.remote_field.model.objects.all(),
            widget=DefinedCheckboxes,
            label=kwargs.get("label", capfirst(self.verbose_name)),
            help_text=kwargs.get("help_text", self.help_text),
            required=not self.blank,
        )
