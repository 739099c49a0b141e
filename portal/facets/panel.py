"""A facet as a page shows it: its values with their counts and the addresses that toggle them.

A page shows hundreds of values. What is the same of a value on every page (its words, escaped) is
made once for each corpus version and language; the rest is put together in one expression, because
a template's loop over all values would cost more than everything else on the page.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.facets.declaration import Facet
from portal.facets.selection import Selection
from portal.facets.snapshot import Snapshot
from portal.facets.words import Words, words_of

LONG = 20  # values from which a list is long


@dataclass(frozen=True, slots=True)
class Face:
    """What a value looks like on every page: its words, and the same in escaped HTML."""

    value: str
    label: str
    definition: str
    label_html: str
    title_html: str


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet as shown: `url` toggles it, and is empty where none would be found."""

    value: str
    label: str
    definition: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Values of a facet under a heading; `label` is empty where a facet has no groups."""

    facet: str
    label: str
    faces: tuple[Face, ...]
    counts: Mapping[str, int]
    chosen: Collection[str]
    address: Callable[[str], str]

    @property
    def options(self) -> list[Option]:
        """The values as data."""
        return [
            Option(
                value=face.value,
                label=face.label,
                definition=face.definition,
                count=self.counts[face.value],
                selected=face.value in self.chosen,
                url=self.address(face.value) if self._is_linked(face) else "",
            )
            for face in self.faces
        ]

    @property
    def html(self) -> str:
        """The values as a list under their heading, in escaped HTML."""
        heading = f'<p class="facet__group">{escape(self.label)}</p>' if self.label else ""
        name = f' aria-label="{escape(self.label)}"' if self.label else ""
        return f"{heading}<ul{name}>{''.join(map(self._item, self.faces))}</ul>"

    def _is_linked(self, face: Face) -> bool:
        return face.value in self.chosen or self.counts[face.value] > 0

    def _item(self, face: Face) -> str:
        """Give one value as an item of a list."""
        words = (
            f'<span class="option__label">{face.label_html}</span> '
            f'<span class="option__count">{self.counts[face.value]}</span>'
        )
        if not self._is_linked(face):
            return f'<li><span class="option option--none">{words}</span></li>'
        on = ' option--on" aria-current="true' if face.value in self.chosen else ""
        address = escape(self.address(face.value))
        return (
            f'<li><a class="option{on}" id="f-{self.facet}-{face.value}" href="{address}" '
            f'rel="nofollow"{face.title_html}>{words}</a></li>'
        )


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet as shown. `chosen` counts the selected values; the first facet stands open."""

    name: str
    label: str
    groups: tuple[OptionGroup, ...]
    chosen: int

    @property
    def is_long(self) -> bool:
        """Say whether a visitor might want to search among the values."""
        return sum(len(group.faces) for group in self.groups) > LONG

    is_first: bool = False

    @property
    def html(self) -> SafeString:
        """The facet as a box that folds; open where something is chosen, or as the first."""
        label, chosen, find = escape(self.label), "", ""
        if self.chosen:
            words = escape(_("%d chosen") % self.chosen)
            chosen = f' <span class="facet__chosen">{words}</span>'
        if self.is_long:
            find = f' data-find="{escape(_("Find in %s") % self.label.lower())}"'
        is_open = " open" if self.chosen or self.is_first else ""
        values = "".join(group.html for group in self.groups)
        return mark_safe(  # noqa: S308  # escaped above and in the groups
            f'<details class="facet" id="facet-{self.name}"{is_open}>'
            f"<summary>{label}{chosen}</summary>"
            f'<div class="facet__values"{find}>{values}</div></details>'
        )

    @property
    def options(self) -> list[Option]:
        """All values as data, without their headings."""
        return [option for group in self.groups for option in group.options]


def panels(
    snapshot: Snapshot, selection: Selection, counts: Mapping[str, Mapping[str, int]], path: str
) -> tuple[FacetPanel, ...]:
    """Give the facets as a page at `path` shows them; `counts` are by facet and value."""
    words = words_of(snapshot)
    return tuple(
        _panel(facet, snapshot, selection, counts[facet.name], path, words)
        for facet in snapshot.catalogue.facets
    )


def _panel(
    facet: Facet,
    snapshot: Snapshot,
    selection: Selection,
    counts: Mapping[str, int],
    path: str,
    words: Words,
) -> FacetPanel:
    chosen = selection.chosen.get(facet.name, ())
    address = selection.toggling(facet.name, path)
    groups = tuple(
        OptionGroup(facet.name, label, faces, counts, chosen, address)
        for label, faces in _faces(facet, snapshot, words.language)
    )
    is_first = facet is snapshot.catalogue.facets[0]
    return FacetPanel(facet.name, words.facets[facet.name], groups, len(chosen), is_first)


def _faces(
    facet: Facet, snapshot: Snapshot, language: str | None
) -> list[tuple[str, tuple[Face, ...]]]:
    """Give the values of a facet by group, as every page of this corpus version shows them."""
    key = ("faces", facet.name, language)
    known: list[tuple[str, tuple[Face, ...]]] | None = snapshot.kept.get(key)
    if known is None:
        groups: dict[str, list[Face]] = {}
        for value, entry in snapshot.values[facet.name].items():
            label, definition = str(entry.label), str(entry.definition)
            title = f' title="{escape(definition)}"' if definition else ""
            face = Face(value, label, definition, escape(label), title)
            groups.setdefault(str(entry.group), []).append(face)
        known = [(label, tuple(faces)) for label, faces in groups.items()]
        snapshot.kept[key] = known
    return known
