"""A selection of cases in words: "Case studies in Ghana or Colombia about formalisation"."""

from django.utils.translation import gettext as _

from portal.browse import BrowsePage

# The order in which a sentence names what is chosen.
ORDER = (
    "collection", "country", "company", "theme", "approach", "sdg17", "party", "stage",
    "asgm_status", "outcome",
)  # fmt: skip


def in_words(page: BrowsePage) -> str:
    """Give what a selection asks for, as a title."""
    parts = [_part(page, facet) for facet in ORDER if page.selection.chosen.get(facet)]
    if page.selection.text:
        parts.append(_("found by searching for “%s”") % page.selection.text)
    if not parts:
        return _("All case studies")
    return " ".join([_("Case studies"), *parts])


def _part(page: BrowsePage, facet: str) -> str:
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
    if facet not in {"country", "company"}:
        names = [name[:1].lower() + name[1:] for name in names]
    return forms[facet] % _either(names)


def _either(names: list[str]) -> str:
    """Join names by "or"."""
    if len(names) == 1:
        return names[0]
    return _("%(some)s or %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
