"""Finished pages are kept for everybody, and nothing personal or outdated ever is."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

from casestudies.models import CaseStudy
from portal.corpus import CorpusState
from portal.pagecache import OVERHEAD, Page, PageCache, public_page
from portal.urls import urlpatterns as site_urls
from tests.builders import make_case, make_curator
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db


@public_page
def greeting(request: HttpRequest) -> HttpResponse:
    """A public view that makes the mistake of greeting whoever is signed in."""
    user = request.user
    return HttpResponse(f"hello {user.get_username()}" if user.is_authenticated else "hello")


@public_page
def form(request: HttpRequest) -> HttpResponse:
    """A public view with a form."""
    return HttpResponse(get_token(request))


@public_page
def notices(request: HttpRequest) -> HttpResponse:
    """A public view that shows messages."""
    return HttpResponse(" ".join(map(str, messages.get_messages(request))) or "nothing")


def leave_message(request: HttpRequest) -> HttpResponse:
    """A view that leaves a message for the next page."""
    messages.info(request, "for you alone")
    return HttpResponse()


urlpatterns = [
    path("greeting/", greeting),
    path("form/", form),
    path("notices/", notices),
    path("leave-message/", leave_message),
    *site_urls,
]


@pytest.fixture(autouse=True)
def own_urls(settings: Any) -> None:
    """The site with a few views more."""
    settings.ROOT_URLCONF = "tests.test_page_cache"


def test_a_page_is_made_once_and_then_costs_one_query(client: Client) -> None:
    make_case(title="Kept")
    first = client.get("/cases/")
    with queries_within(1, "a kept page") as queries:
        second = client.get("/cases/")
    assert len(queries) == 1  # the corpus version
    assert second.content == first.content
    assert second.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]


def test_a_browser_that_has_the_page_gets_304_without_a_template(client: Client) -> None:
    make_case()
    first = client.get("/cases/?country=GH")
    with queries_within(1, "304") as queries:
        again = client.get("/cases/?country=GH", headers={"if-none-match": first["ETag"]})
    assert len(queries) == 1
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_an_edit_is_seen_at_the_next_request_and_changes_the_tag(client: Client) -> None:
    case = make_case(title="Before")
    before = client.get("/cases/")
    case.title = "After"
    case.save()
    after = client.get("/cases/", headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert b"After" in after.content
    assert b"Before" not in after.content
    CaseStudy.objects.get().delete()
    assert b"After" not in client.get("/cases/").content


def test_the_order_of_parameters_makes_no_second_page(client: Client) -> None:
    make_case()
    one = client.get("/cases/?country=GH&theme=gender")
    with queries_within(1, "the same selection"):
        other = client.get("/cases/?theme=gender&country=GH")
    assert other["ETag"] == one["ETag"]


@pytest.mark.parametrize("address", ["/cases/?nonsense=1", "/about/?nonsense=1", "/search/?x=1"])
def test_parameters_that_mean_nothing_fill_no_cache(client: Client, address: str) -> None:
    make_case()
    assert "ETag" not in client.get(address)


def test_compressed_and_plain_pages_are_kept_apart(client: Client) -> None:
    make_case()
    packed = client.get("/cases/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/cases/")
    assert client.get("/cases/", headers={"accept-encoding": "gzip"}).content == packed.content


def test_a_page_for_one_person_is_given_to_nobody_else(client: Client) -> None:
    assert client.get("/greeting/").content == b"hello"
    signed_in = Client()
    user: User = make_curator()
    signed_in.force_login(user)
    personal = signed_in.get("/greeting/")
    assert personal.content == f"hello {user.username}".encode()
    assert "ETag" not in personal
    assert client.get("/greeting/").content == b"hello"
    # And the other way round: who signs in sees it at once.
    assert signed_in.get("/greeting/").content == personal.content


def test_a_form_has_a_token_of_its_own_for_everybody() -> None:
    first, second = Client().get("/form/"), Client().get("/form/")
    assert "ETag" not in first
    assert first.cookies["csrftoken"].value != second.cookies["csrftoken"].value


def test_a_message_is_shown_once_to_whom_it_is_meant_for(client: Client) -> None:
    assert client.get("/notices/").content == b"nothing"
    other = Client()
    other.get("/leave-message/")
    assert other.get("/notices/").content == b"for you alone"
    assert client.get("/notices/").content == b"nothing"


def test_the_admin_is_never_kept(curator_client: Client, client: Client) -> None:
    for browser in (curator_client, client):
        assert "no-store" in browser.get("/admin/login/")["Cache-Control"]


def test_an_error_page_is_not_kept(client: Client) -> None:
    missing = client.get("/cases/not-yet/")
    assert missing.status_code == 404
    make_case("not-yet")
    assert client.get("/cases/not-yet/").status_code == 200


def test_only_reading_is_answered_from_the_cache(client: Client) -> None:
    make_case()
    client.get("/cases/")
    assert client.post("/cases/").status_code == 405
    assert client.head("/cases/").status_code == 200


# --- The store itself ---------------------------------------------------------------------------

OLD, NEW = CorpusState(1, "a"), CorpusState(2, "b")


def page(size: int) -> Page:
    """Give a page with a body of this many bytes."""
    return Page(b"x" * size, ())


def test_it_never_grows_beyond_its_bound_and_drops_what_was_not_asked_for_longest() -> None:
    cache = PageCache(3 * (100 + OVERHEAD))
    for name in "abc":
        cache.put(name, OLD, page(100))
    cache.get("a", OLD)
    cache.put("d", OLD, page(100))
    assert [name for name in "abcd" if cache.get(name, OLD)] == ["a", "c", "d"]
    assert cache.size <= cache.most_bytes
    cache.put("huge", OLD, page(cache.most_bytes))
    assert cache.get("huge", OLD) is None


def test_a_change_of_the_corpus_empties_it_and_a_late_page_is_not_kept() -> None:
    cache = PageCache(10_000)
    cache.put("a", OLD, page(1))
    assert cache.get("a", NEW) is None
    cache.put("b", NEW, page(1))
    assert len(cache) == 1
    cache.put("a", OLD, page(1))
    assert cache.get("a", OLD) is None
    assert cache.get("b", NEW) is not None


def test_threads_may_share_it() -> None:
    cache = PageCache(20 * (50 + OVERHEAD))

    def use(number: int) -> None:
        for turn in range(300):
            name = str((number * 7 + turn) % 40)
            kept = cache.get(name, OLD)
            assert kept is None or len(kept.body) == 50
            cache.put(name, OLD, page(50))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(8)))
    assert cache.size == sum(len(entry.body) + OVERHEAD for entry in cache._pages.values())
    assert cache.size <= cache.most_bytes


def test_an_odd_host_is_refused_as_everywhere(client: Client) -> None:
    assert client.get("/cases/", headers={"host": "evil.example"}).status_code == 400
