"""Closed lists whose values each carry a definition."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise


class DefinedChoices(models.TextChoices):
    """A closed list in which every value has a label and a definition.

    Members are written `NAME = "value", _("definition"), _("label")`: Django takes the last part
    as the label.
    """

    definition: str | Promise

    def __new__(cls, value: str, definition: str | Promise = "") -> Self:
        """Make the member; the definition rides along."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member


def is_one_of(
    field: str, choices: type[models.TextChoices], name: str, unless: Q | None = None
) -> models.CheckConstraint:
    """Give a database constraint: the field holds a value of the list, unless a condition holds."""
    condition = Q(**{f"{field}__in": choices.values})
    return models.CheckConstraint(condition=condition | unless if unless else condition, name=name)
