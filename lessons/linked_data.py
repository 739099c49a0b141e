"""The lessons and the glossary in the words of schema.org."""

from django.urls import reverse
from django.utils.translation import gettext as _

from casestudies.linked_data import theme_term
from lessons.images import card_alternative
from lessons.models import BaselineChecklist, Lesson
from portal.browse import BrowsePage
from portal.linked_data import (
    Absolute,
    Node,
    article,
    browse_page,
    card,
    catalog,
    citation,
    publisher,
)


def lesson_article(lesson: Lesson, absolute: Absolute) -> Node:
    """Give one lesson, as `for_reading()` reads it."""
    sources = lesson.sources.all()
    return {
        **article("Article", lesson, lesson.title, absolute),
        "description": lesson.summary,
        "image": card(
            absolute(reverse("lesson-card", args=[lesson.slug])), card_alternative(lesson)
        ),
        "about": [theme_term(theme, absolute) for theme in lesson.themes.all()],
        "audience": [
            {"@type": "Audience", "audienceType": label} for label in lesson.audience_labels
        ],
        "citation": [citation(source) for source in sources],
        "isBasedOn": [source.url for source in sources],
    }


def lesson_list(page: BrowsePage, absolute: Absolute) -> Node:
    """Give a list of lessons."""
    description = _(
        "What many cases together teach, and which of them support, qualify or challenge it."
    )
    return browse_page(page, _("Lessons"), description, absolute)


def glossary_terms(absolute: Absolute) -> Node:
    """Give the glossary. Its terms stand in the page, which is long enough without them twice."""
    url = absolute(reverse("glossary"))
    return {
        "@type": "DefinedTermSet",
        "url": url,
        "name": _("Glossary"),
        "description": _("Words of the field, with their names in other places and languages."),
        "isPartOf": catalog(absolute),
    }


def sources_page(title: str, path: str, absolute: Absolute) -> Node:
    """Give a page that only lists where something comes from."""
    return {
        "@type": "WebPage",
        "url": absolute(path),
        "name": title,
        "description": _("The public sources, with their addresses."),
        "publisher": publisher(absolute),
        "isPartOf": catalog(absolute),
    }


def baseline_page(checklist: BaselineChecklist | None, absolute: Absolute) -> Node:
    """Give the baseline checklist."""
    return {
        "@type": "WebPage",
        "url": absolute(reverse("baseline")),
        "name": checklist.title if checklist else _("Baseline checklist"),
        "description": checklist.purpose if checklist else "",
        "publisher": publisher(absolute),
        "isPartOf": catalog(absolute),
    }
