"""Writes the tables that the other engines need, from the portal's own tables and order."""

import json

from django.db import connection, transaction

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from portal.corpus import current_state
from portal.facets.snapshot import build

SCHEMA = """
DROP TABLE IF EXISTS bench_case_place;
DROP TABLE IF EXISTS bench_case_facet;
DROP TABLE IF EXISTS bench_cases;
CREATE TABLE bench_case_place (place INTEGER PRIMARY KEY, case_id INTEGER NOT NULL UNIQUE);
CREATE TABLE bench_case_facet (
    facet TEXT NOT NULL, value TEXT NOT NULL, case_id INTEGER NOT NULL,
    PRIMARY KEY (facet, value, case_id)
) WITHOUT ROWID;
CREATE INDEX bench_case_facet_case ON bench_case_facet (case_id, facet, value);
CREATE TABLE bench_cases (
    place INTEGER PRIMARY KEY, case_id INTEGER, slug TEXT, title TEXT, summary TEXT, mine TEXT,
    country TEXT, company TEXT, theme TEXT, sdg17 TEXT, approach TEXT, party TEXT,
    stage TEXT, asgm_status TEXT, outcome TEXT, collection TEXT
);
CREATE INDEX bench_cases_stage ON bench_cases (stage);
CREATE INDEX bench_cases_asgm_status ON bench_cases (asgm_status);
CREATE INDEX bench_cases_outcome ON bench_cases (outcome);
CREATE INDEX bench_cases_collection ON bench_cases (collection);
"""
LISTS = ("country", "company", "theme", "sdg17", "approach", "party")
COLUMNS = ("stage", "asgm_status", "outcome", "collection")
CHUNK = 5_000


def measure() -> int:
    """Write the tables; give the number of cases in them."""
    snapshot = build(CASES, current_state())
    values: dict[str, dict[int, list[str]]] = {}
    for facet in CASES.facets:
        of_case = values[facet.name] = {}
        for value, bitmap in snapshot.bitmaps[facet.name].items():
            for place in bitmap:
                of_case.setdefault(place, []).append(value)
    with connection.cursor() as cursor:
        for statement in SCHEMA.split(";"):
            if statement.strip():
                cursor.execute(statement)
        with transaction.atomic():
            for start in range(0, len(snapshot.keys), CHUNK):
                places = range(start, min(start + CHUNK, len(snapshot.keys)))
                keys = [snapshot.keys[place] for place in places]
                cursor.executemany(
                    "INSERT INTO bench_case_place VALUES (%s, %s)", zip(places, keys, strict=True)
                )
                cursor.executemany(
                    "INSERT INTO bench_case_facet VALUES (%s, %s, %s)",
                    [
                        (facet, value, snapshot.keys[place])
                        for facet, of_case in values.items()
                        for place in places
                        for value in of_case.get(place, ())
                    ],
                )
                rows = CaseStudy.objects.only("slug", "title", "summary", "mine").in_bulk(keys)
                cursor.executemany(
                    f"INSERT INTO bench_cases VALUES ({', '.join(['%s'] * 16)})",
                    [
                        (
                            place,
                            snapshot.keys[place],
                            *_words(rows[snapshot.keys[place]]),
                            *(json.dumps(values[name].get(place, [])) for name in LISTS),
                            *(values[name][place][0] for name in COLUMNS),
                        )
                        for place in places
                    ],
                )
    return len(snapshot.keys)


def _words(case: CaseStudy) -> tuple[str, ...]:
    return case.slug, case.title, case.summary, case.mine
