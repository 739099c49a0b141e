"""The weight of a lesson in words."""

from collections.abc import Mapping

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.vocabulary import Stance


def in_words(counts: Mapping[Stance, int]) -> str:
    """Say how many cases stand where: “supported by 9 cases, qualified by 3 and challenged by 2”.

    Gives “no case speaks to this lesson yet” where there is none.
    """
    words = {
        Stance.SUPPORTS: _("supported by %s"),
        Stance.QUALIFIES: _("qualified by %s"),
        Stance.CHALLENGES: _("challenged by %s"),
    }
    parts: list[str] = []
    for stance in Stance:
        count = counts.get(stance, 0)
        if count:
            # Only the first number says what is counted.
            number = str(count) if parts else ngettext("%d case", "%d cases", count) % count
            parts.append(words[stance] % number)
    return get_text_list(parts, _("and")) if parts else _("no case speaks to this lesson yet")
