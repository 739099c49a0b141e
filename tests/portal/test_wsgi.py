"""The application as a web server calls it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, RequestFactory

from portal.wsgi import application

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keep the connection of the test open, as Django's own test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("charset", ["rot13", "hex", "none-such", "utf-8", "undefined"])
def test_a_charset_that_is_none_is_no_fault_of_the_site(charset: str) -> None:
    environ: dict[str, Any] = RequestFactory().get("/healthz").environ
    environ |= {"CONTENT_TYPE": f"text/plain; charset={charset}", "wsgi.input": BytesIO()}
    answers: list[str] = []
    body = application(environ, lambda status, _headers: answers.append(status))
    assert answers == ["200 OK"]
    body.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", ["/follow/?what=cases:", "/contribute/perspective/"])
def test_open_forms_are_read_in_one_encoding_only(client: Client, address: str) -> None:
    answer = client.post(address, b"text=+2AA-", content_type="text/plain; charset=utf-7")
    assert answer.status_code == 400
