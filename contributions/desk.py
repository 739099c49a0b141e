"""The contributions on the curation desk."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

import contributions.dialogues.desk  # noqa: F401
from contributions.models import Contribution, Flag, Perspective
from contributions.moderation.services import WAITING, may_moderate
from portal.desk.dashboard import (
    Card,
    Link,
    Row,
    change_address,
    first_and_number,
    list_address,
    register,
)
from portal.desk.states import watch

LABEL = Contribution._meta.label_lower


def _waiting(request: HttpRequest) -> Card | None:
    """Give what was sent in and waits, oldest first."""
    if not may_moderate(request.user):
        return None
    waiting = Contribution.objects.filter(state__in=WAITING)
    first, number = first_and_number(waiting.order_by("sent_at", "pk"))
    rows = tuple(
        Row(
            f"{row.get_kind_display()} {row.reference}",
            change_address(LABEL, row.pk),
            timesince(row.sent_at or row.created_at, depth=1),
        )
        for row in first
    )
    links = (Link(_("Everything that waits"), reverse("admin:contributions_contribution_queue")),)
    return Card(_("Contributions awaiting a moderator"), rows, number, links, _("Nothing waits."))


def _flags(request: HttpRequest) -> Card | None:
    """Give the flags of readers that nobody has looked at."""
    if not may_moderate(request.user):
        return None
    label = Flag._meta.label_lower
    flags = Flag.objects.filter(closed_at=None).select_related("perspective", "response__dialogue")
    first, number = first_and_number(flags)
    rows = tuple(Row(str(flag), change_address(label, flag.pk)) for flag in first)
    links = (Link(_("All flags"), list_address(label)),)
    return Card(_("Flags of readers"), rows, number, links, _("No flag is open."))


watch(Perspective)
register(_waiting, order=5)
register(_flags, order=6)
