"""The indexes and synonyms that the apps declare, in their search.py."""

from collections.abc import Callable, Iterable

from portal.search.declaration import SearchIndex

Synonyms = Callable[[], Iterable[Iterable[str]]]

_indexes: list[tuple[int, SearchIndex]] = []
_synonyms: list[Synonyms] = []


def register(index: SearchIndex, order: int) -> SearchIndex:
    """Add an index, and give it back. Pages show indexes in ascending order."""
    _indexes.append((order, index))
    _indexes.sort(key=lambda entry: entry[0])
    return index


def register_synonyms(synonyms: Synonyms) -> None:
    """Add a source of synonyms: groups of names that mean the same."""
    _synonyms.append(synonyms)


def all_indexes() -> list[SearchIndex]:
    """Give every index, in order."""
    return [index for _order, index in _indexes]


def synonym_groups() -> Iterable[Iterable[str]]:
    """Give every group of names that mean the same."""
    for synonyms in _synonyms:
        yield from synonyms()
