"""The dialogues on the curation desk: drafts as for other records, and responses that wait."""

from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from contributions.dialogues.models import Dialogue, Response
from contributions.dialogues.moderation import may_moderate
from portal.desk.dashboard import ROWS, Card, Link, Row, change_address, list_address, register
from portal.desk.states import watch

LABEL = "contributions.response"

watch(Dialogue)


def responses_waiting(request: HttpRequest) -> Card | None:
    """Give the responses that a moderator has to look at, those that look odd last. Two queries."""
    if not may_moderate(request.user):
        return None
    waiting = Response.objects.waiting().select_related("dialogue")
    rows = tuple(
        Row(
            response.dialogue.title, change_address(LABEL, response.pk), timesince(response.sent_at)
        )
        for response in waiting[:ROWS]
    )
    links = (
        Link(_("Texts that wait"), list_address(LABEL, "?text_state__exact=waiting")),
        Link(_("Held back"), list_address(LABEL, "?standing__exact=held")),
    )
    empty = _("No response waits.")
    return Card(_("Responses to dialogues"), rows, waiting.count(), links, empty)


register(responses_waiting, order=12)
