"""Eleven facts on the setting of a case, by which cases can be compared."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from casestudies.vocabulary import AsgmScale, Organised, YesNo, YesNoUnknown


def _fact(label: object, help_text: object) -> "models.CharField[str, str]":
    """Give a field that is yes, no or unknown."""
    return models.CharField(
        label,  # type: ignore[arg-type]
        max_length=8,
        choices=YesNoUnknown,
        default=YesNoUnknown.UNKNOWN,
        help_text=help_text,  # type: ignore[arg-type]
    )


class ContextProfile(models.Model):
    """The setting of a case as the record tells it. Unknown never means no."""

    FIELDS = (
        "asgm_scale",
        "asgm_organised",
        "orebody_shared",
        "mercury_use",
        "public_security_present",
        "in_migration",
        "prior_violence",
        "customary_or_indigenous_land",
        "armed_or_criminal_groups",
        "child_labour_reported",
        "women_mentioned",
    )

    asgm_scale = models.CharField(
        _("scale of small-scale mining"),
        max_length=10,
        choices=AsgmScale,
        default=AsgmScale.UNKNOWN,
        help_text=_(
            "Small-scale miners at or around the site, or people living from their work where "
            "that is all the record gives; peak or upper estimate."
        ),
    )
    mercury_use = _fact(
        _("mercury use"), _("Whether the record says that the miners use or used mercury.")
    )
    public_security_present = _fact(
        _("public security present"),
        _("Whether police, soldiers or similar forces guard the site or acted there."),
    )
    in_migration = _fact(
        _("in-migration"), _("Whether miners or settlers from outside the area are reported.")
    )
    prior_violence = _fact(
        _("violence"),
        _("Whether the record reports violence at or around the site before or during the events."),
    )
    customary_or_indigenous_land = _fact(
        _("customary or Indigenous ties"),
        _(
            "Whether the record speaks of Indigenous, tribal or ancestral communities, landowners "
            "or customary authorities with a claim to the land, the water or the gold."
        ),
    )
    asgm_organised = models.CharField(
        _("miners organised"),
        max_length=8,
        choices=Organised,
        default=Organised.UNKNOWN,
        help_text=_("Whether a miners' association, cooperative, committee or company takes part."),
    )
    women_mentioned = models.CharField(
        _("women mentioned"),
        max_length=8,
        choices=YesNo,
        default=YesNo.NO,
        help_text=_(
            "Whether the text of the record mentions women. “No” says something about the "
            "sources and not about who mines."
        ),
    )
    child_labour_reported = _fact(
        _("child labour reported"),
        _("Whether children are reported at work or among those mining."),
    )
    armed_or_criminal_groups = _fact(
        _("armed or criminal groups"),
        _("Whether armed groups, syndicates or organised illegal operators are reported."),
    )
    orebody_shared = _fact(
        _("same ore or ground"),
        _(
            "Whether the miners work, or worked, the ore, pits, dumps, tailings or ground that "
            "the company mines, mined or means to mine."
        ),
    )

    class Meta:
        abstract = True
