"""Pages of the contributions."""

import pytest
from django.test import Client

from tests.builders import make_case, make_lesson, make_perspective

pytestmark = pytest.mark.django_db


def test_a_perspective_is_shown_as_the_organisations_own_view(client: Client) -> None:
    view = make_perspective(
        "a-view",
        organisation="Miners’ union",
        kind="asgm-association",
        body="It holds *that*.",
        note="Seen in excerpt.",
        in_wgc_report="confirmed",
    )
    view.lessons.add(make_lesson(title="A lesson"))
    view.cases.add(make_case(title="A case"))
    view.sources.create(
        title="A statement", publisher="The union", url="https://example.org/", position=0
    )
    page = client.get("/perspectives/a-view/").content.decode()
    for part in (
        "Miners’ union",
        "Small-scale miners&#x27; organisation",
        "It is not this library's view.",
        "<em>that</em>",
        "Seen in excerpt.",
        "Confirmed by a source that was seen",
        "A lesson",
        "A case",
        "A statement",
    ):
        assert part in page, part


def test_perspectives_are_browsed_by_kind_and_country(client: Client) -> None:
    make_perspective(title="From a ministry", kind="government", country="GH")
    make_perspective(title="From a body", organisation="B", kind="multilateral", country=None)
    page = client.get("/perspectives/?kind=multilateral").content.decode()
    assert "From a body" in page
    assert "From a ministry" not in page
    page = client.get("/perspectives/?country=GH").content.decode()
    assert "From a ministry" in page
    assert "From a body" not in page
