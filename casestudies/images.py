"""The image of a case study that goes with a shared link."""

from django.utils.translation import gettext as _

from casestudies.models import CaseStudy
from portal.typesetting import legible, png

MOST_COUNTRIES = 3


def case_card(case: CaseStudy) -> bytes:
    """Give a PNG with title, countries and outcome."""
    data = {
        "eyebrow": legible(_eyebrow(case)),
        "title": legible(case.title, otherwise=case.slug.replace("-", " ").capitalize()),
        "outcome": legible(_outcome(case)),
    }
    return png("casestudies/card.typ", data)


def card_alternative(case: CaseStudy) -> str:
    """Give what stands on the image, for those who do not see it."""
    return f"{_eyebrow(case)}: {case.title}. {_outcome(case)}."


def _eyebrow(case: CaseStudy) -> str:
    names = [country.name for country in case.countries.all()]
    shown = [*names[:MOST_COUNTRIES], *(["…"] if len(names) > MOST_COUNTRIES else [])]
    return " · ".join([_("Case study"), *shown])


def _outcome(case: CaseStudy) -> str:
    year = f" ({case.outcome_as_of})" if case.outcome_as_of else ""
    return _("Outcome:") + f" {case.get_outcome_status_display().lower()}{year}"
