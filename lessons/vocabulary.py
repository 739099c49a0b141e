"""The closed lists of the lessons, each value with its definition."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import DefinedChoices


class Audience(DefinedChoices):
    """Whom a lesson speaks to."""

    COMPANY = (
        "company",
        _("Managers and staff of large mines, projects and explorers."),
        _("Large-scale mining company"),
    )
    GOVERNMENT = (
        "government",
        _("Ministries, regulators, local authorities and public security bodies."),
        _("Government"),
    )
    ASGM = (
        "asgm",
        _("Artisanal and small-scale miners and their organisations."),
        _("Small-scale miners"),
    )
    DONOR = (
        "donor",
        _("Public and private funders and development agencies."),
        _("Donor"),
    )
    CIVIL_SOCIETY = (
        "civil-society",
        _("Non-governmental organisations, community bodies and researchers."),
        _("Civil society"),
    )
    REFINER_TRADER = (
        "refiner-trader",
        _("Buyers, traders, refiners and brands along the gold chain."),
        _("Refiner or trader"),
    )


class Stance(DefinedChoices):
    """What a case says of a lesson."""

    SUPPORTS = (
        "supports",
        _("The record gives an instance that fits the lesson."),
        _("Supports"),
    )
    QUALIFIES = (
        "qualifies",
        _("The record fits in part, sets a condition or shows a limit."),
        _("Qualifies"),
    )
    CHALLENGES = (
        "challenges",
        _("The record runs against the lesson or shows a cost that it leaves out."),
        _("Challenges"),
    )


class AnswerType(models.TextChoices):
    """How a question of the baseline checklist is answered."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("One of a list")
    YES_NO_UNKNOWN = "yes-no-unknown", _("Yes, no or unknown")
    SCALE = "scale-1-5", _("Scale from 1 to 5")
