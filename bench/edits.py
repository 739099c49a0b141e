"""Part: what a change costs: building the snapshot, memory, and an edit up to the next page."""

import shutil
from pathlib import Path

from bench.clients import Target, ask
from bench.corpora import corpus
from bench.machine import tell
from bench.options import Options
from bench.pages import PATH
from bench.places import FOLDER
from bench.processes import inside, manage, portal
from bench.report import Table

WARM_UP = (PATH, "/", "/cases/", "/lessons/", "/cases/?q=mercury", "/search/?q=cooperative",
           *(f"/cases/?page={page}" for page in range(1, 15)))  # fmt: skip
FEW_EDITS_ABOVE = 100_000  # cases


def run(options: Options) -> list[Table]:
    """Measure at every size, on a copy: edits must not change the corpus of the other parts."""
    cost = Table(
        "Snapshot and memory",
        ["cases", "snapshot built, ms", "snapshot, MiB", "server process after start, MiB",
         "after warm-up, MiB"],
        notes=["Resident memory of one server process; warm-up: 20 different pages."],
    )  # fmt: skip
    edits = Table(
        "One edit up to the next page (`/cases/` with three filters): median (p95), ms",
        ["cases", "edit", "the edit itself", "next page, same process",
         "next page, another process", "page without an edit, another process"],
        notes=["The edit is saved in the same way as in the admin: with its search document, its "
               "note for snapshots and the corpus version. Same process: by a call, without HTTP. "
               "Another process: by HTTP from the real server, where every page that was kept is "
               "outdated. Each next page was checked to be a new one."],
    )  # fmt: skip
    for size in options.sizes:
        database = corpus(size)
        manage(str(database), "collectstatic", "--no-input", "--verbosity", "0")
        copy = FOLDER / "edits.sqlite3"
        tell(f"Edits at {size:,} cases")
        try:
            _remove(copy)
            shutil.copyfile(database, copy)
            fresh, warm = _memory(copy)
            count = 5 if size > FEW_EDITS_ABOVE else max(5, options.repeats // 2)
            with portal(str(copy), WEB_CONCURRENCY="1") as (port, _pid):
                found = inside("edits", str(copy), port=port, count=count, path=PATH)
        finally:
            _remove(copy)
        cost.rows.append([f"{size:,}", found["build"], found["bytes"] / 2**20, fresh, warm])
        for name, times in found["edits"].items():
            cells = [f"{one['median']:.3g} ({one['p95']:.3g})" for one in times]
            edits.rows.append([f"{size:,}", name, *cells])
    return [cost, edits]


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _memory(database: Path) -> tuple[float | None, float | None]:
    """Give the resident memory of a server process before and after it has served pages."""
    with portal(str(database), WEB_CONCURRENCY="1") as (port, pid):
        fresh = _resident(pid)
        for path in WARM_UP:
            ask(Target(port, (path,)))
        return fresh, _resident(pid)


def _resident(pid: int) -> float | None:
    """Give the MiB of a server's one worker process, where the system tells."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if not children.exists():
        return None
    worker = children.read_text().split()[0]
    for line in Path(f"/proc/{worker}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return None
