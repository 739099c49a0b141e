"""The dialogues in the feed of the site."""

from django.utils.translation import gettext as _

from contributions.dialogues import board
from contributions.dialogues.news import last_turn
from portal.feeds import Entry, register


def newest_dialogues(most: int) -> list[Entry]:
    """Give the published dialogues that opened, closed, reported or changed last."""
    entries = [
        Entry(
            title=dialogue.title,
            path=dialogue.get_absolute_url(),
            summary=dialogue.question,
            published=dialogue.published_at or dialogue.created_at,
            updated=last_turn(dialogue),
            category=_("Dialogue: %(status)s") % {"status": dialogue.status.label.lower()},
        )
        for dialogue in board.published()
    ]
    return sorted(entries, key=lambda entry: entry.updated, reverse=True)[:most]


register(newest_dialogues)
