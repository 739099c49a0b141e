"""The closed lists of the dialogues."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """How far a published dialogue has come."""

    PLANNED = "planned", _("Not open yet")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    REPORTED = "reported", _("Reported")


class Choice(models.TextChoices):
    """What somebody says to a statement."""

    AGREE = "agree", _("Agree")
    DISAGREE = "disagree", _("Disagree")
    PASS = "pass", _("Pass")


class Standing(models.TextChoices):
    """Whether a response counts."""

    COUNTED = "counted", _("Counted")
    HELD = "held", _("Held back: looks odd, and counts when somebody lets it in")
    SHUT_OUT = "shut-out", _("Shut out: spam or abuse")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")


class TextState(models.TextChoices):
    """Whether the words of a response are shown."""

    NONE = "none", _("No text")
    WAITING = "waiting", _("Waits for a moderator")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Declined")
    APPEALED = "appealed", _("Declined; another moderator looks at it again")


class StepKind(models.TextChoices):
    """What was done to a response."""

    PUBLISHED = "published", _("Text published")
    DECLINED = "declined", _("Text declined")
    FLAGGED = "flagged", _("Flagged for a second look")
    UNFLAGGED = "unflagged", _("Flag taken off")
    CLAIMED = "claimed", _("Claimed")
    RELEASED = "released", _("Given back to the queue")
    APPEALED = "appealed", _("Appeal")
    READER_FLAGGED = "reader", _("Flagged by a reader")
    FLAG_CLOSED = "looked-at", _("Flag of a reader looked at")
    LET_IN = "let-in", _("Let in: it counts")
    SHUT_OUT = "shut-out", _("Shut out: it does not count")
    CHANGED = "changed", _("Changed by its author")
    REWRITTEN = "rewritten", _("Words changed by its author")
    WITHDRAWN = "withdrawn", _("Withdrawn by its author")
