"""What a run was asked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """Sizes of synthetic corpora; how often and how long to measure."""

    sizes: list[int]
    repeats: int
    rounds: int
    seconds: float
