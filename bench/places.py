"""Where the benchmark keeps its things, and the environment in which it starts processes."""

import os
import sys
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
FOLDER = BASE / "var" / "bench"
STATE = FOLDER / "state"
# What a person's shell may hold must not change what is measured.
NOT_INHERITED = ("DATABASE_URL", "STATE_FOLDER", "PORT", "BIND", "WEB_CONCURRENCY",
                 "PAGE_CACHE_BYTES", "DJANGO_SETTINGS_MODULE", "PORTAL_PRODUCTION")  # fmt: skip


def python(*arguments: str) -> list[str]:
    """Give a command that runs this Python."""
    return [sys.executable, *arguments]


def environment(database: str, **more: str) -> dict[str, str]:
    """Give the environment of a process that works on a database (an address or a SQLite file)."""
    url = database if "://" in database else f"sqlite:///{database}"
    kept = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    return {**kept, "DATABASE_URL": url, "STATE_FOLDER": str(STATE), "LOG_LEVEL": "ERROR", **more}
