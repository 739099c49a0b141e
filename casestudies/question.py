"""A selection of cases in words: "Case studies in Ghana or Colombia about formalisation"."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.browse import BrowsePage

# The order in which a sentence names what is chosen.
ORDER = (
    "collection", "country", "company", "theme", "approach", "sdg17", "party", "stage",
    "asgm_status", "outcome",
)  # fmt: skip
PROPER = {"country", "company"}  # whose values are names
FEW = 4  # values of a facet that a title can name
LONGEST_TEXT = 60  # characters of a search that a title can hold


def question_of(page: BrowsePage) -> str:
    """Give all that a selection asks for, as a title."""
    return _sentence(page, most=1_000, longest=1_000)


def short_question_of(page: BrowsePage) -> str:
    """Give the same for the front of a document: many values become their number."""
    return _sentence(page, most=FEW, longest=LONGEST_TEXT)


def _sentence(page: BrowsePage, most: int, longest: int) -> str:
    parts = [_part(page, facet, most) for facet in ORDER if page.selection.chosen.get(facet)]
    if words := page.selection.text:
        words = words if len(words) <= longest else f"{words[: longest - 1]}…"
        parts.append(_("found by searching for “%s”") % words)
    if not parts:
        return _("All case studies")
    return " ".join([_("Case studies"), *parts])


def _part(page: BrowsePage, facet: str, most: int) -> str:
    """Give one facet's part of the sentence."""
    values = page.snapshot.values[facet]
    names = [str(values[value].label) for value in values if value in page.selection.chosen[facet]]
    forms = {
        "collection": _("of the %s"),
        "country": _("in %s"),
        "company": _("with %s"),
        "theme": _("about %s"),
        "approach": _("that tried %s"),
        "sdg17": _("with partnerships of the type %s"),
        "party": _("in which others took part: %s"),
        "stage": _("at a mine in the stage %s"),
        "asgm_status": _("with small-scale miners described as %s"),
        "outcome": _("whose result is: %s"),
    }
    if len(names) > most:
        return forms[facet] % _number(facet, len(names))
    if facet not in PROPER:
        names = [name[:1].lower() + name[1:] for name in names]
    return forms[facet] % _either(names)


def _number(facet: str, number: int) -> str:
    """Give many values as their number."""
    if facet == "country":
        return ngettext("%d country", "%d countries", number) % number
    if facet == "company":
        return ngettext("%d company", "%d companies", number) % number
    return _("one of %d") % number


def _either(names: list[str]) -> str:
    """Join names by "or"."""
    if len(names) == 1:
        return names[0]
    return _("%(some)s or %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
