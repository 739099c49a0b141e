"""The dialogues on the curation desk: drafts as for other records, and responses that wait."""

from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _

from contributions.dialogues.models import Dialogue, Response
from contributions.dialogues.moderation import may_moderate
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

LABEL = "contributions.response"

watch(Dialogue)


def responses_waiting(request: HttpRequest) -> Card | None:
    """Give the responses that a moderator has to look at, those that look odd last. One query."""
    if not may_moderate(request.user):
        return None
    waiting, number = first_and_number(Response.objects.waiting().select_related("dialogue"))
    rows = tuple(
        Row(
            response.dialogue.title, change_address(LABEL, response.pk), timesince(response.sent_at)
        )
        for response in waiting
    )
    links = (
        Link(_("Texts that wait"), list_address(LABEL, "?text_state__exact=waiting")),
        Link(_("Appeals"), list_address(LABEL, "?text_state__exact=appealed")),
        Link(_("Held back"), list_address(LABEL, "?standing__exact=held")),
    )
    empty = _("No response waits.")
    return Card(_("Responses to dialogues"), rows, number, links, empty)


register(responses_waiting, order=12)
