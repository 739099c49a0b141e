"""The selection: what an address asks for, read without ever failing.

The same selection goes to the page, its JSON twin, exports and feeds: the same address means the
same set everywhere.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.facets.snapshot import Snapshot
from portal.search import LONGEST_TEXT
from portal.text import without_controls

LONGEST_SHOWN = 40  # characters of an ignored parameter that a page repeats
MOST_IGNORED = 10  # parameters that are named one by one; the rest is summed up


@dataclass(frozen=True)
class Ignored:
    """Something in an address that was left out, and why, in words for the visitor."""

    parameter: str
    reason: str


@dataclass(frozen=True)
class Selection:
    """What was asked for: values by facet, text, order, view and page.

    `chosen` holds only facets with at least one value, each with values in the vocabulary's order;
    `sort` is empty for the default order, `view` for the list.
    """

    chosen: Mapping[str, tuple[str, ...]]
    text: str = ""
    sort: str = ""
    view: str = ""
    page: int = 1
    ignored: tuple[Ignored, ...] = ()

    @classmethod
    def parse(cls, query: QueryDict, snapshot: Snapshot) -> Self:
        """Read a query string. What is unknown or makes no sense is left out and told."""
        ignored: list[Ignored] = []
        catalogue = snapshot.catalogue
        facets = {facet.name for facet in catalogue.facets}
        readers = {"q", "sort", "view", "page"} | facets
        for name in query:
            if name not in readers:
                ignored.append(Ignored(_shown(name), _("there is no such filter")))
        chosen = {}
        for facet in catalogue.facets:
            known = snapshot.values[facet.name]
            former = snapshot.former.get(facet.name, {})
            asked = [
                # A name that is not public is not told: what was asked is what is ignored.
                former[value] if value not in known and former.get(value) in known else value
                for value in query.getlist(facet.name)
            ]
            values = _known_values(facet.name, asked, known, ignored)
            if values:
                chosen[facet.name] = tuple(value for value in known if value in values)
        text = read_text(query, ignored)
        sort = _sort(query, {sort.name for sort in catalogue.sorts}, bool(text), ignored)
        view = _view(query, {view.name for view in catalogue.views}, ignored)
        page = _page(query, ignored)
        return cls(chosen, text, sort, view, page, _summed_up(ignored))

    def toggled(self, facet: str, value: str) -> Self:
        """Give the selection with one value added or, if it was there, taken out."""
        values = self.chosen.get(facet, ())
        values = tuple(v for v in values if v != value) if value in values else (*values, value)
        chosen = {name: kept for name, kept in self.chosen.items() if name != facet}
        if values:
            chosen[facet] = values
        return replace(self, chosen=chosen, page=1)

    def sorted_by(self, sort: str) -> Self:
        """Give the selection in another order, from the first page."""
        return replace(self, sort=sort, page=1)

    def in_view(self, view: str) -> Self:
        """Give the selection in another view."""
        return replace(self, view=view, page=1)

    def at_page(self, page: int) -> Self:
        """Give another page of the selection."""
        return replace(self, page=page)

    def without_text(self) -> Self:
        """Give the selection without its text search."""
        sort = "" if self.sort == "relevance" else self.sort
        return replace(self, text="", sort=sort, page=1)

    def with_text(self, text: str) -> Self:
        """Give the selection with another text search."""
        return replace(self, text=text, page=1)

    def without(self, facet: str) -> Self:
        """Give the selection without what is chosen in one facet."""
        chosen = {name: values for name, values in self.chosen.items() if name != facet}
        return replace(self, chosen=chosen, page=1)

    def toggling(self, facet: str, path: str) -> Callable[[str], str]:
        """Give a function from a value of a facet to the address that `toggled` would have.

        What all addresses of one facet have in common is made once: a page has hundreds of them.
        """
        before = [urlencode({"q": self.text})] if self.text else []
        before += [part for name, part in self._parts.items() if name < facet]
        after = [part for name, part in self._parts.items() if name > facet]
        after += self._manner
        chosen = frozenset(self.chosen.get(facet, ()))
        if not chosen:
            head = f"{path}?{'&'.join([*before, facet])}="
            tail = "".join(f"&{part}" for part in after)
            return lambda value: f"{head}{value}{tail}"

        def address(value: str) -> str:
            own = [f"{facet}={item}" for item in sorted(chosen ^ {value})]
            query = "&".join([*before, *own, *after])
            return f"{path}?{query}" if query else path

        return address

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is chosen: the page shows everything."""
        return not self.chosen and not self.text

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is chosen, as pairs of facet and value, in the order of an address."""
        return [
            (facet, value) for facet in sorted(self.chosen) for value in sorted(self.chosen[facet])
        ]

    @cached_property
    def _parts(self) -> dict[str, str]:
        """What is chosen as parts of a query string, by facet in alphabetical order."""
        return {
            facet: "&".join(f"{facet}={value}" for value in sorted(self.chosen[facet]))
            for facet in sorted(self.chosen)
        }

    @property
    def _manner(self) -> list[str]:
        """How the selection is shown, as parts of a query string."""
        sort = [f"sort={self.sort}"] if self.sort else []
        return [*sort, f"view={self.view}"] if self.view else sort

    @property
    def query_string(self) -> str:
        """The selection as a query string: one spelling for one selection, empty parts left out.

        Facets' values are slugs or codes and stand there as they are.
        """
        parts = [urlencode({"q": self.text})] if self.text else []
        parts += self._parts.values()
        parts += self._manner
        if self.page > 1:
            parts.append(f"page={self.page}")
        return "&".join(parts)

    def url(self, path: str) -> str:
        """Give the address of the selection on a page."""
        return f"{path}?{self.query_string}" if self.query_string else path


def _note_repeated(query: QueryDict, name: str, ignored: list[Ignored]) -> None:
    """Note a parameter that makes sense once and stands there several times."""
    if len(query.getlist(name)) > 1:
        ignored.append(Ignored(name, _("it stands there several times; only the last is used")))


def _shown(value: str) -> str:
    """Give a value short enough, and clean enough, to repeat on a page."""
    clean = without_controls(value).strip()
    return clean if len(clean) <= LONGEST_SHOWN else clean[: LONGEST_SHOWN - 1] + "…"


def _known_values(
    facet: str, asked: Iterable[str], known: Mapping[str, object], ignored: list[Ignored]
) -> set[str]:
    """Sort what was asked of one facet into known values (case does not matter) and the rest."""
    by_key = {value.casefold(): value for value in known}
    values = set()
    for raw in dict.fromkeys(asked):
        value = by_key.get(raw.strip().casefold())
        if value is not None:
            values.add(value)
        elif raw.strip():
            ignored.append(
                Ignored(facet, _("“%(value)s” is not one of its values") % {"value": _shown(raw)})
            )
    return values


def read_text(query: QueryDict, ignored: list[Ignored]) -> str:
    """Read the text search: one text, cleaned and of bounded length."""
    texts = query.getlist("q")
    _note_repeated(query, "q", ignored)
    text = " ".join(without_controls(texts[-1]).split()) if texts else ""
    if len(text) > LONGEST_TEXT:
        ignored.append(
            Ignored(
                "q", _("only the first %(count)d characters are used") % {"count": LONGEST_TEXT}
            )
        )
        text = text[:LONGEST_TEXT].rstrip()
    return text


def _sort(query: QueryDict, known: set[str], has_text: bool, ignored: list[Ignored]) -> str:
    """Read the order. By relevance makes sense only with a text."""
    _note_repeated(query, "sort", ignored)
    sort = query.get("sort", "")
    if not sort or sort in known or (sort == "relevance" and has_text):
        return sort
    if sort == "relevance":
        reason = _("results can be sorted by relevance only when there is a text search")
    else:
        reason = _("“%(value)s” is not an order") % {"value": _shown(sort)}
    ignored.append(Ignored("sort", reason))
    return ""


def _view(query: QueryDict, known: set[str], ignored: list[Ignored]) -> str:
    """Read the view."""
    _note_repeated(query, "view", ignored)
    view = query.get("view", "")
    if not view or view in known:
        return view
    reason = _("“%(value)s” is not a view") % {"value": _shown(view)}
    ignored.append(Ignored("view", reason))
    return ""


def _page(query: QueryDict, ignored: list[Ignored]) -> int:
    """Read the page number; whether there is such a page is seen when the results are counted."""
    _note_repeated(query, "page", ignored)
    raw = query.get("page", "")
    if not raw:
        return 1
    # isascii() because int() also reads other scripts' digits; nine digits are plenty.
    if raw.isascii() and raw.isdigit() and len(raw) < 10 and int(raw) >= 1:
        return int(raw)
    ignored.append(Ignored("page", _("“%(value)s” is not a page number") % {"value": _shown(raw)}))
    return 1


def _summed_up(ignored: list[Ignored]) -> tuple[Ignored, ...]:
    """Keep the list of what was ignored short enough to read."""
    if len(ignored) <= MOST_IGNORED:
        return tuple(ignored)
    more = len(ignored) - MOST_IGNORED
    rest = Ignored("…", _("and %(count)d more") % {"count": more})
    return (*ignored[:MOST_IGNORED], rest)
