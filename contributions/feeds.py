"""The perspectives in the feed of the site."""

from django.utils.translation import gettext as _

import contributions.dialogues.feeds  # noqa: F401
from contributions.linked_data import summary_of
from contributions.models import Perspective
from portal.feeds import Entry, register


def newest_perspectives(most: int) -> list[Entry]:
    """Give the published perspectives that changed last."""
    perspectives = Perspective.objects.published().order_by("-updated_at", "-pk")[:most]
    return [Entry.of(view, summary_of(view), _("Perspective")) for view in perspectives]


register(newest_perspectives)
