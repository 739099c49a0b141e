"""Two facets against each other: how many records each pair of values would give."""

from dataclasses import dataclass, replace

from pyroaring import BitMap

from portal.facets.selection import Selection
from portal.facets.snapshot import Snapshot

LEVELS = 4  # classes of size that a page may show by shade, besides nothing


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair of values: its count, where it leads (empty for none), its class of size from 0."""

    column: str
    count: int
    url: str
    level: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One value of the first facet with its cells, in the order of the columns."""

    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows and columns, each with its words; both facets' names in words."""

    row_facet: str
    column_facet: str
    columns: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix(
    snapshot: Snapshot,
    selection: Selection,
    within: BitMap | None,
    facets: tuple[str, str],
    path: str,
) -> Matrix:
    """Cross two facets (rows, columns) within what is chosen elsewhere and what a text found.

    As among the facets themselves a count says what its link gives: a choice in the two facets does
    not narrow the counts, it only says which rows and columns are shown.
    """
    first, second = facets
    names = {facet.name: str(facet.label) for facet in snapshot.catalogue.facets}
    elsewhere = selection.without(first).without(second)
    base = snapshot.matching(elsewhere.chosen, within)
    shown = {name: _shown(snapshot, selection, name, base) for name in facets}
    counts = {
        (row, column): len(base & snapshot.bitmaps[first][row] & snapshot.bitmaps[second][column])
        for row in shown[first]
        for column in shown[second]
    }
    most = max(counts.values(), default=0)

    def cell(row: str, column: str) -> Cell:
        count = counts[row, column]
        chosen = {**elsewhere.chosen, first: (row,), second: (column,)}
        url = replace(elsewhere, chosen=chosen, view="").url(path) if count else ""
        label = str(snapshot.values[second][column].label)
        return Cell(label, count, url, -(-count * LEVELS // most) if most else 0)

    return Matrix(
        row_facet=names[first],
        column_facet=names[second],
        columns=tuple(str(snapshot.values[second][value].label) for value in shown[second]),
        rows=tuple(
            MatrixRow(
                str(snapshot.values[first][row].label),
                tuple(cell(row, column) for column in shown[second]),
            )
            for row in shown[first]
        ),
    )


def _shown(snapshot: Snapshot, selection: Selection, facet: str, base: BitMap) -> list[str]:
    """Give the values that get a row or column: the chosen ones, else all that have a record."""
    chosen = selection.chosen.get(facet, ())
    return [
        value
        for value, bitmap in snapshot.bitmaps[facet].items()
        if (value in chosen if chosen else bitmap.intersect(base))
    ]
