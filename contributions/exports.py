"""What stakeholders say, in the data of a case."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from casestudies.exports.record import Record, register
from contributions.models import Perspective
from portal.linked_data import Absolute


def said_of(cases: Sequence[int], absolute: Absolute) -> Mapping[int, list[Record]]:
    """Give the published perspectives and contributions on some cases. One query."""
    through: Any = Perspective.cases.through
    links = through.objects.filter(
        casestudy__in=cases, perspective__in=Perspective.objects.published()
    )
    rows = links.select_related(
        "perspective__organisation__country", "perspective__speaker_country"
    )
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for link in rows.order_by("perspective__title", "perspective"):
        said = link.perspective
        found[link.casestudy_id].append(
            {
                "title": said.title,
                "kind": said.kind_of_contribution,
                "speaker": said.speaker,
                "speaker_kind": said.stakeholder.value,
                "identity": said.identity,
                "passage": said.passage,
                "quote": said.quote,
                "text": said.body,
                "said_on": said.said_on.isoformat() if said.said_on else None,
                "url": absolute(said.get_absolute_url()),
            }
        )
    return found


register("contributions", said_of)
