"""Datasette's facets, from the JSON of its real server, over one table with a row a case.

It narrows: a facet's counts are those within its own choice too, so that counts of a facet in which
something is chosen do not compare. Everything else does.
"""

import json
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any

from bench.denormalised import TABLE, datasette_query
from bench.peers.base import Answer, Asked, Counts


class DatasetteEngine:
    """Asks a server that runs already, over a connection that stays open."""

    name = "Datasette: JSON over HTTP"
    disjunctive = False

    def __init__(self, port: int, database: str) -> None:
        self.path = f"/{database}/{TABLE}.json"
        self.connection = HTTPConnection("127.0.0.1", port, timeout=600)

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        query = f"{datasette_query(asked.chosen, asked.match)}&_shape=objects"
        status, body = self._get(f"{self.path}?{query}")
        if status != 200 or body.get("facets_timed_out"):
            raise RuntimeError(f"Datasette did not answer in full: {status}")
        counts: Counts = {}
        for facet in body["facet_results"].values():
            name = facet["name"]
            counts[name] = {option["value"]: option["count"] for option in facet["results"]}
        keys = [row["case_id"] for row in body["rows"]]
        return Answer(body["filtered_table_rows_count"], counts, keys)

    def _get(self, path: str) -> tuple[int, Any]:
        """Ask; once more over a new connection where the server has closed an idle one."""
        try:
            self.connection.request("GET", path)
            response = self.connection.getresponse()
        except (RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection.close()
            self.connection.request("GET", path)
            response = self.connection.getresponse()
        return response.status, json.loads(response.read())
