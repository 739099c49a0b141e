"""The weight of a lesson: in words, and as a strip."""

from collections.abc import Mapping
from dataclasses import dataclass

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


WIDTH = 1000  # units of the strip, whatever its size on the screen


@dataclass(frozen=True, slots=True)
class StripPart:
    """The cases of one stance: how many, and where their part of the strip begins and ends."""

    stance: Stance
    count: int
    x: int
    length: int


@dataclass(frozen=True, slots=True)
class Strip:
    """All cases that speak to a lesson, side by side."""

    total: int
    parts: tuple[StripPart, ...]


def as_strip(counts: Mapping[Stance, int]) -> Strip:
    """Give the counts as parts of one strip, with a gap between them."""
    total = sum(counts.values())
    parts, before = [], 0
    for stance in Stance:
        count = counts.get(stance, 0)
        if count:
            x, end = before * WIDTH // total, (before + count) * WIDTH // total
            parts.append(StripPart(stance, count, x, end - x - (0 if end == WIDTH else 4)))
            before += count
    return Strip(total, tuple(parts))
