"""What people are told has come in has come in, once, however often the server is killed.

The real server with several workers, on the test database, killed without warning at random moments
and started again, while twenty clients send contributions and send again what got no answer.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from contributions.models import Contribution
from contributions.sending import services
from contributions.vocabulary import ContributionState
from portal.env import BASE
from tests.contributions.sending import ABOUT
from tests.test_processes import database_url, free_port, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS, OF_EACH = 20, 25
SENT_AGAIN, NOT_LISTENED_TO = 0.3, 0.1  # shares of forms
KILLS, WORKER_KILLS = 5, 5  # of the whole server, and of single workers in between
LOCKED = b"database is locked"
Answer = tuple[int, str, bytes]  # status, address it leads to, body


class Server:
    """The real server, which can be killed without warning and started again."""

    def __init__(self) -> None:
        self.port = free_port()
        self.kills = self.worker_kills = 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(),
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "3",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "python:portal.gunicorn"],
            cwd=BASE, env=environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(f"http://127.0.0.1:{self.port}")

    def kill(self) -> None:
        """Kill -9 the whole of it: master and workers, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.kills += 1

    def kill_worker(self, chance: random.Random) -> None:
        """Kill -9 one of the workers; the master starts another one."""
        master = self.process.pid
        children = Path(f"/proc/{master}/task/{master}/children")
        while not (workers := children.read_text().split()):
            time.sleep(0.05)
        with suppress(ProcessLookupError):  # gone by itself
            os.kill(int(chance.choice(workers)), signal.SIGKILL)
        self.worker_kills += 1


@dataclass
class Person:
    """A client with a network address of its own, who sends until there is a receipt."""

    number: int
    port: int
    chance: random.Random
    receipts: dict[str, tuple[str, str]] = field(default_factory=dict)  # text: key, reference
    faults: list[str] = field(default_factory=list)

    def send_all(self) -> None:
        """Send one contribution after the other."""
        for number in range(OF_EACH):
            self.send(f"Told by {self.number}, the {number} of {OF_EACH}.")

    def send(self, text: str) -> None:
        """Get a form, and press its button until a page names the reference."""
        form = reverse("contribution-write", args=["perspective"])
        _status, _to, page = self.ask("GET", form)
        ticket = re.search(rb'name="ticket" value="([^"]+)"', page)
        assert ticket is not None, page[:500]
        email = f"told.by.{self.number}@example.org"
        data = {**ABOUT, "ticket": ticket[1].decode(), "text": text, "email": email}
        if self.chance.random() < NOT_LISTENED_TO:
            self.ask_and_go(form, data)
        status, receipt, body = self.ask("POST", form, data)
        assert status == 302, body[:500]
        if self.chance.random() < SENT_AGAIN:  # a second press of the button
            _status, again, _body = self.ask("POST", form, data)
            assert again == receipt
        status, _to, page = self.ask("GET", receipt)
        key = re.fullmatch(r"/contribute/mine/([\w-]{32})/", receipt)
        reference = re.search(r"<h1>[^<]* (\w{4}-\w{4})</h1>", page.decode())
        assert key is not None
        assert reference is not None
        assert status == 200
        self.receipts[text] = key[1], reference[1]

    def ask(self, method: str, address: str, data: dict[str, str] | None = None) -> Answer:
        """Send a request until an answer comes that is whole; note what no user should see."""
        while True:
            connection = self.connected()
            try:
                _request(connection, method, address, data)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, HTTPException):  # the server is down, or went while it answered
                time.sleep(0.05)
                continue
            finally:
                connection.close()
            if answer.status >= 500 or LOCKED in body:
                self.faults.append(f"{answer.status} {address}: {body[:200]!r}")
                time.sleep(0.05)
                continue
            return answer.status, answer.headers.get("Location", ""), body

    def ask_and_go(self, address: str, data: dict[str, str]) -> None:
        """Send a form and hang up before there is an answer."""
        connection = self.connected()
        try:
            _request(connection, "POST", address, data)
            time.sleep(self.chance.random() * 0.05)
        except (OSError, HTTPException):
            pass  # nobody waits for it
        finally:
            connection.close()

    def connected(self) -> HTTPConnection:
        """Give a connection from an address of one's own, so that nobody is a flood."""
        here = (f"127.0.1.{self.number + 1}", 0)
        return HTTPConnection("127.0.0.1", self.port, timeout=30, source_address=here)


def _request(
    connection: HTTPConnection, method: str, address: str, data: dict[str, str] | None
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if data else {}
    connection.request(method, address, urlencode(data) if data else None, headers)


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()


def kill_now_and_then(server: Server, people: list[Person], done: Event) -> None:
    """Kill the server at random moments and start it again, until everything is sent."""
    chance = random.Random()  # moments differ from run to run: that is meant
    # One or the other goes when so many receipts were shown, wherever the workers are then.
    moments = sorted(chance.sample(range(10, CLIENTS * OF_EACH - 50), KILLS + WORKER_KILLS))
    whole = set(chance.sample(moments, KILLS))
    while moments and not done.wait(chance.uniform(0.05, 0.3)):
        if sum(len(person.receipts) for person in people) < moments[0]:
            continue
        if moments.pop(0) in whole:
            server.kill()
            server.start()
        else:
            server.kill_worker(chance)


def test_every_receipt_has_exactly_one_contribution_though_the_server_is_killed(
    server: Server,
) -> None:
    people = [Person(number, server.port, random.Random(number)) for number in range(CLIENTS)]
    done = Event()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        killer = pool.submit(kill_now_and_then, server, people, done)
        try:
            for each in [pool.submit(person.send_all) for person in people]:
                each.result()
        finally:
            done.set()
        killer.result()
    assert server.kills == KILLS
    assert server.worker_kills == WORKER_KILLS
    assert [fault for person in people for fault in person.faults] == []
    receipts = {text: receipt for person in people for text, receipt in person.receipts.items()}
    assert len(receipts) == CLIENTS * OF_EACH
    stored = {row.answers["text"]: row for row in Contribution.objects.all()}
    assert Contribution.objects.count() == len(receipts)  # none twice
    assert stored.keys() == receipts.keys()  # none lost
    for text, (key, reference) in receipts.items():
        row = stored[text]
        assert services.find(key) == row
        assert row.reference == reference
        assert row.state == ContributionState.WAITING
        assert row.contact.email.startswith("told.by.")
        assert row.steps.filter(action="sent").count() == 1, text
