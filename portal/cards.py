"""Records as cards in a list: fetched together, rendered once for each corpus version.

A card is the same in every selection, so each process keeps those of the present corpus version
beside the snapshot. Cards of a text search are not kept: they mark the words that were found.
"""

from collections.abc import Sequence
from typing import Any

from django.template.loader import get_template
from django.utils.translation import get_language

from portal.facets.declaration import Catalogue
from portal.facets.snapshot import Snapshot
from portal.search import Query, explained

MOST_KEPT = 2_000  # cards of one catalogue; about 2 KB each


def fetched(catalogue: Catalogue, query: Query | None, keys: Sequence[int]) -> list[Any]:
    """Fetch records in the order of their keys.

    Those found by text carry the attribute `hit` (portal.search.Hit); for others it is None.
    """
    rows = catalogue.cards().in_bulk(keys)
    hits = explained(catalogue.index, query, keys) if query else {}
    # A record may have gone between counting and fetching; the next request counts anew.
    records = [rows[key] for key in keys if key in rows]
    for record in records:
        record.hit = hits.get(record.pk)
    return records


def rendered(snapshot: Snapshot, query: Query | None, keys: Sequence[int]) -> list[str]:
    """Give records as rendered cards (safe HTML), in the order of their keys."""
    catalogue = snapshot.catalogue
    template = get_template(catalogue.index.template)
    if query:
        records = fetched(catalogue, query, keys)
        return [template.render({"record": record}) for record in records]
    kept: dict[int, str] = snapshot.kept.setdefault(("cards", get_language()), {})
    missing = [key for key in keys if key not in kept]
    fresh = {
        record.pk: template.render({"record": record})
        for record in (fetched(catalogue, None, missing) if missing else [])
    }
    cards = [kept.get(key) or fresh.get(key) for key in keys]
    if len(kept) + len(fresh) <= MOST_KEPT:
        kept.update(fresh)
    return [card for card in cards if card]
