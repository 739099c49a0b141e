"""The shipped library as PDF: the same set as on the pages, complete and accessible."""

import random
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import QueryDict
from django.test import Client

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from portal.browse import browse
from portal.qr import LONGEST, qr_svg
from portal.typesetting import UNREADABLE
from tests.casestudies.test_verification import sealed_now
from tests.pdf.reading import assert_accessible, flat, pages_of, words_of
from tests.pdf.test_booklet import EXPORT, pdf_of

pytestmark = pytest.mark.usefixtures("library", "db")


def test_fifty_random_selections_hold_the_cases_of_the_page_and_no_others(client: Client) -> None:
    draw = random.Random(20261125)
    titles = {title: flat(title) for title in CaseStudy.objects.values_list("title", flat=True)}
    counts = browse(CASES, QueryDict(), "/cases/").snapshot.counts({})
    values = [(f, v) for f, options in counts.items() for v, count in options.items() if count < 25]
    checked = 0
    while checked < 50:
        chosen = draw.sample(values, draw.randint(1, 3))
        query = [pair for pair in chosen if pair[0] != "operator"]
        query += [("q", draw.choice(["mercury", "police", "cooperative"]))] * (draw.random() < 0.2)
        page = browse(CASES, QueryDict(urlencode(query)), "/cases/")
        if not page.total:
            continue
        checked += 1
        wanted = set(
            CaseStudy.objects.filter(pk__in=page.every_key()).values_list("title", flat=True)
        )
        detail = draw.choice(["brief", "brief", "summary", "full"])
        words = words_of(pdf_of(client, f"{EXPORT}?{urlencode([*query, ('detail', detail)])}"))
        assert {title for title, found in titles.items() if found in words} == wanted, query


def test_the_core_collection_is_accessible_and_complete(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    pdf = pdf_of(client, f"{EXPORT}?collection=core")
    found = assert_accessible(pdf)
    assert found["title"] == "Case studies of the core collection"
    assert len(found["outline"]) == 36 + 5  # contents, overview, lessons, references, provenance …
    assert {"Table", "TH", "TD", "L", "LI", "Link", "TOC", "Figure"} <= set(found["tags"])
    told = " ".join(found["alternatives"])
    for words in ("Map of the countries", "Bar chart", "QR code"):
        assert words in told
    assert not caplog.records
    words = words_of(pdf)
    for number in ("36casestudies", "15operatingcompanies", "18countries"):
        assert number in words


def test_the_checklist_is_a_form_with_room_for_answers(client: Client) -> None:
    pdf = pdf_of(client, "/baseline.pdf")
    assert_accessible(pdf)
    words = words_of(pdf)
    assert "Why:" in words
    assert UNREADABLE not in words
    assert pages_of(pdf) > 10


def test_a_qr_code_stays_readable_whatever_is_chosen() -> None:
    snapshot = browse(CASES, QueryDict(), "/cases/").snapshot
    everything = [
        (f, v) for f in snapshot.counts({}) if f != "operator" for v in snapshot.values[f]
    ]
    for chosen in ([], [("country", "GH")], everything):
        page = browse(CASES, QueryDict(urlencode(chosen)), "/cases/")
        sealed = sealed_now(page)
        assert len(sealed.short_address) < LONGEST
        assert len(sealed.address) < settings.LONGEST_ADDRESS
        assert "<svg" in qr_svg(f"https://commonground.example.org{sealed.short_address}")
    page = browse(CASES, QueryDict("collection=core"), "/cases/")
    assert "seen=" in sealed_now(page).short_address


def test_a_booklet_of_everything_chosen_is_made(client: Client) -> None:
    assert_accessible(pdf_of(client, f"{EXPORT}?{urlencode(every_value())}&detail=brief"))


def every_value() -> list[tuple[str, str]]:
    """Give every value of every facet as a query."""
    snapshot = browse(CASES, QueryDict(), "/cases/").snapshot
    facets = [facet.name for facet in CASES.facets]
    return [(facet, value) for facet in facets for value in snapshot.values[facet]]
