"""Values that follow from others: what an app computes anew for the records that a change touched.

An app registers in its derived.py. Every change of the corpus, by whatever path, brings the values
of the records that it touched in line, inside its own transaction (portal/changes.py).
"""

from collections.abc import Callable, Collection

# Computes the values of the records of some primary keys anew.
Derive = Callable[[Collection[int]], object]
_derivations: dict[str, list[Derive]] = {}


def register(index: str, derive: Derive) -> None:
    """Have values derived for the records of a search index, by its name."""
    _derivations.setdefault(index, []).append(derive)


def derive(index: str, keys: Collection[int]) -> None:
    """Derive all values of some records anew. Call inside the transaction of their change."""
    for compute in _derivations.get(index, ()):
        compute(keys)
