"""Panels: how an app adds its part to a page that an app below it owns.

A case page belongs to casestudies, yet shows lessons and perspectives, which casestudies must not
know. So the page has a slot, and each app registers in its panels.py what it has to show there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Panel:
    """A piece of a page: a heading, an anchor, and a template with what it needs."""

    anchor: str
    title: str | Promise
    template: str
    context: dict[str, Any] = field(default_factory=dict)


PanelMaker = Callable[[Any], Panel | None]
_makers: dict[str, list[tuple[int, PanelMaker]]] = {}


def register(slot: str, maker: PanelMaker, order: int) -> None:
    """Add a maker to a slot. It is called with the page's subject and gives a panel or None."""
    _makers.setdefault(slot, []).append((order, maker))
    _makers[slot].sort(key=lambda entry: entry[0])


def panels_for(slot: str, subject: Any = None) -> list[Panel]:
    """Give the panels of a slot in their order, without those that have nothing to show."""
    made = [maker(subject) for _order, maker in _makers.get(slot, [])]
    return [panel for panel in made if panel is not None]
