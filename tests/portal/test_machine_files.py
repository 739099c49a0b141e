"""security.txt, the sitemap, the icons and the manifest."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from portal.env import read_environment
from portal.security_txt import build_day
from tests.builders import make_case, make_lesson

pytestmark = pytest.mark.django_db

SECURITY = "/.well-known/security.txt"


def test_security_txt_says_where_to_report_and_for_how_long(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = "mailto:safe@example.org"
    answer = client.get(SECURITY)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:safe@example.org"
    assert fields["Canonical"] == f"http://testserver{SECURITY}"
    expires = datetime.fromisoformat(fields["Expires"])
    assert build_day() <= datetime.now(UTC)
    assert expires - build_day() <= timedelta(days=365)
    assert expires > datetime.now(UTC)


def test_there_is_no_security_txt_without_a_contact(client: Client, settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    assert client.get(SECURITY).status_code == 404


@pytest.mark.parametrize("contact", ["safe@example.org", "javascript:x", "mailto:a\nContact: b"])
def test_an_odd_contact_is_refused(monkeypatch: pytest.MonkeyPatch, contact: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", contact)
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        read_environment()


def test_the_sitemap_says_when_pages_changed(client: Client) -> None:
    case = make_case("a-case", countries=("GH",), companies=(("acme-gold", "operator"),))
    make_lesson("a-lesson")
    answer = client.get("/sitemap.xml")
    found = dict(
        re.findall(
            r"<loc>http://testserver([^<]*)</loc>(?:<lastmod>([^<]*)</lastmod>)?",
            answer.content.decode(),
        )
    )
    day = f"{case.updated_at:%Y-%m-%d}"
    dated = ("/", "/cases/", "/lessons/", "/cases/a-case/", "/countries/GH/", "/themes/gender/")
    assert {address: found[address] for address in dated} == dict.fromkeys(dated, day)
    assert found["/companies/acme-gold/"] == day
    assert found["/glossary/"] == found["/about/"] == ""
    assert client.get("/sitemap.xml", headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_icons_and_manifest_are_there(client: Client) -> None:
    html = client.get("/about/").content.decode()
    for name in ("favicon.svg", "favicon.ico", "apple-touch-icon.png", "manifest.webmanifest"):
        assert f'href="/static/{name}"' in html
        assert finders.find(name)
    assert client.get("/favicon.ico")["Location"] == "/static/favicon.ico"
    path = finders.find("manifest.webmanifest")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        manifest = json.load(file)
    assert all(finders.find(icon["src"]) for icon in manifest["icons"])
    assert "manifest-src 'self'" in client.get("/about/")["Content-Security-Policy"]
