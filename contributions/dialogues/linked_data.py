"""The dialogues in the words of schema.org."""

from django.urls import reverse
from django.utils.translation import gettext as _

from casestudies.linked_data import theme_term
from contributions.dialogues.models import Dialogue
from portal.linked_data import Absolute, Node, article, collection_page


def dialogue_page(dialogue: Dialogue, absolute: Absolute) -> Node:
    """Give the page of one dialogue, as `for_reading()` reads it."""
    return {
        **article("WebPage", dialogue, dialogue.title, absolute),
        "description": dialogue.question,
        "about": [theme_term(theme, absolute) for theme in dialogue.themes.all()],
    }


def dialogue_list(absolute: Absolute) -> Node:
    """Give the list of dialogues."""
    says = _("Calls for input on lessons, themes and drafts, and what came of them.")
    return collection_page(_("Dialogues"), says, absolute(reverse("dialogues")), absolute)
