"""The first page of the desk: cards that say what waits.

An app adds cards in its `desk.py` by `register`. A maker is called with the request and gives a
card, or nothing where the person may not see it or where there is nothing to say.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet, Window
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
ROWS = 5  # records that a card names


@dataclass(frozen=True)
class Row:
    """A record on a card: what it is called, where it is changed, and a few words beside it."""

    label: str
    address: str
    note: Text = ""


@dataclass(frozen=True)
class Link:
    """Where all records of a card are listed."""

    label: Text
    address: str


@dataclass(frozen=True)
class Card:
    """Something that waits: how many there are (None where that says nothing), and the first ones.

    `empty` is said where there are none.
    """

    title: Text
    rows: tuple[Row, ...]
    count: int | None = None
    links: tuple[Link, ...] = ()
    empty: Text = ""


Maker = Callable[[HttpRequest], Card | None]
_makers: list[tuple[int, Maker]] = []

GROUPS: dict[str, Text] = {
    "library": _("Library"),
    "table": _("Moderation"),
    "words": _("Words"),
    "people": _("People and safety"),
}


def register(maker: Maker, order: int) -> Maker:
    """Add a maker of a card, and give it back. Cards stand in ascending order."""
    _makers.append((order, maker))
    _makers.sort(key=lambda entry: entry[0])
    return maker


def cards_for(request: HttpRequest) -> list[Card]:
    """Give the cards that a person sees."""
    made = (maker(request) for _order, maker in _makers)
    return [card for card in made if card is not None]


def grouped(app_list: Iterable[dict[str, Any]]) -> list[tuple[Text, list[dict[str, Any]]]]:
    """Give the models of Django's list of apps under the headings that curators think in."""
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in GROUPS}
    for app in app_list:
        for entry in app["models"]:
            owner = admin.site.get_model_admin(entry["model"])
            groups[getattr(owner, "desk_group", "people")].append(entry)
    return [(GROUPS[name], entries) for name, entries in groups.items() if entries]


def first_and_number(records: QuerySet[Any]) -> tuple[list[Any], int]:
    """Give the first records of a card, and how many there are. One query."""
    # Counted beside every row: a second query would double what a card costs.
    counted = records.annotate(number_in_all=Window(Count("pk")))
    rows = list(counted[:ROWS])
    return rows, rows[0].number_in_all if rows else 0


def change_address(label: str, key: Any) -> str:
    """Give the address at which a record is changed; `label` is its model's, in small letters."""
    return reverse(f"admin:{label.replace('.', '_')}_change", args=[key])


def list_address(label: str, query: str = "") -> str:
    """Give the address of a list, narrowed by a query string."""
    return reverse(f"admin:{label.replace('.', '_')}_changelist") + query
