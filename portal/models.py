"""The corpus version, and what every published record has in common."""

from typing import Any, Self
from uuid import uuid4

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.following.models import Delivery, Follower, Subscription
from portal.links.models import LinkCheck
from portal.mail.models import OutgoingMail
from portal.safety.models import AuditEntry
from portal.sending.models import Blocked, Sent

# Django looks for the frame's models here; these stand with the parts that they belong to.
__all__ = [
    "AuditEntry",
    "Blocked",
    "Delivery",
    "Follower",
    "LinkCheck",
    "OutgoingMail",
    "Sent",
    "Subscription",
]


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


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Reads of saved filters."""

    def of(self, user: Any, model: type[models.Model]) -> Self:
        """Keep what a person has saved of one list."""
        return self.filter(user=user, model=model._meta.label_lower)


class SavedFilter(models.Model):
    """An address of a list on the curation desk that a person has given a name. Their own only.

    `model` is the label of the listed model, `query` the query string without its question mark.
    """

    LONGEST_QUERY = 2_000

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    model = models.CharField(max_length=100)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=LONGEST_QUERY)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [
            # Also the index by which a person's filters are read.
            models.UniqueConstraint(
                fields=["user", "model", "name"], name="portal_savedfilter_name_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


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

    def records(self) -> Self:
        """Leave out working copies: what remains has an address of its own."""
        return self.filter(working_copy_of=None)


class Publishable(models.Model):
    """A record that is drafted, reviewed, published and archived.

    A published record is changed in a *working copy*: a second row that points at it and is never
    public itself. The published row keeps its address and its content until the copy is published
    (portal/curation/). Subclasses have a `slug`, unique among records that are no working copies.
    """

    state = models.CharField(
        _("publication state"),
        max_length=12,
        choices=PublicationState,
        default=PublicationState.DRAFT,
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    published_at = models.DateTimeField(_("first published"), null=True, blank=True, editable=False)
    working_copy_of = models.OneToOneField(
        "self",
        verbose_name=_("working copy of"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="working_copy",
    )
    last_step = models.ForeignKey(
        "portal.Step",
        verbose_name=_("last step"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_index=False,
    )
    # Counts changes of the record with its parts: how a form knows that somebody else was faster.
    edition = models.PositiveIntegerField(_("edition"), default=0, editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True, editable=False)
    archive_reason = models.TextField(_("why it was archived"), blank=True, editable=False)
    see_instead = models.CharField(_("see instead"), max_length=300, blank=True, editable=False)

    class Meta:
        abstract = True
        # Beside Django's own four: the rights of a reviewer and of a publisher.
        default_permissions = ("add", "change", "delete", "view", "review", "publish")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PublicationState.values),
                name="%(app_label)s_%(class)s_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(working_copy_of__isnull=True)
                | Q(state__in=[PublicationState.DRAFT, PublicationState.IN_REVIEW]),
                name="%(app_label)s_%(class)s_working_copy_is_not_public",
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(working_copy_of__isnull=True),
                name="%(app_label)s_%(class)s_slug_once",
                violation_error_message=_("This address is taken by another record."),
            ),
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

    def validate_constraints(self, exclude: set[str] | None = None) -> None:  # type: ignore[override]
        """Check constraints. A form leaves `working_copy_of` out, but uniqueness depends on it."""
        super().validate_constraints(exclude=set(exclude or ()) - {"working_copy_of"})

    def natural_key(self) -> tuple[str]:
        """Give the slug: how stored revisions name this record."""
        return (self.slug,)  # type: ignore[attr-defined]

    @property
    def is_published(self) -> bool:
        """Say whether the public may see this record."""
        return self.state == PublicationState.PUBLISHED

    @property
    def standing(self) -> str:
        """How far the record has come, in words; of a working copy, that it is one."""
        state = str(self.get_state_display())
        if not self.working_copy_of_id:  # type: ignore[attr-defined]
            return state
        return gettext("Working copy, %(state)s") % {"state": state.lower()}


class Step(models.Model):
    """One step in the life of a record: what a stored revision of it was for.

    Steps of a working copy are steps of the record that it will change, so that a record has one
    history. Who and when stand in the revision.
    """

    class Action(models.TextChoices):
        """What was done."""

        STORED = "stored", _("Stored as it was")
        CREATED = "created", _("Created")
        STARTED = "started", _("Change started")
        CHANGED = "changed", _("Changed")
        IMPORTED = "imported", _("Imported")
        SUBMITTED = "submitted", _("Sent to review")
        RETURNED = "returned", _("Sent back")
        APPROVED = "approved", _("Approved")
        PUBLISHED = "published", _("Published")
        ARCHIVED = "archived", _("Archived")
        REOPENED = "reopened", _("Reopened")
        RESTORED = "restored", _("Restored")
        DISCARDED = "discarded", _("Change discarded")
        DELETED = "deleted", _("Deleted")

    revision = models.OneToOneField(
        "reversion.Revision", on_delete=models.CASCADE, related_name="step"
    )
    record_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    record_key = models.PositiveBigIntegerField(_("record"))
    action = models.CharField(_("step"), max_length=12, choices=Action)
    reason = models.TextField(_("reason"), blank=True)
    in_working_copy = models.BooleanField(_("in a working copy"), default=False)
    edition = models.PositiveIntegerField(_("edition"), default=0)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [
            # A record's history.
            models.Index(fields=["record_type", "record_key"], name="portal_step_record"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.record_type_id}/{self.record_key}"


class Presence(models.Model):
    """Who has a record's form open: told to others who open it. Kept for minutes, not history."""

    record_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    record_key = models.PositiveBigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "record_key", "person"], name="portal_presence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.seen_at}"


class FormerSlug(models.Model):
    """A word's slug of before: what it is called now. Old addresses and filters go on working.

    Organisations have no slug: their names stand here, so that old revisions find them.
    """

    model = models.CharField(max_length=60)
    slug = models.CharField(max_length=150)
    current = models.CharField(max_length=150)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("former slug")
        verbose_name_plural = _("former slugs")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["model", "slug"], name="portal_formerslug_once")
        ]

    def __str__(self) -> str:
        return f"{self.slug}: {self.current}"


class ImportJob(models.Model):
    """A spreadsheet that somebody sends: kept from the dry run to the end, seen by them alone."""

    class State(models.TextChoices):
        """How far it has come."""

        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        REFUSED = "refused", _("Cannot be read")
        IMPORTING = "importing", _("Being imported")
        IMPORTED = "imported", _("Imported")
        FAILED = "failed", _("Stopped, nothing imported")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    model = models.CharField(max_length=60)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    file_name = models.CharField(max_length=200)
    collection = models.CharField(max_length=80, blank=True)
    # The name of a collection that is made with the import; `collection` is its slug.
    new_collection = models.CharField(max_length=150, blank=True, default="")
    state = models.CharField(max_length=12, choices=State, default=State.CHECKING)
    report = models.JSONField(default=dict)
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name


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
