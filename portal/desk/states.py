"""Cards of what is drafted, waits for review or was changed last, over all kinds of records.

An app names its records with a publication state by `watch`, in its `desk.py`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from portal.curation.history import ENDING, WRITING
from portal.desk.dashboard import (
    ROWS,
    Card,
    Link,
    Maker,
    Row,
    change_address,
    list_address,
    register,
)
from portal.models import PublicationState, Publishable, Step

_watched: list[type[Publishable]] = []


def watch(model: type[Publishable]) -> None:
    """Have the records of a model on the cards. They need a `title` and an admin."""
    _watched.append(model)


def _records(request: HttpRequest) -> list[QuerySet[Any]]:
    """Give the records of every kind that the person may see."""
    admins = (admin.site.get_model_admin(model) for model in _watched)
    return [
        owner.get_queryset(request).order_by()
        for owner in admins
        if owner.has_view_permission(request)
    ]


def _newest(kinds: Sequence[QuerySet[Any]]) -> tuple[Row, ...]:
    """Give the records that were changed last. One query."""
    queries = [
        records.annotate(kind=_label(records)).values_list("kind", "pk", "title", "updated_at")
        for records in kinds
    ]
    rows = queries[0].union(*queries[1:], all=True).order_by("-updated_at")[:ROWS]
    return tuple(
        Row(title, change_address(kind, key), date_format(day, "DATE_FORMAT"))
        for kind, key, title, day in rows
    )


def _label(records: QuerySet[Any]) -> Value:
    return Value(records.model._meta.label_lower, output_field=CharField())


Narrow = Callable[[HttpRequest, QuerySet[Any]], QuerySet[Any]]


def _everything(request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
    return records


def _sent_back(request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what a reviewer gave back and nobody has changed since."""
    return records.filter(last_step__action=Step.Action.RETURNED)


def _mine(request: HttpRequest, records: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what the person has written on since it was last published, or a change discarded."""
    kind = ContentType.objects.get_for_model(records.model)
    written = Step.objects.filter(
        record_type=kind, action__in=WRITING, revision__user=request.user.pk
    )
    over = Step.objects.filter(
        record_type=kind,
        record_key=OuterRef("record_key"),
        action__in=ENDING,
        pk__gt=OuterRef("pk"),
    )
    keys = written.exclude(Exists(over)).values("record_key")
    return records.filter(Q(pk__in=keys) | Q(working_copy_of__in=keys))


def _card_of(
    state: PublicationState,
    title: str | Promise,
    empty: str | Promise,
    narrow: Narrow = _everything,
) -> Maker:
    """Give the maker of a card of all records in a state, or of some of them. Two queries."""

    def make(request: HttpRequest) -> Card | None:
        kinds = [narrow(request, records.filter(state=state)) for records in _records(request)]
        if not kinds:
            return None
        counts = [
            records.annotate(kind=_label(records)).values("kind").annotate(number=Count("pk"))
            for records in kinds
        ]
        counted = counts[0].union(*counts[1:], all=True).values_list("kind", "number")
        numbers: dict[str, int] = dict(counted)
        links = tuple(
            Link(
                f"{capfirst(str(records.model._meta.verbose_name_plural))}: {number}",
                list_address(records.model._meta.label_lower, f"?state={state.value}"),
            )
            for records in kinds
            # A list shows all records in a state: where a card names some, it leads to no list.
            if narrow is _everything and (number := numbers.get(records.model._meta.label_lower))
        )
        return Card(title, _newest(kinds), sum(numbers.values()), links, empty)

    return make


def _recently_changed(request: HttpRequest) -> Card | None:
    """Give the records that were changed last, in whatever state. One query."""
    kinds = _records(request)
    return Card(_("Changed last"), _newest(kinds)) if kinds else None


register(
    _card_of(PublicationState.IN_REVIEW, _("Waiting for review"), _("Nothing waits for review.")),
    order=10,
)
register(
    _card_of(PublicationState.DRAFT, _("Sent back"), _("Nothing was sent back."), _sent_back),
    order=15,
)
register(
    _card_of(PublicationState.DRAFT, _("My drafts"), _("You have no drafts."), _mine), order=20
)
register(_card_of(PublicationState.DRAFT, _("All drafts"), _("There are no drafts.")), order=25)
register(_recently_changed, order=90)
