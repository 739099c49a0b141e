"""Digests: what is new since the last one, once to each follower, in one mail.

A mail and the note of what it tells are written in one transaction for each follower. So a run
that was killed anywhere may simply be run again: who has had their mail is not due any more, and
what somebody was told is not told again. Two runs at once wait for each other, follower by
follower.

What waits in the outbox is not the mail but notes of what it tells. Its text is made of them when
it leaves (`write`): of what is public and still followed then.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import ngettext

from portal.addresses import in_full
from portal.following.kinds import Item, find, news_of
from portal.following.models import Delivery, Follower, Subscription
from portal.following.subscribing import end_link, post_to
from portal.mail.letters import Letter, letter
from portal.text import in_chunks

logger = logging.getLogger(__name__)

# A digest looks back a little further than the last one: a change may become visible a while after
# its own moment, when its transaction ends. What was told already is known by its key.
OVERLAP = timedelta(days=1)
A_LITTLE = timedelta(seconds=1)  # news are asked for since before the moment of the oldest
WRITER = "digest"  # by this name the outbox knows who writes digests
MOST_LISTED = 20  # items under one heading; the rest is summed up, with the address to see it

News = dict[tuple[str, str], list[Item]]


@dataclass(frozen=True)
class Report:
    """What a run has done: digests posted, items told in them, and followers it failed for."""

    digests: int = 0
    items: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Group:
    """What a digest says of one subject."""

    title: str
    address: str
    items: list[dict[str, str]]
    more: int


def send_digests(now: datetime) -> Report:
    """Post a digest to everybody for whom one is due and something is new."""
    due = list(Subscription.objects.due(now))
    news = _gather(due)
    waiting = {one.follower_id for one in due if any(_since_last(one, news))}
    digests = items = failed = 0
    for key in sorted(waiting):
        try:
            told = _digest(key, now, news)
        except Exception as error:
            # One follower must not keep the others waiting; the error's text may hold an address.
            logger.error("A digest could not be made (%s)", type(error).__name__)
            failed += 1
        else:
            digests += bool(told)
            items += told
    idle = [one.pk for one in due if one.follower_id not in waiting]
    for keys in in_chunks(idle, 500):
        Subscription.objects.due(now).filter(pk__in=keys).update(looked_at=now)
    return Report(digests, items, failed)


def _gather(due: Iterable[Subscription]) -> News:
    """Give what is new of all that is followed. As many queries for one follower as for many."""
    by_kind: dict[str, dict[str, datetime]] = {}
    for one in due:
        slugs, start = by_kind.setdefault(one.kind, {}), _start(one)
        slugs[one.subject] = min(start, slugs.get(one.subject, start))
    return {
        (kind, slug): items
        for kind, slugs in by_kind.items()
        for slug, items in news_of(kind, slugs.keys(), min(slugs.values())).items()
    }


@transaction.atomic
def _digest(key: UUID, now: datetime, news: News) -> int:
    """Post one follower's digest and note what it tells; give the number of items."""
    follower = Follower.objects.select_for_update().filter(pk=key).first()
    if follower is None:
        return 0  # ended meanwhile
    # Read anew, now that nobody else is at it: another run may have been here.
    due = list(follower.subscriptions.due(now).order_by("confirmed_at", "pk"))
    fresh = _fresh(follower, due, news)
    items = [item for _one, found in fresh for item in found]
    if items:
        Delivery.objects.bulk_create(
            Delivery(follower=follower, item=item.key, moment=now) for item in items
        )
        # An item is told once, so its key names this mail too.
        name = f"digest {key} {items[0].key}"
        post_to(follower, Letter("", _notes(key, fresh)), name, writer=WRITER, at_once=False)
    Subscription.objects.filter(pk__in=[one.pk for one in due]).update(looked_at=now)
    return len(items)


def _fresh(
    follower: Follower, due: Iterable[Subscription], news: News
) -> list[tuple[Subscription, list[Item]]]:
    """Give what somebody was not told yet, by subscription; what belongs to several stands once."""
    wanted = [(one, list(_since_last(one, news))) for one in due]
    keys = {item.key for _one, items in wanted for item in items}
    known = Delivery.objects.filter(follower=follower, item__in=keys)
    told = set(known.values_list("item", flat=True))
    fresh = []
    for one, items in wanted:
        new = {item.key: item for item in items if item.key not in told}
        told |= new.keys()
        if new:
            newest_first = sorted(new.values(), key=lambda item: (item.moment, item.key))[::-1]
            fresh.append((one, newest_first))
    return sorted(fresh, key=lambda pair: pair[1][0].moment, reverse=True)


def _since_last(one: Subscription, news: News) -> Iterator[Item]:
    """Give the news of what is followed since the last digest, or a little before."""
    start = _start(one)
    return (item for item in news.get((one.kind, one.subject), ()) if item.moment > start)


def _start(one: Subscription) -> datetime:
    """Give since when a subscription wants news: never from before it was confirmed."""
    assert one.confirmed_at is not None  # only confirmed ones are due
    assert one.looked_at is not None
    return max(one.confirmed_at, one.looked_at - OVERLAP)


def _notes(follower: UUID, fresh: list[tuple[Subscription, list[Item]]]) -> str:
    """Note what a digest tells: keys only, so that no text outlives its withdrawal."""
    since = min(item.moment for _one, items in fresh for item in items) - A_LITTLE
    told = [[one.what, [item.key for item in items]] for one, items in fresh]
    return json.dumps({"follower": follower.hex, "since": since.isoformat(), "told": told})


def write(notes: str) -> Letter | None:
    """Make a digest of its notes: what of it is public and followed now; nothing without any."""
    noted = json.loads(notes)
    follower = Follower.objects.filter(pk=noted["follower"]).first()
    if follower is None:
        return None  # ended meanwhile
    followed = {one.what: one for one in follower.subscriptions.all()}
    since = datetime.fromisoformat(noted["since"])
    left = []
    for what, keys in noted["told"]:
        if one := followed.get(what):
            news = news_of(one.kind, [one.subject], since).get(one.subject, ())
            public = {item.key: item for item in news}
            if items := [public[key] for key in keys if key in public]:
                left.append((one, items))
    if not left:
        return None
    return letter("mail/digest.txt", {**_words(left), "end": end_link(follower)})


def _words(fresh: list[tuple[Subscription, list[Item]]]) -> dict[str, object]:
    """Give what the mail says."""
    count = sum(len(items) for _one, items in fresh)
    groups = []
    for one, items in fresh:
        subject = find(one.what)
        listed = [
            {
                "title": " ".join(item.title.split()),
                "summary": " ".join(item.summary.split()),
                "address": in_full(item.path),
            }
            for item in items[:MOST_LISTED]
        ]
        title, path = (subject.title, subject.path) if subject else ("", items[0].path)
        groups.append(Group(title, in_full(path), listed, len(items) - len(listed)))
    heading = ngettext("%d news item", "%d news items", count) % count
    return {"heading": heading, "groups": groups}
