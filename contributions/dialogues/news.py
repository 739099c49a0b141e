"""What is new in a dialogue, for feeds and for those who follow it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils.translation import gettext as _

from contributions.dialogues.models import Dialogue


@dataclass(frozen=True)
class News:
    """Something that happened in a dialogue: when, what, and where to read it.

    `key` stays the same for the same thing, so that it is told once.
    """

    key: str
    moment: datetime
    title: str
    path: str


def opened_at(dialogue: Dialogue) -> datetime:
    """Give when a dialogue opened or will open to the public."""
    opens = datetime.combine(dialogue.opens_on, time(), UTC)
    return max(opens, dialogue.published_at) if dialogue.published_at else opens


def closed_at(dialogue: Dialogue) -> datetime:
    """Give when a dialogue closed or will close."""
    by_date = datetime.combine(dialogue.closes_on + timedelta(days=1), time(), UTC)
    return min(by_date, dialogue.closed_at) if dialogue.closed_at else by_date


def last_turn(dialogue: Dialogue) -> datetime:
    """Give when a published dialogue last changed: by its curators, or by its dates."""
    turns = [dialogue.updated_at]
    turns += [opened_at(dialogue)] if dialogue.has_begun else []
    turns += [closed_at(dialogue)] if dialogue.is_over else []
    return max(turns)


def news(dialogue: Dialogue, since: datetime) -> list[News]:
    """Give what happened in a published dialogue after a moment, in order. One query."""
    return sorted(
        (each for each in _all(dialogue, since) if each.moment > since),
        key=lambda each: (each.moment, each.key),
    )


def _all(dialogue: Dialogue, since: datetime) -> Iterator[News]:
    named, path = {"title": dialogue.title}, dialogue.get_absolute_url()
    name = f"dialogue-{dialogue.pk}"
    if not dialogue.is_published:
        return
    if dialogue.has_begun:
        title = _("Open for responses: %(title)s") % named
        yield News(f"{name}-open", opened_at(dialogue), title, path)
    if dialogue.is_over:
        title = _("Closed, with its numbers: %(title)s") % named
        yield News(f"{name}-closed", closed_at(dialogue), title, path)
    if dialogue.is_over and dialogue.reported_at:
        title = _("What was done: %(title)s") % named
        yield News(f"{name}-reported", dialogue.reported_at, title, path)
    shown = dialogue.responses.with_text().filter(text_published_at__gt=since)
    for code, moment, kind in shown.values_list("code", "text_published_at", "reply_to__code"):
        title = (_("A reply in: %(title)s") if kind else _("A response in: %(title)s")) % named
        yield News(f"{name}-{code}", moment, title, f"{path}#response-{code}")
