"""A browser, and the real server with the shipped library to look at."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.db import connection, connections
from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from portal.env import BASE
from tests.test_processes import database_url, free_port, wait_for

CURATOR = ("curator", "a long password")  # may do everything in the admin
PICTURES = BASE / "var/screenshots"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
# Chromium fetches nothing of its own; as root it starts only without its sandbox.
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip browser tests, loudly, where there is no Chromium."""
    if CHROMIUM is None:
        reason = "NO CHROMIUM: install Debian's package chromium; browser tests were not run"
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Drive the Chromium of the system."""
    return {"executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Path]:
    """A folder of state and a database, prepared from nothing as `make run` does it.

    Nobody serves them: servers start on copies, which takes a tenth of the time.
    """
    folder = tmp_path_factory.mktemp("prepared")
    name = f"prepared_{os.getpid()}"
    if connection.vendor == "postgresql":
        _tell_postgresql(f"CREATE DATABASE {name}")
    environment = _environment(folder, name)
    _manage("prepare", environment=environment)
    _manage(
        "createsuperuser", "--noinput", "--username", CURATOR[0],
        "--email", "curator@example.org",
        environment=environment | {"DJANGO_SUPERUSER_PASSWORD": CURATOR[1]},
    )  # fmt: skip
    yield folder
    if connection.vendor == "postgresql":
        _tell_postgresql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[str]:
    """The address of a server that tests look at and leave as it is."""
    with served(tmp_path_factory.mktemp("site"), prepared) as address:
        yield address


@contextmanager
def served(folder: Path, prepared: Path) -> Iterator[str]:
    """Give the address of a server of its own, started as `make run` does it."""
    port = free_port()
    name = f"browser_{os.getpid()}_{port}"
    shutil.copytree(prepared, folder, dirs_exist_ok=True)
    if connection.vendor == "postgresql":
        _tell_postgresql(f"CREATE DATABASE {name} TEMPLATE prepared_{os.getpid()}")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"],
        cwd=BASE, env=_environment(folder, name) | {"PORT": str(port)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=20)
        if connection.vendor == "postgresql":
            _tell_postgresql(f"DROP DATABASE {name} WITH (FORCE)")


def _environment(folder: Path, name: str) -> dict[str, str]:
    """Give the environment of a portal with a folder of state and, on PostgreSQL, a database."""
    address = f"sqlite:///{folder / 'portal.sqlite3'}"
    if connection.vendor == "postgresql":
        address = urlunsplit(urlsplit(database_url())._replace(path=f"/{name}"))
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "STATE_FOLDER": str(folder),
        "DATABASE_URL": address,
        "WEB_CONCURRENCY": "1",
        "CONTACT_EMAIL": "curators@example.org",
    }


def _manage(*words: str, environment: dict[str, str]) -> None:
    """Run a command of the portal."""
    subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip


def _tell_postgresql(statement: str) -> None:
    """Run a statement over a connection of its own, outside of any transaction."""
    tells = psycopg2.connect(database_url())
    tells.autocommit = True
    with tells.cursor() as cursor:
        cursor.execute(statement)
    tells.close()


@pytest.fixture
def pages(browser: Browser, site: str) -> Iterator[Any]:
    """A maker of pages: each in a context of its own, watched for what must never happen."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(width: int = 1280, scripts: bool = True, scheme: str = "light") -> Page:
        context = browser.new_context(
            base_url=site,
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            color_scheme=scheme,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _note_message(message, complaints))
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on("request", lambda request: _note_request(request.url, site, complaints))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(page: Page) -> None:
    """Sign the curator in."""
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(CURATOR[0])
    page.get_by_label("Password").fill(CURATOR[1])
    page.get_by_role("button", name="Log in").click()


def _note_message(message: Any, complaints: list[str]) -> None:
    """Note errors and violations of the policy; what a person did wrong is no fault of ours."""
    answered = any(f"status of {code}" in message.text for code in (404, 409, 410, 422))
    if message.type in ("error", "warning") and not answered:
        complaints.append(f"{message.type}: {message.text}")


def _note_request(url: str, site: str, complaints: list[str]) -> None:
    """Note a request that leaves the site."""
    if not url.startswith((site, "data:")):
        complaints.append(f"left the site: {url}")


@pytest.fixture(scope="session")
def no_connection() -> None:
    """Close what Django has opened: under Playwright's loop it would open another connection."""
    # Playwright runs a loop in this thread; Django's own calls here are not in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    connections.close_all()


@pytest.fixture(scope="session")
def playwright(no_connection: None, playwright: Playwright) -> Iterator[Playwright]:
    """Playwright, which leaves no connection of Django's behind that nobody can reach any more."""
    yield playwright
    connections.close_all()
