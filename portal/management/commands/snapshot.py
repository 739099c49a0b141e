"""`manage.py snapshot`: what the facet snapshots of the library cost."""

import tracemalloc
from typing import Any

from django.core.management.base import BaseCommand

from portal.corpus import current_state
from portal.facets.registry import all_catalogues
from portal.facets.snapshot import build


class Command(BaseCommand):
    """Build every snapshot anew and print what that took."""

    help = (
        "Builds the facet snapshot of every catalogue and prints build time and memory. "
        "Changes nothing: each server process builds its own when the corpus version moves."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build and print."""
        state = current_state()
        self.stdout.write(f"corpus version {state.number}")
        for catalogue in all_catalogues():
            milliseconds = build(catalogue, state).build_seconds * 1000
            # A second time, for the memory: looking at it slows the building down.
            tracemalloc.start()
            snapshot = build(catalogue, state)
            assert snapshot.ordinals is not None  # made when it is first asked for
            kibibytes = tracemalloc.get_traced_memory()[0] / 1024 + snapshot.bitmap_bytes / 1024
            tracemalloc.stop()
            values = sum(map(len, snapshot.bitmaps.values()))
            self.stdout.write(
                f"{catalogue.name}: {len(snapshot.keys):,} records, {values} values, "
                f"built in {milliseconds:.1f} ms, {kibibytes:,.1f} KiB"
            )
