"""Source addresses are checked politely, against a server of the test's own."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casestudies.documents.references import sources_in_full
from casestudies.models import Source
from portal.library import SourceRecord
from portal.links.asking import UNCLEAR, Answer, is_public
from portal.links.cited import broken_links, cited_addresses, source_models
from portal.links.models import LinkState
from portal.models import LinkCheck
from tests.builders import make_case, make_curator, make_lesson, make_source

pytestmark = pytest.mark.django_db


class Site(ThreadingHTTPServer):
    """A small web site that keeps what it was asked, when, and how much it could send."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Pages)
        self.asked: list[tuple[str, str, float, float]] = []  # method, path, begun, ended
        self.agents: set[str] = set()
        self.hosts: set[str] = set()
        self.fails_once: set[str] = set()
        self.sent = 0

    def address(self, path: str, host: str = "localhost") -> str:
        """Give the address of a path."""
        return f"http://{host}:{self.server_port}{path}"

    def methods(self, path: str) -> list[str]:
        """Give how a path was asked for."""
        return [method for method, asked, _begun, _ended in self.asked if asked == path]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up."""


class Pages(BaseHTTPRequestHandler):
    """The pages of that site."""

    server: Site

    def do_HEAD(self) -> None:
        """Answer HEAD."""
        self.answer()

    def do_GET(self) -> None:
        """Answer GET."""
        self.answer()

    def answer(self) -> None:
        """Answer as the path says."""
        begun = time.monotonic()
        self.server.agents.add(self.headers["User-Agent"])
        self.server.hosts.add(self.headers["Host"])
        kind = self.path.strip("/").split("/")[0]
        if kind == "slow":
            time.sleep(1.5)
        if kind == "short":
            time.sleep(0.05)
        if self.path in self.server.fails_once:
            self.server.fails_once.discard(self.path)
            self.server.asked.append((self.command, self.path, begun, time.monotonic()))
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        status = int(kind) if kind.isdigit() else 200
        if kind == "no-head" and self.command == "HEAD":
            status = 405
        to = {"moved": "/fine", "round": "/round", "inside": "http://127.0.0.1:9/"}.get(kind, "")
        to = to or ("ftp://example.org/" if kind == "odd" else "")
        self.send_response(302 if to else status)
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", str(50_000_000 if kind == "no-head" else 0))
        self.end_headers()
        self.server.asked.append((self.command, self.path, begun, time.monotonic()))
        if kind == "no-head" and self.command == "GET":
            for _part in range(500):
                self.wfile.write(b"x" * 100_000)
                self.server.sent += 100_000

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on this machine."""
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def cite(*addresses: str) -> None:
    """Make a case that cites some addresses and nothing else."""
    case = make_case()
    case.sources.all().delete()
    for position, address in enumerate(addresses):
        make_source(case, position, url=address)


def run(**options: Any) -> str:
    """Run the command against this machine, without pauses; gives what it says."""
    out = io.StringIO()
    options = {"allow_private": True, "pause": 0.0, "timeout": 5.0, **options}
    call_command("check_links", stdout=out, **options)
    return out.getvalue()


def state_of(address: str) -> tuple[str, int | None, str]:
    """Give state, status and fault of an address."""
    row = LinkCheck.objects.get(address=address)
    return row.state, row.status, row.fault


@pytest.mark.parametrize(
    ("path", "state", "status", "fault", "methods"),
    [
        ("/fine", "answers", 200, "", ["HEAD"]),
        ("/404/gone", "broken", 404, "", ["HEAD", "GET"]),
        ("/500/odd", "broken", 500, "", ["HEAD", "GET"]),
        ("/403/closed", "unclear", 403, "", ["HEAD", "GET"]),
        ("/moved", "answers", 200, "", ["HEAD"]),
        ("/round", "broken", None, "redirects", ["HEAD"] * 6),
        ("/odd", "broken", None, "no-address", ["HEAD"]),
        ("/fine#part", "answers", 200, "", []),
    ],
)
def test_an_address_is_what_its_server_says(
    site: Site, path: str, state: str, status: int | None, fault: str, methods: list[str]
) -> None:
    cite(site.address(path))
    run()
    assert state_of(site.address(path)) == (state, status, fault)
    assert site.methods(path) == methods


def test_a_server_without_head_is_asked_by_get_and_its_page_is_not_read(site: Site) -> None:
    cite(site.address("/no-head"))
    run()
    assert state_of(site.address("/no-head")) == ("answers", 200, "")
    assert site.methods("/no-head") == ["HEAD", "GET"]
    assert site.sent < 20_000_000


def test_a_redirect_tells_where_it_led(site: Site) -> None:
    cite(site.address("/moved"))
    run()
    row = LinkCheck.objects.get()
    assert row.final_address == site.address("/fine")


