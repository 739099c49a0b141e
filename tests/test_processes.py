"""Several processes on one database: an edit in one shows in the others at the next request.

The server is the real one, started as `make run` starts it, on the test database.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.urls import reverse

from casestudies.models import Outcome
from portal.curation import workflow
from portal.env import BASE
from tests.builders import make_case, make_curator, make_theme

pytestmark = pytest.mark.django_db(transaction=True)


def database_url() -> str:
    """Give the address of the database that the test itself uses."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    password = f":{quote(values['PASSWORD'], safe='')}" if values["PASSWORD"] else ""
    return (
        f"postgres://{values['USER']}{password}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def two_servers() -> Iterator[list[str]]:
    """Two servers of their own on the test database; gives their addresses."""
    ports = [free_port(), free_port()]
    servers = [
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"],
            cwd=BASE,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "DATABASE_URL": database_url(),
                "PORT": str(port),
                "WEB_CONCURRENCY": "1",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for port in ports
    ]
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        for address in addresses:
            wait_for(address)
        yield addresses
    finally:
        for server in servers:
            server.send_signal(signal.SIGINT)
        for server in servers:
            output, _ = server.communicate(timeout=20)
            assert server.returncode == 0, output.decode()


def wait_for(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=2).close()
            return
        except OSError:  # refused, reset or too slow: not ready yet
            time.sleep(0.1)
    pytest.fail("the server did not start")


def get(address: str) -> Any:
    """Fetch JSON."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


class Browser:
    """A signed-in curator's browser, as far as the test needs one."""

    def __init__(self, address: str, name: str) -> None:
        self.address = address
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        login = reverse("admin:login")
        entry = {"username": name, "password": "a long password", "next": reverse("admin:index")}
        self.post(login, self.form(login) | entry)

    def form(self, path: str) -> dict[str, str]:
        """Give the token of the form on a page."""
        with self.opener.open(self.address + path, timeout=10) as answer:
            page = answer.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        return {"csrfmiddlewaretoken": token[1]}

    def post(self, path: str, data: dict[str, Any]) -> str:
        """Send a form and give the page that follows."""
        body = urlencode(data, doseq=True).encode()
        with self.opener.open(self.address + path, body, timeout=10) as answer:
            text: str = answer.read().decode()
            return text


def step_of(browser: Browser, key: int, task: str) -> None:
    """Take a step of the workflow, over HTTP."""
    path = reverse("admin:casestudies_casestudy_step", args=[key, task])
    browser.post(path, {**browser.form(path), "reason": "why"})


def test_an_edit_in_one_process_shows_in_the_other_at_once(two_servers: list[str]) -> None:
    editing, reading = two_servers
    public = make_case("edited", title="Before", themes=("gender",), year_from=2012)
    Outcome.objects.create(case=public, text="It held.")
    case = workflow.start_change(public, make_curator())
    exploration = make_theme("exploration")
    before = get(f"{reading}/cases.json?theme=gender")
    assert (before["total"], before["results"][0]["title"]) == (1, "Before")

    browser = Browser(editing, make_curator().username)
    path = reverse("admin:casestudies_casestudy_change", args=[case.pk])
    fields: dict[str, Any] = {
        **browser.form(path),
        "title": "After",
        "seen_edition": case.edition,
        "summary": case.summary,
        "collection": case.collection_id,
        "mine": case.mine,
        "place": case.place,
        "countries": ["GH"],
        "mine_stage": case.mine_stage,
        "asgm_status": case.asgm_status,
        "themes": [exploration.pk],
        "partnership_types": [kind.pk for kind in case.partnership_types.all()],
        "approaches": [approach.pk for approach in case.approaches.all()],
        "context": case.context,
        "what_was_done": case.what_was_done,
        "outcome_status": "held",
        "in_wgc_report": "unknown",
        **{name: getattr(case, name) for name in case.FIELDS},
    }
    for prefix in ("company_roles", "outcomes", "challenges", "case_lessons", "sources", "figures",
                   "parties"):  # fmt: skip
        fields |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert "was changed successfully" in browser.post(path, fields)
    assert get(f"{reading}/cases.json?outcome=held")["total"] == 0
    step_of(browser, case.pk, "submit")
    step_of(Browser(editing, make_curator().username), case.pk, "publish")

    after = get(f"{reading}/cases.json?outcome=held")
    assert [result["title"] for result in after["results"]] == ["After"]
    counts = {option["value"]: option["count"] for option in after["facets"]["theme"]}
    assert counts == {"exploration": 1, "gender": 0}
    assert after["corpus_version"] > before["corpus_version"]

    step_of(browser, public.pk, "archive")
    assert get(f"{reading}/cases.json")["total"] == 0
    # And the process that edited agrees with the one that only read.
    assert get(f"{editing}/cases.json")["total"] == 0
