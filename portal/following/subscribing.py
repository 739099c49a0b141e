"""Services: asked, confirmed, ended, forgotten."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from portal.addresses import in_full
from portal.following import links
from portal.following.kinds import Subject
from portal.following.models import (
    Delivery,
    Follower,
    Frequency,
    Subscription,
    SubscriptionQuerySet,
)
from portal.mail.letters import Letter, letter
from portal.mail.outbox import post
from portal.sealed import blind_print

MOST_ASKED = 5  # mails in a day that ask one address for a confirmation, whoever wants them
# How long it is remembered who was told what: longer than a digest ever looks back.
DELIVERIES_KEPT = timedelta(days=180)


@transaction.atomic
def ask(
    subject: Subject, address: str, frequency: Frequency, *, key: str, at_once: bool = True
) -> bool:
    """Ask whoever reads an address whether they want to follow; say whether a mail was posted.

    The same `key` asks once. It makes no difference whether the address is known: what is confirmed
    already is asked anew, and stays as it is until the answer.
    """
    now = timezone.now()
    follower = _follower(address)
    subscription, _made = Subscription.objects.get_or_create(
        follower=follower,
        kind=subject.kind,
        subject=subject.slug,
        defaults={"frequency": frequency, "asked_at": now},
    )
    asked_today = follower.asked_times if follower.asked_on == now.date() else 0
    if asked_today >= MOST_ASKED:
        return False
    words = {
        "title": subject.title,
        "address": in_full(subject.path),
        "frequency": frequency.label,
        "confirm": in_full(links.confirming(subscription, frequency)),
        "days": links.CONFIRM_WITHIN.days,
        "end": end_link(follower),
    }
    if not post_to(follower, letter("mail/follow.txt", words), f"follow {key}", at_once=at_once):
        return False
    _count(follower, now.date(), asked_today + 1)
    subscription.asked_at = now
    subscription.save(update_fields=["asked_at"])
    return True


def end_link(follower: Follower) -> str:
    """Give the address that stands in every mail: what somebody follows, and how to end it."""
    return in_full(links.own(follower))


def post_to(
    follower: Follower, words: Letter, key: str, *, writer: str = "", at_once: bool
) -> bool:
    """Post a mail to a follower, with the link that ends it where mail programs look (RFC 8058)."""
    return post(
        follower.address,
        words.subject,
        words.text,
        key=key,
        headers={
            "List-Unsubscribe": f"<{end_link(follower)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        writer=writer,
        at_once=at_once,
    )


@transaction.atomic
def confirm(key: UUID, frequency: Frequency) -> Subscription | None:
    """Begin to send, from now on; give nothing where it was ended or forgotten meanwhile."""
    found = Subscription.objects.select_for_update().filter(pk=key).first()
    if found is None:
        return None
    found.frequency = frequency
    if found.confirmed_at is None:
        found.confirmed_at = found.looked_at = timezone.now()
    found.save(update_fields=["frequency", "confirmed_at", "looked_at"])
    return found


def end(follower: UUID, subscription: UUID | None = None) -> None:
    """End one of somebody's subscriptions, or all. With the last one their address is forgotten."""
    ended = Subscription.objects.filter(follower=follower)
    _end(ended if subscription is None else ended.filter(pk=subscription), follower)


def forget(now: datetime) -> int:
    """Forget what nobody confirmed in time, and old notes of who was told what; say how many."""
    late = Subscription.objects.filter(confirmed_at=None, asked_at__lt=now - links.CONFIRM_WITHIN)
    followers = set(late.values_list("follower", flat=True))
    count = sum(_end(late.filter(follower=follower), follower) for follower in followers)
    Delivery.objects.filter(moment__lt=now - DELIVERIES_KEPT).delete()
    return count


@transaction.atomic
def _end(subscriptions: SubscriptionQuerySet, follower: UUID) -> int:
    """End subscriptions of one follower, and forget who has none left; say how many ended."""
    # Locked first: nobody may begin to follow something while the address is about to go.
    list(Follower.objects.select_for_update().filter(pk=follower))
    count = subscriptions.delete()[0]
    Follower.objects.filter(pk=follower, subscriptions=None).delete()
    return count


def _follower(address: str) -> Follower:
    """Give the follower with an address, whatever its case; kept from others until the end."""
    print_of_address = blind_print(address.strip().casefold(), "follower")
    follower, _made = Follower.objects.select_for_update().get_or_create(
        address_print=print_of_address, defaults={"address": address.strip()}
    )
    return follower


def _count(follower: Follower, day: date, times: int) -> None:
    follower.asked_on, follower.asked_times = day, times
    follower.save(update_fields=["asked_on", "asked_times"])
