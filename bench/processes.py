"""Processes that the benchmark starts, and always stops again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench.places import BASE, STATE, environment, python

START_SECONDS = 60
LOG = STATE / "servers.log"


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], env: dict[str, str], port: int, path: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server from the moment that it answers for `path`; stop it in any case."""
    with LOG.open("ab") as log:
        server = subprocess.Popen(
            command, cwd=BASE, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        _wait_for(server, port, path)
        yield server
    finally:
        _stop(server)


def _wait_for(server: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError(f"{server.args!r} stopped, status {server.returncode}: see {LOG}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except (OSError, HTTPException):
            time.sleep(0.05)
        else:
            if answer.status >= 400:
                raise RuntimeError(f"{server.args!r} answers {answer.status} for {path}")
            return
    raise RuntimeError(f"{server.args!r} did not start within {START_SECONDS} s")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Ask a server to end, and its whole group after ten seconds."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@contextmanager
def portal(database: str, **more: str) -> Iterator[tuple[int, int]]:
    """Run a server exactly as `make run` starts it; give its port and its process id."""
    port = free_port()
    env = environment(database, PORT=str(port), **more)
    command = python("-m", "gunicorn", "--config", "python:portal.gunicorn")
    with serving(command, env, port, "/healthz") as server:
        yield port, server.pid


@contextmanager
def datasette(database: str) -> Iterator[int]:
    """Run Datasette on a SQLite file; give its port.

    Its limits are raised so that nothing is left out of an answer for want of time.
    """
    port = free_port()
    settings = {
        "suggest_facets": "off",
        "facet_time_limit_ms": "600000",
        "sql_time_limit_ms": "600000",
        "max_returned_rows": "1000",
    }
    options = [word for name, value in settings.items() for word in ("--setting", name, value)]
    command = python("-m", "datasette", "serve", database, "--port", str(port), *options)
    with serving(command, environment(database), port, "/-/versions.json"):
        yield port


def manage(database: str, *arguments: str, settings: str = "portal.settings") -> None:
    """Run manage.py on a database."""
    env = environment(database, DJANGO_SETTINGS_MODULE=settings)
    # Its words are progress; standard output is for results.
    subprocess.run(
        python("manage.py", *arguments), cwd=BASE, env=env, check=True, stdout=sys.stderr
    )


def inside(module: str, database: str, **values: Any) -> Any:
    """Run `measure` of a module of bench/inside in a process of its own; give what it gives."""
    env = environment(database, DJANGO_SETTINGS_MODULE="bench.settings")
    command = python("-m", "bench.inside", module, json.dumps(values))
    process = subprocess.Popen(
        command, cwd=BASE, env=env, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        output, _ = process.communicate()
    finally:
        _stop(process)
    if process.returncode:
        raise RuntimeError(f"bench.inside.{module} stopped with status {process.returncode}")
    return json.loads(output.splitlines()[-1])
