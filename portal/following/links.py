"""The private links of followers: signed, so that nothing of them is stored.

The link that confirms is good for a week. The one that ends does not grow old: somebody who wants
no more mail may have an old mail at hand.
"""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.urls import reverse

from portal.following.models import Follower, Frequency, Subscription

CONFIRM_SALT, OWN_SALT = "portal.following.confirm", "portal.following.own"
CONFIRM_WITHIN = timedelta(days=7)


class BadLinkError(Exception):
    """A link that this site has not made, or that was changed."""


class OldLinkError(BadLinkError):
    """A link that was good once."""


def confirming(subscription: Subscription, frequency: Frequency) -> str:
    """Give the path at which a subscription is confirmed."""
    token = signing.dumps([subscription.pk.hex, frequency], salt=CONFIRM_SALT)
    return reverse("follow-confirm", args=[token])


def read_confirming(token: str) -> tuple[UUID, Frequency]:
    """Give what a link confirms. Raises BadLinkError."""
    try:
        key, frequency = signing.loads(token, salt=CONFIRM_SALT, max_age=CONFIRM_WITHIN)
        return UUID(key), Frequency(frequency)
    except signing.SignatureExpired as error:
        raise OldLinkError from error
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise BadLinkError from error


def own(follower: Follower) -> str:
    """Give the path at which somebody sees and ends what they follow."""
    return reverse("following", args=[signing.Signer(salt=OWN_SALT).sign(follower.pk.hex)])


def read_own(token: str) -> UUID:
    """Give the key of the follower whose link this is. Raises BadLinkError."""
    try:
        return UUID(signing.Signer(salt=OWN_SALT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise BadLinkError from error
