"""The browse page as data: one frozen dataclass that a template or a JSON view only loops over.

Every address on the page is made here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pyroaring import BitMap

from portal.addresses import with_more
from portal.cards import fetched, rendered
from portal.facets import Catalogue, Ignored, Selection, Snapshot, current_snapshot
from portal.facets.panel import FacetPanel, panels
from portal.facets.words import words_of
from portal.search import Query, matching, parse, suggestion

PAGE_SIZE = 20


@dataclass(frozen=True)
class Chip:
    """One thing chosen, with the address that takes it out again."""

    facet: str
    label: str
    url: str


@dataclass(frozen=True)
class Link:
    """An address with its label; `current` marks where the visitor is."""

    label: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class WayOut:
    """Something to try where nothing was found; `count` says how many records it would give."""

    label: str
    url: str
    count: int


@dataclass(frozen=True)
class BrowsePage:
    """All that a browse page shows.

    `found` holds the records of the whole selection, `within` those that its text found (None
    without a text), both as ordinals of `snapshot`; `ranked` are the primary keys that the text
    found, the best first, where that is the order.
    `keys` are the primary keys of the records on the page; `records` fetches them, `cards` gives
    them as rendered cards. `first` and `last` are the places of the page's records in the
    selection, counted from 1. Where nothing was found,
    `suggestion` is the search that was perhaps meant and `ways_out` are the choices that could be
    dropped. `canonical_url` is the address by which search engines should know the page, and
    `noindex` asks them not to list it: combinations of values are endless, and crawlers must not
    walk them.
    """

    snapshot: Snapshot
    query: Query | None
    selection: Selection
    found: BitMap
    within: BitMap | None
    ranked: Sequence[int] | None
    total: int
    overall: int
    page: int
    pages: int
    first: int
    last: int
    keys: tuple[int, ...]
    facets: tuple[FacetPanel, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    sorts: tuple[Link, ...]
    views: tuple[Link, ...]
    previous_url: str
    next_url: str
    canonical_url: str
    noindex: bool
    suggestion: Link | None
    ways_out: tuple[WayOut, ...]
    ignored: tuple[Ignored, ...]
    corpus_version: int

    @property
    def address(self) -> str:
        """The address of this page, in its one spelling."""
        return self.selection.url(self.clear_url)

    @property
    def follow_url(self) -> str:
        """Where the selection is followed by e-mail, whatever its order, view and page."""
        plain = Selection(self.selection.chosen, self.selection.text).query_string
        return with_more(reverse("follow"), {"what": f"{self.snapshot.catalogue.name}:{plain}"})

    @property
    def title(self) -> str:
        """What is chosen, and which page this is, for the title of the page; empty for all."""
        parts = [", ".join(chip.label for chip in self.chips)] if self.chips else []
        if self.page > 1:
            parts.append(_("page %d") % self.page)
        return ", ".join(parts)

    @property
    def heading(self) -> str:
        """How many results there are, in words."""
        return ngettext("%d result", "%d results", self.total) % self.total

    @cached_property
    def extent(self) -> str:
        """Which of the results stand on this page, in words; empty where all do."""
        if self.pages == 1:
            return ""
        places = {"first": self.first, "last": self.last}
        return _("showing %(first)d to %(last)d") % places

    def distinct(self, dimension: str) -> int:
        """Count the values of a dimension in the selection: in how many countries it lies."""
        return self.snapshot.distinct(dimension, self.found)

    @property
    def place(self) -> str:
        """Which page of how many this is, in words."""
        return _("Page %(page)d of %(pages)d") % {"page": self.page, "pages": self.pages}

    @property
    def share(self) -> str:
        """Of how many records these are a part, in words; empty where they are all."""
        if self.total == self.overall:
            return ""
        return _("of %d in the library") % self.overall

    def every_key(self) -> list[int]:
        """Give the primary keys of the whole selection, in its order: what files are made of."""
        return _page_keys(self.snapshot, self.selection, self.found, self.ranked, 0, self.total)

    @cached_property
    def records(self) -> Sequence[Any]:
        """The records on the page, with all that their cards show."""
        return fetched(self.snapshot.catalogue, self.query, self.keys)

    @cached_property
    def cards(self) -> Sequence[str]:
        """The records on the page as rendered cards, in safe HTML."""
        return rendered(self.snapshot, self.query, self.keys)


def browse(catalogue: Catalogue, query: QueryDict, path: str) -> BrowsePage:
    """Give the page that a query string asks for. `path` is where its links lead.

    Costs one query for the corpus version, and those of a text search if there is a text. Rows are
    fetched when they are asked for.
    """
    snapshot = current_snapshot(catalogue)
    return page_of(snapshot, Selection.parse(query, snapshot), path)


def page_of(snapshot: Snapshot, selection: Selection, path: str) -> BrowsePage:
    """Give the page of a selection: select, count, order, cut a page."""
    selection, query = _read_text(snapshot, selection)
    by_relevance = query is not None and selection.sort in ("", "relevance")
    keys_found = matching(snapshot.catalogue.index, query, by_relevance) if query else None
    within = None if keys_found is None else snapshot.of_keys(keys_found)
    found = snapshot.matching(selection.chosen, within)
    total = len(found)
    pages = max(1, -(-total // PAGE_SIZE))
    selection, ignored = _on_a_page(selection, pages)
    start = (selection.page - 1) * PAGE_SIZE
    ranked = keys_found if by_relevance else None
    keys = _page_keys(snapshot, selection, found, ranked, start, start + PAGE_SIZE)
    counts = snapshot.counts(selection.chosen, within)
    return BrowsePage(
        snapshot=snapshot,
        query=query,
        selection=selection,
        found=found,
        within=within,
        ranked=ranked,
        total=total,
        overall=len(snapshot.keys),
        page=selection.page,
        pages=pages,
        first=start + 1 if total else 0,
        last=start + len(keys),
        keys=tuple(keys),
        facets=panels(snapshot, selection, counts, path),
        chips=_chips(snapshot, selection, path),
        clear_url=path,
        sorts=_sorts(snapshot, selection, path),
        views=_views(snapshot, selection, path),
        previous_url=selection.at_page(selection.page - 1).url(path) if selection.page > 1 else "",
        next_url=selection.at_page(selection.page + 1).url(path) if selection.page < pages else "",
        canonical_url=selection.sorted_by("").in_view("").at_page(selection.page).url(path),
        noindex=bool(selection.text) or sum(map(len, selection.chosen.values())) > 1,
        suggestion=_suggestion(snapshot, selection, query, path) if keys_found == [] else None,
        ways_out=() if total else _ways_out(snapshot, selection, within, path),
        ignored=ignored,
        corpus_version=snapshot.state.number,
    )


def _read_text(snapshot: Snapshot, selection: Selection) -> tuple[Selection, Query | None]:
    """Read the text search. One that says nothing is left out, and told."""
    if not selection.text:
        return selection, None
    query = parse(selection.text, snapshot.catalogue.index.name, snapshot.state)
    if not query.is_empty:
        return selection, query
    reason = Ignored("q", _("it holds no word to search for; very common words do not count"))
    ignored = (*selection.ignored, reason)
    return replace(selection.without_text(), page=selection.page, ignored=ignored), None


def _suggestion(
    snapshot: Snapshot, selection: Selection, query: Query | None, path: str
) -> Link | None:
    """Give the search that was perhaps meant."""
    if query is None:
        return None
    text = suggestion(snapshot.catalogue.index, query, snapshot.state)
    return Link(text, selection.with_text(text).url(path)) if text else None


def _ways_out(
    snapshot: Snapshot, selection: Selection, within: BitMap | None, path: str
) -> tuple[WayOut, ...]:
    """Give the choices of which each, dropped by itself, would give results; the most first.

    Where no single one helps, give those that would give results if all others were dropped.
    """
    names = {facet.name: str(facet.label) for facet in snapshot.catalogue.facets}
    dropped, alone = [], []
    for facet in selection.chosen:
        kept = selection.without(facet)
        dropped.append((names[facet], kept, snapshot.matching(kept.chosen, within)))
        only = replace(selection.without_text(), chosen={facet: selection.chosen[facet]})
        alone.append((names[facet], only, snapshot.matching(only.chosen)))
    if within is not None:
        without = selection.without_text()
        dropped.append((_("Text"), without, snapshot.matching(without.chosen)))
        alone.append((_("Text"), replace(selection, chosen={}, page=1), within))
    for label, choices in ((_("without “%s”"), dropped), (_("only “%s”"), alone)):
        ways = [
            WayOut(label % name, other.url(path), len(found))
            for name, other, found in choices
            if found
        ]
        if ways:
            return tuple(sorted(ways, key=lambda way: -way.count))
    return ()


def _on_a_page(selection: Selection, pages: int) -> tuple[Selection, tuple[Ignored, ...]]:
    """Move a page number beyond the end to the last page, and say so."""
    if selection.page <= pages:
        return selection, selection.ignored
    reason = _("there is no page %(page)d; this is the last one") % {"page": selection.page}
    return selection.at_page(pages), (*selection.ignored, Ignored("page", reason))


def _page_keys(
    snapshot: Snapshot,
    selection: Selection,
    found: BitMap,
    ranked: Sequence[int] | None,
    start: int,
    stop: int,
) -> list[int]:
    """Give the primary keys of the found records from place `start` up to `stop`, in order."""
    if ranked is not None:
        ordinals = snapshot.ordinals
        best_first = [key for key in ranked if key in ordinals and ordinals[key] in found]
        return best_first[start:stop]
    return snapshot.slice(found, selection.sort, start, stop)


def _chips(snapshot: Snapshot, selection: Selection, path: str) -> tuple[Chip, ...]:
    """Give one removable chip for everything chosen, the text search first."""
    chips = []
    if selection.text:
        chips.append(Chip(_("Text"), selection.text, selection.without_text().url(path)))
    facets = words_of(snapshot).facets if selection.chosen else {}
    for name, facet in facets.items():
        for value in selection.chosen.get(name, ()):
            label = str(snapshot.values[name][value].label)
            chips.append(Chip(facet, label, selection.toggled(name, value).url(path)))
    return tuple(chips)


def _views(snapshot: Snapshot, selection: Selection, path: str) -> tuple[Link, ...]:
    """Give the ways of showing the selection; none where the list is the only one."""
    return tuple(
        Link(label, selection.in_view(name).url(path), name == selection.view)
        for name, label in words_of(snapshot).views
    )


def _sorts(snapshot: Snapshot, selection: Selection, path: str) -> tuple[Link, ...]:
    """Give the orders on offer; by relevance only when there is a text."""
    default = snapshot.catalogue.sorts[0].name
    names = words_of(snapshot).sorts
    if selection.text:
        default = "relevance"
        names = (("relevance", _("Relevance")), *names)
    current = selection.sort or default
    return tuple(
        Link(
            label,
            selection.sorted_by("" if name == default else name).url(path),
            name == current,
        )
        for name, label in names
    )
