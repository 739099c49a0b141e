"""Datasette's facets, from the JSON of its real server, over one table with a row a case.

It narrows: a facet's counts are those within its own choice too, so that counts of a facet in which
something is chosen do not compare. Everything else does.
"""

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlencode

from bench.peers.base import PAGE, Answer, Asked, Counts

TABLE = "bench_cases"
LISTS = ("country", "company", "theme", "sdg17", "approach", "party")
COLUMNS = ("stage", "asgm_status", "outcome", "collection")


def query_of(chosen: Mapping[str, tuple[str, ...]], match: str = "") -> str:
    """Give a selection as Datasette's query string, with all facets and all their values."""
    pairs = [("_size", str(PAGE)), ("_facet_size", "1000")]
    pairs += [("_facet_array", name) for name in LISTS] + [("_facet", name) for name in COLUMNS]
    for facet, values in chosen.items():
        if facet in COLUMNS:
            pairs.append((f"{facet}__in", ",".join(values)))
        elif len(values) == 1:
            pairs.append((f"{facet}__arraycontains", values[0]))
        else:  # several arraycontains would ask for all of them
            listed = ", ".join(f"'{value}'" for value in values)
            any_of = f"EXISTS (SELECT 1 FROM json_each({facet}) WHERE value IN ({listed}))"
            pairs.append(("_where", any_of))
    if match:
        pairs += [("_fts_table", "search_cases"), ("_fts_pk", "case_id")]
        pairs += [("_searchmode", "raw"), ("_search", match)]
    return urlencode(pairs)


class DatasetteEngine:
    """Asks a server that runs already, over a connection that stays open."""

    name = "Datasette: JSON over HTTP"
    disjunctive = False

    def __init__(self, port: int, database: str) -> None:
        self.path = f"/{database}/{TABLE}.json"
        self.connection = HTTPConnection("127.0.0.1", port, timeout=600)

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        query = f"{query_of(asked.chosen, asked.match)}&_shape=objects&_col=case_id"
        self.connection.request("GET", f"{self.path}?{query}")
        response = self.connection.getresponse()
        body = json.loads(response.read())
        if response.status != 200 or body.get("facets_timed_out"):
            raise RuntimeError(f"Datasette did not answer in full: {response.status}")
        counts: Counts = {}
        for facet in body["facet_results"].values():
            name = facet["name"]
            counts[name] = {option["value"]: option["count"] for option in facet["results"]}
        keys = [row["case_id"] for row in body["rows"]]
        return Answer(body["filtered_table_rows_count"], counts, keys)
