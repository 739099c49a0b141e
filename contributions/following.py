"""What can be followed of the contributions, and what they add to the news of cases and lessons."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from contributions.dialogues.models import Dialogue
from contributions.dialogues.news import news
from contributions.facets import PERSPECTIVES
from contributions.linked_data import summary_of
from contributions.models import Perspective
from portal.following.kinds import Item, Kind, News, Subject, add_news, register
from portal.following.records import changed_since, record_kind, selection_kind
from portal.models import is_public


def _perspectives_on(relation: str) -> News:
    """Make the news that perspectives are for what they speak to."""

    def of_subjects(slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
        changed = changed_since(Perspective.objects.published(), since, summary_of)
        items = {perspective.pk: item for perspective, item in changed}
        spoken_to = Perspective.objects.filter(is_public(relation), pk__in=items)
        wanted, found = set(slugs), dict[str, list[Item]]()
        for key, slug in spoken_to.values_list("pk", f"{relation}__slug"):
            if slug in wanted:
                found.setdefault(slug, []).append(items[key])
        return found

    return of_subjects


def _find_dialogue(slug: str) -> Subject | None:
    dialogue = Dialogue.objects.published().filter(slug=slug).first()
    if dialogue is None:
        return None
    return Subject("dialogue", dialogue.slug, dialogue.title, dialogue.get_absolute_url())


def _dialogue_news(slugs: Collection[str], since: datetime) -> dict[str, list[Item]]:
    """Give what happened in some dialogues since: opened, closed, reported."""
    found = Dialogue.objects.published().filter(slug__in=slugs)
    return {
        dialogue.slug: [
            Item(each.key, each.title, each.path, each.moment) for each in news(dialogue, since)
        ]
        for dialogue in found
    }


register(Kind("dialogue", _find_dialogue, _dialogue_news))
register(selection_kind(PERSPECTIVES, "perspectives", _("Perspectives"), summary_of))
register(record_kind("perspective", Perspective, summary_of))
add_news("case", _perspectives_on("cases"))
add_news("lesson", _perspectives_on("lessons"))
