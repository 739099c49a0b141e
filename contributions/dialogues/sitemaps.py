"""The dialogues in the sitemap."""

from datetime import datetime

from contributions.dialogues.models import Dialogue
from contributions.dialogues.news import last_turn
from portal.models import Publishable
from portal.sitemaps import PageSitemap, PublishedSitemap, register


class DialogueSitemap(PublishedSitemap):
    """Every published dialogue."""

    model = Dialogue

    def lastmod(self, item: Publishable) -> datetime:
        """Give when a dialogue last changed: by its curators, or by its dates."""
        assert isinstance(item, Dialogue)
        return last_turn(item)


class DialoguesSitemap(PageSitemap):
    """The list of dialogues."""

    names = ("dialogues",)


register("dialogues", DialogueSitemap)
register("dialogue-list", DialoguesSitemap)
