"""The corpus version, and what every published record has in common."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.links.models import LinkCheck
from portal.safety.models import AuditEntry

# Django looks for the frame's models here; these two stand with the parts that they belong to.
__all__ = ["AuditEntry", "LinkCheck"]


class CorpusVersion(models.Model):
    """The one row that says which state of the published corpus this is.

    It is raised inside the transaction of every change to content, tags or vocabulary (see
    portal/signals.py). Facet snapshots, caches and exports are keyed by it.
    """

    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("corpus version")
        verbose_name_plural = _("corpus version")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="portal_corpus_version_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.number)


class CorpusChange(models.Model):
    """What one version of the corpus changed, so that a snapshot can catch up without a rebuild.

    `kind` is the name of a catalogue, "*" for all of them, or empty where no record's facets
    changed; `key` is a record's primary key, or nothing for all records of the kind.
    """

    version = models.PositiveBigIntegerField()
    moment = models.CharField(max_length=40)
    kind = models.CharField(max_length=20, blank=True)
    key = models.PositiveBigIntegerField(null=True)

    class Meta:
        verbose_name = _("change of the corpus")
        verbose_name_plural = _("changes of the corpus")
        indexes = [
            # Snapshots read what came after a version.
            models.Index(fields=["version"], name="portal_change_version"),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.kind or '-'} {self.key or ''}"


class SearchWord(models.Model):
    """A word of the published corpus, and how many documents of an index hold it.

    Serves words that are half typed and words that are misspelt.
    """

    index = models.CharField(max_length=20)
    word = models.CharField(max_length=40)
    documents = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("word of the corpus")
        verbose_name_plural = _("words of the corpus")
        constraints = [
            # Also the index by which a word is looked up.
            models.UniqueConstraint(fields=["index", "word"], name="portal_searchword_once")
        ]

    def __str__(self) -> str:
        return self.word


class PublicationState(models.TextChoices):
    """How far a record has come. Only `published` is seen outside the admin."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    PUBLISHED = "published", _("Published")
    ARCHIVED = "archived", _("Archived")


def is_public(path: str = "") -> Q:
    """Give the condition that a record is public: the one word for visibility on this site.

    `path` leads from the row that is asked for to the record, such as "case".
    """
    return Q(**{f"{path}__state" if path else "state": PublicationState.PUBLISHED})


class PublishableQuerySet(models.QuerySet[Any]):
    """Reads of records that have a publication state."""

    def published(self) -> Self:
        """Keep what the public may see."""
        return self.filter(is_public())


class Publishable(models.Model):
    """A record that is drafted, reviewed, published and archived."""

    state = models.CharField(
        _("publication state"),
        max_length=12,
        choices=PublicationState,
        default=PublicationState.DRAFT,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PublicationState.values),
                name="%(app_label)s_%(class)s_state_is_known",
            )
        ]
        indexes = [
            # published() opens every public query.
            models.Index(fields=["state"], name="%(class)s_state"),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; the first time a record is published, keep the moment."""
        if self.is_published and self.published_at is None:
            self.published_at = timezone.now()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "published_at"}
        super().save(*args, **kwargs)

    @property
    def is_published(self) -> bool:
        """Say whether the public may see this record."""
        return self.state == PublicationState.PUBLISHED


class SourceBase(models.Model):
    """A public source that a text was written from. Subclasses say whose source it is."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200)
    url = models.URLField(_("address"), max_length=500)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    archived_url = models.URLField(
        _("archived copy"),
        max_length=500,
        blank=True,
        default="",
        help_text=_("Address of a copy that a web archive keeps, for when the original is gone."),
    )

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> int:
        """The number that footnotes show, counted from 1."""
        return self.position + 1


class PointBase(models.Model):
    """One short point in an ordered list of points."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    text = models.TextField(_("text"))

    class Meta:
        abstract = True
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text