def test_a_slow_host_is_given_up_after_one_more_try(site: Site) -> None:
    cite(site.address("/slow"))
    run(timeout=0.2)
    assert state_of(site.address("/slow")) == ("broken", None, "timeout")
    time.sleep(1.6)  # until the server has noted what it was asked
    assert site.methods("/slow") == ["HEAD", "HEAD"]


def test_a_refused_connection_and_an_unknown_host_are_told_apart() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        refused = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    unknown = "http://nowhere.invalid/"
    cite(refused, unknown)
    run()
    assert state_of(refused) == ("broken", None, "no-connection")
    assert state_of(unknown) == ("broken", None, "no-host")


def test_a_host_with_a_dead_place_is_found_at_its_other_one(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def two_places(host: str, port: int) -> list[str]:
        return ["127.0.0.2", "127.0.0.1"]

    monkeypatch.setattr("portal.links.asking._look_up", two_places)
    address = site.address("/fine", "twofold.example")
    cite(address)
    run()
    assert state_of(address) == ("answers", 200, "")
    assert site.hosts == {f"twofold.example:{site.server_port}"}


def test_a_host_with_one_private_place_is_not_asked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def mixed_places(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "127.0.0.1"]

    monkeypatch.setattr("portal.links.asking._look_up", mixed_places)
    address = site.address("/fine", "mixed.example")
    cite(address)
    run(allow_private=False)
    assert state_of(address) == ("broken", None, "private")
    assert site.asked == []


def test_a_connection_lost_once_is_tried_again(site: Site) -> None:
    site.fails_once.add("/fine/twice")
    cite(site.address("/fine/twice"))
    run()
    assert state_of(site.address("/fine/twice")) == ("answers", 200, "")
    assert site.methods("/fine/twice") == ["HEAD", "HEAD"]


def test_the_portal_says_who_asks_and_which_host_it_means(site: Site, settings: Any) -> None:
    settings.CONTACT_EMAIL = "desk@example.org"
    cite(site.address("/fine"))
    run()
    (agent,) = site.agents
    assert "CommonGround" in agent
    assert "desk@example.org" in agent
    assert site.hosts == {f"localhost:{site.server_port}"}


def test_a_host_is_asked_one_thing_at_a_time_with_a_pause(site: Site) -> None:
    cite(*[site.address(f"/short/{number}") for number in range(4)])
    run(pause=0.15, at_once=8)
    asked = sorted(site.asked, key=lambda entry: entry[2])
    gaps = [later[2] - earlier[3] for earlier, later in pairwise(asked)]
    assert len(gaps) == 3
    assert min(gaps) > 0.1


def test_different_hosts_are_asked_side_by_side(site: Site) -> None:
    cite(site.address("/slow", "localhost"), site.address("/slow", "127.0.0.1"))
    run()
    (one, other) = site.asked
    assert max(one[2], other[2]) < min(one[3], other[3])


def test_private_addresses_are_not_asked(site: Site) -> None:
    addresses = [site.address("/fine"), site.address("/fine", "127.0.0.1"), "http://[::1]/"]
    addresses += ["http://169.254.169.254/latest/", "http://10.0.0.1/", "http://0.0.0.0/"]
    cite(*addresses, "http://[::ffff:127.0.0.1]/")
    run(allow_private=False)
    assert set(LinkCheck.objects.values_list("fault", flat=True)) == {"private"}
    assert site.asked == []


def test_what_is_no_address_of_the_web_is_said_and_stops_nothing(site: Site) -> None:
    odd = ["ftp://example.org/a", "http://[::1", "http://exa mple/", "http:///nothing"]
    cite(*odd, site.address("/fine"))
    run()
    assert LinkCheck.objects.count() == 5
    assert state_of(site.address("/fine"))[0] == "answers"


def test_an_address_cited_often_is_asked_once_and_drafts_count_too(site: Site) -> None:
    address = site.address("/fine")
    cite(address)
    make_source(make_case(state="draft"), 5, url=address)
    make_lesson().sources.create(title="t", publisher="p", url=address)
    run(host="localhost")
    assert site.methods("/fine") == ["HEAD"]


def test_every_kind_of_source_is_looked_at() -> None:
    names = {model.__name__ for model in source_models()}
    assert names == {"Source", "GoalSource", "LessonSource", "BaselineSource", "PerspectiveSource"}
    make_lesson().sources.create(title="t", publisher="p", url="https://example.org/only-here")
    assert "https://example.org/only-here" in cited_addresses()


def test_nothing_is_asked_when_nothing_is_due(site: Site) -> None:
    cite(site.address("/fine"))
    run()
    site.asked.clear()
    said = run()
    assert site.asked == []
    assert "0 of 1 source addresses checked" in said
    LinkCheck.objects.update(checked_at=timezone.now() - timedelta(days=31))
    run()
    assert site.methods("/fine") == ["HEAD"]


def test_a_run_goes_on_where_the_last_one_stopped(site: Site) -> None:
    cite(*[site.address(f"/fine/{number}") for number in range(5)])
    said = run(limit=2)
    assert "Left for the next run: 3" in said
    run(limit=2)
    run(limit=2)
    paths = [path for _method, path, _begun, _ended in site.asked]
    assert sorted(paths) == [f"/fine/{number}" for number in range(5)]


def test_one_host_may_be_checked_alone(site: Site) -> None:
    cite(site.address("/fine"), site.address("/fine/b", "127.0.0.1"))
    run(host="127.0.0.1")
    assert [path for _method, path, _begun, _ended in site.asked] == ["/fine/b"]
    assert LinkCheck.objects.count() == 1


def test_broken_since_is_kept_while_broken_and_cleared_when_mended(site: Site) -> None:
    address = site.address("/404/a")
    cite(address)
    assert "Newly broken" in run()
    since = LinkCheck.objects.get().broken_since
    assert since is not None
    assert "Newly broken" not in run(older_than=-1)
    assert LinkCheck.objects.get().broken_since == since
    assert [row.address for row in broken_links()] == [address]
    Source.objects.update(url=site.address("/fine"))
    run()
    assert not broken_links().exists()
    assert LinkCheck.objects.get().broken_since is None


def test_answers_that_keep_programs_out_are_not_called_broken() -> None:
    assert {Answer(status=status).state for status in UNCLEAR} == {LinkState.UNCLEAR}
    assert Answer(status=410).state == LinkState.BROKEN


def test_the_desk_lists_addresses_with_the_records_that_cite_them(
    site: Site, django_assert_max_num_queries: Any
) -> None:
    cite(*[site.address(f"/404/{number}") for number in range(3)])
    cite(site.address("/fine"))
    run()
    browser = Client()
    browser.force_login(make_curator())
    place = reverse("admin:portal_linkcheck_changelist")
    with django_assert_max_num_queries(20):
        page = browser.get(place, {"state__exact": "broken"}).content.decode()
    case = Source.objects.get(url=site.address("/404/0")).case
    assert reverse("admin:casestudies_casestudy_change", args=[case.pk]) in page
    assert site.address("/404/2") in page
    assert site.address("/fine") not in page
    row = LinkCheck.objects.get(address=site.address("/404/1"))
    form = reverse("admin:portal_linkcheck_change", args=[row.pk])
    assert case.title in browser.get(form).content.decode()
    assert browser.post(form, {"state": "answers"}).status_code == 403
    assert browser.get(reverse("admin:portal_linkcheck_add")).status_code == 403


def test_an_archived_copy_is_shown_beside_its_source(client: Client) -> None:
    case = make_case()
    copy = "https://archive.example.org/copy"
    source = case.sources.get()
    source.archived_url = copy
    source.save()
    page = client.get(case.get_absolute_url()).content.decode()
    assert f'href="{copy}">Archived copy</a>' in page
    for file in (reverse("case-json", args=[case.slug]), reverse("cases-export-json")):
        assert copy in client.get(file).getvalue().decode()
    assert copy in client.get(reverse("offline")).getvalue().decode()


def test_an_archived_copy_stands_in_the_references_of_a_document() -> None:
    copy = "https://archive.example.org/copy"
    source = make_source(make_case(), 5, archived_url=copy)
    assert copy in str(sources_in_full([source]))
    source.archived_url = ""
    assert "Archived copy" not in str(sources_in_full([source]))


def test_a_source_in_a_library_file_may_name_an_archived_copy_and_need_not() -> None:
    plain = {"title": "t", "publisher": "p", "url": "https://example.org/", "year": None}
    assert SourceRecord(**plain).archived_url == ""  # type: ignore[arg-type]
    copy = "https://archive.example.org/copy"
    assert SourceRecord(**plain, archived_url=copy).archived_url == copy  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("2606:4700::1111", True),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::8.8.8.8", True),
        ("64:ff9b::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("::10.1.2.3", False),
        ("::1", False),
    ],
)
def test_an_address_of_the_inside_is_seen_in_whatever_form_it_comes(
    address: str, public: bool
) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "option", ["--at-once=0", "--limit=-1", "--pause=-1", "--older-than=-2", "--timeout=nan"]
)
def test_a_number_that_makes_no_sense_is_refused(option: str) -> None:
    with pytest.raises(CommandError, match="at least, please"):
        call_command("check_links", option)
