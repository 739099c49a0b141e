"""Closing a dialogue before its last day, and what is fixed once somebody has responded."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone
from django.utils.translation import gettext as _

from contributions.dialogues.models import Dialogue
from portal.changes import change
from portal.curation.history import record_step
from portal.curation.rights import require_right
from portal.curation.workflow import RefusedError
from portal.models import Step


def has_responses(dialogue: Dialogue) -> bool:
    """Say whether somebody has responded, so that statements must stay as they are. One query."""
    return dialogue.responses.exists()


def close_early(dialogue: Dialogue, by: AbstractBaseUser, reason: str) -> None:
    """Take no more responses from now on. The pages say so at once; history keeps the reason.

    Raises PermissionDenied without the right to publish, RefusedError where it is not open.
    """
    require_right(by, "publish", dialogue)
    if not reason.strip():
        raise RefusedError(_("Please give a reason."))
    with change():
        fresh = Dialogue.objects.select_for_update(of=("self",)).get(pk=dialogue.pk)
        if not fresh.is_open:
            raise RefusedError(_("It is not open."))
        fresh.closed_at = timezone.now()
        fresh.save()
        record_step(fresh, Step.Action.CHANGED, by, _("Closed early: %s") % reason.strip())
