"""The perspectives in the words of schema.org."""

from html import unescape

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from casestudies.linked_data import country_node, theme_term
from contributions.models import Organisation, Perspective
from portal.browse import BrowsePage
from portal.linked_data import Absolute, Node, article, browse_page, citation, shortened


def perspective_article(perspective: Perspective, absolute: Absolute) -> Node:
    """Give one perspective, as `for_reading()` reads it.

    The text is the library's; the organisation is what it is about, and the author of its sources.
    """
    sources = perspective.sources.all()
    return {
        **article("Article", perspective, perspective.title, absolute),
        "description": summary_of(perspective),
        "about": [
            *(
                [_organisation(perspective.organisation, absolute)]
                if perspective.organisation
                else []
            ),
            *(theme_term(theme, absolute) for theme in perspective.themes.all()),
        ],
        "citation": [citation(source) for source in sources],
        "isBasedOn": [source.url for source in sources],
    }


def summary_of(perspective: Perspective) -> str:
    """Give the beginning of the text without its mark-up."""
    return shortened(unescape(strip_tags(perspective.body_html)))


def _organisation(organisation: Organisation, absolute: Absolute) -> Node:
    country = organisation.country
    location = country_node(country, absolute) if country else None
    return {"@type": "Organization", "name": organisation.name, "location": location}


def perspective_list(page: BrowsePage, absolute: Absolute) -> Node:
    """Give a list of perspectives."""
    description = _("What organisations themselves say in public; not this library's view.")
    return browse_page(page, _("Perspectives"), description, absolute)
