"""The case studies in feeds: of the site, and of any selection."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casestudies.models import CaseStudy
from portal.browse import BrowsePage
from portal.facets import Selection
from portal.feeds import MOST_ENTRIES, Entry, as_atom, in_words, register
from portal.linked_data import SITE


def newest_cases(most: int, keys: Collection[int] | None = None) -> list[Entry]:
    """Give the published cases that changed last, of some primary keys or of all."""
    cases = CaseStudy.objects.published().order_by("-updated_at", "-pk")
    if keys is not None:
        cases = cases.filter(pk__in=keys)
    return [Entry.of(case, case.summary, _("Case study")) for case in cases[:most]]


def selection_feed(request: HttpRequest, page: BrowsePage) -> HttpResponse:
    """Give the whole selection of a browse page as a feed, last changed first."""
    snapshot = page.snapshot
    keys = None if page.selection.is_empty else [snapshot.keys[place] for place in page.found]
    words = in_words(page)
    title = f"{SITE}: {_('Case studies')}"
    count = ngettext("%d case study", "%d case studies", page.total) % page.total
    return as_atom(
        request,
        title=f"{title} – {words}" if words else title,
        subtitle=f"{count}; {_('last changed first')}",
        page=selection_path(page, reverse("cases")),
        feed=selection_path(page, reverse("cases-feed")),
        entries=newest_cases(MOST_ENTRIES, keys),
    )


def selection_path(page: BrowsePage, path: str) -> str:
    """Give an address for what is selected, whatever its order, view and page."""
    return Selection(page.selection.chosen, page.selection.text).url(path)


register(newest_cases)
