"""The portal's own engine, as its browse pages use it, without rows, links and rendering."""

from django.http import QueryDict

from bench.peers.base import PAGE, Answer, Asked
from casestudies.facets import CASES
from portal.facets import Selection, current_snapshot
from portal.search import matching, parse


class SnapshotEngine:
    """Bitmaps in this process. Reads the corpus version and the address each time."""

    name = "portal: snapshot of bitmaps"
    disjunctive = True

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        snapshot = current_snapshot(CASES)
        selection = Selection.parse(QueryDict(asked.address), snapshot)
        within = None
        if selection.text:
            query = parse(selection.text, CASES.index.name, snapshot.state)
            within = snapshot.of_keys(matching(CASES.index, query, ranked=False))
        found = snapshot.matching(selection.chosen, within)
        counts = snapshot.counts(selection.chosen, within)
        return Answer(len(found), counts, snapshot.slice(found, selection.sort, 0, PAGE))
