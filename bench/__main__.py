"""`python -m bench [PART …] [--sizes 36,1000]`: run parts of the benchmark, print the results."""

import argparse
import importlib
import shlex
import signal
import sys

from bench.machine import facts, tell
from bench.options import Options
from bench.places import FOLDER, STATE
from bench.processes import LOG
from bench.report import facts_markdown, keep

PARTS = ("facets", "pages", "edits", "search", "sizes", "documents")


def _options() -> tuple[list[str], Options]:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--sizes", default="36,1000,20000,200000", help="default: %(default)s")
    parser.add_argument("--repeats", type=int, default=40, help="of what takes little time")
    parser.add_argument("--rounds", type=int, default=5, help="of page measurements")
    parser.add_argument("--seconds", type=float, default=2.0, help="that one measurement may take")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    sizes = [int(size) for size in asked.sizes.split(",") if size]
    return asked.parts or list(PARTS), Options(sizes, asked.repeats, asked.rounds, asked.seconds)


def _stop(*_: object) -> None:
    """End as on Ctrl-C: what was started stops too, and no further signal disturbs that."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(1)


def main() -> None:
    """Run and print."""
    parts, options = _options()
    STATE.mkdir(parents=True, exist_ok=True)
    LOG.write_bytes(b"")
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    told = facts(shlex.join(["python", "-m", "bench", *sys.argv[1:]]))
    sys.stdout.write(facts_markdown(told) + "\n")
    for part in parts:
        tell(f"== {part} ==")
        tables = importlib.import_module(f"bench.{part}").run(options)
        keep(part, told, tables)
        sys.stdout.write("\n".join(table.markdown() for table in tables) + "\n")
        sys.stdout.flush()
    tell(f"Kept in {FOLDER / 'results.md'}")


main()
