"""Replies beside the passages of a case that they answer."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from contributions.models import Perspective
from contributions.vocabulary import ContributionKind, Identity
from portal.margins import Note, register


def replies(keys: Collection[int]) -> Iterable[tuple[int, Note]]:
    """Give the published replies to some cases, oldest first. One query."""
    through: Any = Perspective.cases.through
    links = through.objects.filter(
        casestudy__in=list(keys),
        perspective__in=Perspective.objects.published().filter(
            kind_of_contribution=ContributionKind.REPLY
        ),
    )
    rows = links.select_related("perspective__organisation", "perspective__speaker_country")
    for link in rows.order_by("perspective__said_on", "perspective"):
        yield link.casestudy_id, note_of(link.perspective)


def note_of(reply: Perspective) -> Note:
    """Give a reply as a note."""
    day = date_format(reply.said_on, "j F Y") if reply.said_on else ""
    known = "" if reply.identity == Identity.ANONYMOUS else reply.get_identity_display().lower()
    who = f"{reply.speaker} ({known})" if known else reply.speaker
    return Note(
        reply.passage,
        _("Reply"),
        ", ".join(filter(None, [who, day])),
        reply.quote,
        mark_safe(reply.body_html),  # noqa: S308  # sanitised when it was stored
        reply.get_absolute_url(),
    )


register("case", replies)
