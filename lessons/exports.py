"""What the lessons add to the data of a case: those that it speaks to, and what it says of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from casestudies.exports.record import Record, register
from lessons.models import Evidence
from portal.linked_data import Absolute


def lessons_of(cases: Sequence[int], absolute: Absolute) -> Mapping[int, list[Record]]:
    """Give the published lessons that published cases speak to. One query."""
    links = Evidence.objects.published().filter(case__in=cases).select_related("lesson")
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for link in links.order_by("lesson__number"):
        found[link.case_id].append(
            {
                "slug": link.lesson.slug,
                "title": link.lesson.title,
                "url": absolute(link.lesson.get_absolute_url()),
                "stance": link.stance,
                "note": link.note,
            }
        )
    return found


register("lessons", lessons_of)
