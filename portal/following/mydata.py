"""Everything that is stored about a follower, for whoever has their private link."""

from typing import Any

from portal.following.models import Follower


def everything_about(follower: Follower) -> dict[str, Any]:
    """Give all columns, what is followed and what was told, as JSON can hold them. Two queries."""
    return {
        "address": follower.address,
        "last asked to confirm": follower.asked_on.isoformat() if follower.asked_on else None,
        "times asked on that day": follower.asked_times,
        "follows": [
            {
                "what": one.what,
                "how often": one.frequency,
                "asked": one.asked_at.isoformat(),
                "confirmed": one.confirmed_at.isoformat() if one.confirmed_at else None,
                "last looked for news": one.looked_at.isoformat() if one.looked_at else None,
            }
            for one in follower.subscriptions.order_by("asked_at", "pk")
        ],
        "told": [
            {"news": each.item, "when": each.moment.isoformat()}
            for each in follower.delivery_set.order_by("moment", "pk")
        ],
    }
