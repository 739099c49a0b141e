"""Results as Markdown tables and JSON, each part with its machine, date and command."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bench.places import FOLDER

Cell = str | int | float | None
RESULTS = FOLDER / "results.json"


@dataclass
class Table:
    """One table of results, and what must be known to read it."""

    title: str
    columns: list[str]
    rows: list[list[Cell]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def markdown(self) -> str:
        """Give the table in Markdown."""
        lines = [f"#### {self.title}", "", _line(self.columns)]
        lines.append(_line(["--", *["--:"] * (len(self.columns) - 1)]))
        lines += [_line([shown(cell) for cell in row]) for row in self.rows]
        lines += ["", *[f"- {note}" for note in self.notes]]
        return "\n".join(lines).rstrip() + "\n"


def shown(cell: Cell) -> str:
    """Give a value as a reader wants it: three figures that count, thousands apart."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        if abs(cell) >= 100:
            return f"{cell:,.0f}"
        return f"{cell:.3g}"
    return f"{cell:,}" if isinstance(cell, int) else cell


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def keep(part: str, facts: dict[str, str], tables: Sequence[Table]) -> None:
    """Write a part's tables into results.json and results.md, beside those of the other parts."""
    results: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[part] = {"facts": facts, "tables": [asdict(table) for table in tables]}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")
    pages = [
        f"### {name}\n\n{facts_markdown(result['facts'])}\n"
        + "\n".join(Table(**table).markdown() for table in result["tables"])
        for name, result in results.items()
    ]
    RESULTS.with_suffix(".md").write_text("\n".join(pages), encoding="utf-8")


def facts_markdown(facts: dict[str, str]) -> str:
    """Give the facts as a list."""
    return "".join(f"- {name}: {value}\n" for name, value in facts.items())
