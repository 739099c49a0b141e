"""What was measured on: facts that a reader needs to compare with a machine of their own."""

import os
import platform
import re
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def facts(command: str) -> dict[str, str]:
    """Give the facts of this machine and run."""
    packages = ("Django", "gunicorn", "whitenoise", "pyroaring", "datasette", "django-filter")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "command": command,
        "commit": _output("git", "rev-parse", "--short", "HEAD") or "unknown",
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "memory": f"{_memory()} GiB",
        "load when started": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "system": platform.platform(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _output("psql", "--version") or "none",
        "nginx": _nginx(),
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", path.read_text()) if path.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _nginx() -> str:
    path = nginx()
    if not path:
        return "none"
    told = subprocess.run([path, "-v"], capture_output=True, text=True, check=False)
    return (told.stderr + told.stdout).strip().rpartition("/")[2]


def nginx() -> str | None:
    """Give the path of nginx, where it is installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def tell(text: str = "") -> None:
    """Tell progress: on standard error, so that standard output holds results only."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
