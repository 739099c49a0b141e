"""Part: the facet engine alone: selection parsed, total, every count, twenty primary keys.

No rows are fetched and nothing is rendered.
"""

from bench.corpora import corpus
from bench.machine import tell
from bench.options import Options
from bench.processes import datasette, inside
from bench.report import Cell, Table
from bench.timing import mean_of

TEXT = "with text"
SKIP_ABOVE = 60.0  # seconds


def run(options: Options) -> list[Table]:
    """Measure at every size."""
    measured = {}
    for size in options.sizes:
        database = corpus(size)
        tell(f"Facet engines at {size:,} cases")
        with datasette(str(database)) as port:
            measured[size] = inside(
                "facets",
                str(database),
                port=port,
                stem=database.stem,
                repeats=options.repeats,
                seconds=options.seconds * 5,
                skip_above=SKIP_ABOVE,
            )
    return [_means(measured), *(_selections(size, found) for size, found in measured.items())]


def _means(measured: dict[int, dict]) -> Table:
    """Give the means over the selections, beside the portal's."""
    table = Table(
        "Facet engine alone: mean over six selections of the medians, ms",
        ["engine", *(f"{size:,} cases" for size in measured)],
        notes=[
            "In brackets: times as slow as the portal. Interleaved in one process a size; answers "
            "were checked equal before timing (total, every count, order of the first twenty).",
            "Datasette narrows: the counts of a facet in which something is chosen mean something "
            "else there and were not compared. Its times hold HTTP and JSON on the same machine, "
            "which is how it is used.",
            "The others get the selection parsed, the text search read, and the order of the cases "
            "in an indexed table; the portal does all of it in its time.",
        ],
    )
    engines = next(iter(measured.values()))["times"]
    portal = next(iter(engines))
    for engine in engines:
        row: list[Cell] = [engine]
        for found in measured.values():
            value, base = _mean(found, engine), _mean(found, portal)
            row.append(_with_ratio(value, base) if engine != portal else value)
        table.rows.append(row)
    without: list[Cell] = [f"{portal}, without the one with text"]
    table.rows.append(without + [_mean(found, portal, TEXT) for found in measured.values()])
    return table


def _mean(found: dict, engine: str, left_out: str = "") -> float | None:
    times = found["times"][engine]
    return mean_of([times[name]["median"] for name in times if name != left_out])


def _with_ratio(value: float | None, base: float | None) -> str:
    if value is None or base is None:
        return "–"
    figure = f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
    return f"{figure} ({value / base:,.0f}×)"


def _selections(size: int, found: dict) -> Table:
    """Give the medians and p95 of one size."""
    names = list(found["totals"])
    table = Table(
        f"Facet engine alone at {size:,} cases: median (p95) by selection, ms",
        ["engine", *(f"{name} ({found['totals'][name]:,})" for name in names)],
        notes=["In the heading: how many cases the selection finds."],
    )
    for engine, times in found["times"].items():
        row: list[Cell] = [engine]
        for name in names:
            one = times[name]
            few = f", {one['count']} runs" if one["count"] < 10 else ""
            row.append(f"{one['median']:.3g} ({one['p95']:.3g}{few})")
        table.rows.append(row)
        if any(one["count"] == 1 for one in times.values()):
            table.notes.append(
                f"{engine}: not repeated where one run took over {SKIP_ABOVE:.0f} s."
            )
    return table
