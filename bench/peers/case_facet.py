"""One SQL statement over a denormalised table that has one row a case, facet and value."""

from collections.abc import Collection, Mapping

from django.db import connection

from bench.peers.base import PAGE, Answer, Asked, Counts

Part = tuple[str, list[object]]


def _condition(chosen: Mapping[str, Collection[str]], match: str) -> Part:
    """Give what a case must fulfil, as SQL with its parameters."""
    conditions: list[str] = []
    parameters: list[object] = []
    for facet, values in chosen.items():
        marks = ", ".join(["%s"] * len(values))
        conditions.append(
            "case_id IN (SELECT case_id FROM bench_case_facet "
            f"WHERE facet = %s AND value IN ({marks}))"
        )
        parameters += [facet, *values]
    if match:
        conditions.append("case_id IN (SELECT rowid FROM search_cases WHERE search_cases MATCH %s)")
        parameters.append(match)
    return " AND ".join(conditions) or "TRUE", parameters


def _statement(asked: Asked) -> Part:
    condition, parameters = _condition(asked.chosen, asked.match)
    marks = ", ".join(["%s"] * len(asked.chosen))
    unchosen = f"facet NOT IN ({marks})" if asked.chosen else "TRUE"
    among = "case_id IN (SELECT case_id FROM found)" if parameters else "TRUE"
    parts: list[Part] = [
        ("SELECT 'total', '', count(*) FROM found", []),
        (
            "SELECT facet, value, count(*) FROM bench_case_facet "
            f"WHERE {unchosen} AND {among} GROUP BY facet, value",
            list(asked.chosen),
        ),
    ]
    for facet in asked.chosen:
        others = {name: asked.chosen[name] for name in asked.chosen if name != facet}
        other_condition, other_parameters = _condition(others, asked.match)
        parts.append(
            (
                "SELECT facet, value, count(*) FROM bench_case_facet "
                f"WHERE facet = %s AND {other_condition} GROUP BY facet, value",
                [facet, *other_parameters],
            )
        )
    parts.append(
        (
            "SELECT 'key', '', case_id FROM (SELECT place, case_id FROM found "
            f"ORDER BY place LIMIT {PAGE})",
            [],
        )
    )
    found = f"SELECT place, case_id FROM bench_case_place WHERE {condition}"
    hint = "MATERIALIZED" if parameters else "NOT MATERIALIZED"
    statement = f"WITH found AS {hint} ({found}) " + " UNION ALL ".join(sql for sql, _ in parts)
    return statement, [*parameters, *(value for _, values in parts for value in values)]


class CaseFacetEngine:
    """Everything in one statement, on a table made for it."""

    name = "SQL: one statement, denormalised table"
    disjunctive = True

    def answer(self, asked: Asked) -> Answer:
        """Count and cut a page."""
        total, keys = 0, []
        counts: Counts = {}
        with connection.cursor() as cursor:
            cursor.execute(*_statement(asked))
            for facet, value, number in cursor.fetchall():
                if facet == "total":
                    total = number
                elif facet == "key":
                    keys.append(number)
                else:
                    counts.setdefault(facet, {})[value] = number
        return Answer(total, counts, keys)
