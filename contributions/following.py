"""What can be followed of the contributions, and what they add to the news of cases and lessons."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contributions.facets import PERSPECTIVES
from contributions.linked_data import summary_of
from contributions.models import Perspective
from portal.following.kinds import Item, News, add_news, register
from portal.following.records import changed_since, record_kind, selection_kind
from portal.models import is_public


def _perspectives_on(relation: str) -> News:
    """Make the news that perspectives are for what they speak to."""

    def news(slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
        changed = changed_since(Perspective.objects.published(), since, summary_of)
        items = {perspective.pk: item for perspective, item in changed}
        spoken_to = Perspective.objects.filter(is_public(relation), pk__in=items)
        wanted, found = set(slugs), dict[str, list[Item]]()
        for key, slug in spoken_to.values_list("pk", f"{relation}__slug"):
            if slug in wanted:
                found.setdefault(slug, []).append(items[key])
        return found

    return news


register(selection_kind(PERSPECTIVES, "perspectives", _("Perspectives"), summary_of))
register(record_kind("perspective", Perspective, summary_of))
add_news("case", _perspectives_on("cases"))
add_news("lesson", _perspectives_on("lessons"))
