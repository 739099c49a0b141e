"""Synthetic cases: as many as wanted, alike in kind to the shipped library, for measuring.

`material` gathers the words of the library, `draw` makes cases of them by chance, the same for the
same seed, and `store` writes them. Nothing in the portal needs this package.
"""

from casestudies.synthetic.draw import Draw, SyntheticCase
from casestudies.synthetic.material import Material
from casestudies.synthetic.store import fill, remove_cases

__all__ = ["Draw", "Material", "SyntheticCase", "fill", "remove_cases"]
