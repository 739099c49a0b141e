"""The table with one row a case that Datasette shows, and how to ask Datasette for a selection."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

TABLE = "bench_cases"
# Facets of which a case can have several values, kept as JSON lists; and those kept as one value.
LISTS = ("country", "company", "theme", "sdg17", "approach", "party")
COLUMNS = ("stage", "asgm_status", "outcome", "collection")
PAGE = 20


def datasette_query(
    chosen: Mapping[str, Sequence[str]], match: str = "", shown: Sequence[str] = ("case_id",)
) -> str:
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
    return urlencode([*pairs, *(("_col", name) for name in shown)])
