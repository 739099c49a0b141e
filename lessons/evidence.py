"""Evidence grouped by what it says of a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass

from lessons.models import Evidence
from lessons.vocabulary import Stance


@dataclass(frozen=True)
class StanceGroup:
    """The links of one stance."""

    stance: Stance
    links: list[Evidence]


def by_stance(links: Iterable[Evidence]) -> list[StanceGroup]:
    """Group links by stance, in the order of the stances; empty groups are left out."""
    groups: dict[str, list[Evidence]] = {stance.value: [] for stance in Stance}
    for link in links:
        groups[link.stance].append(link)
    return [StanceGroup(Stance(value), found) for value, found in groups.items() if found]
