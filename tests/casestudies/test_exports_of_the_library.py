"""The files of the shipped library: the same address means the same set, in every format."""

import json
import random
import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.exporting import FORMATS, body_of, browsed_titles, read_json, text_of, titles_of

pytestmark = pytest.mark.usefixtures("library", "db")

WORDS = ["", "", "", "mercury", "cooperative", '"small-scale"', "women -security", "form"]
SORTS = ["", "", "title", "country", "newest", "relevance"]


def test_random_selections_are_the_same_everywhere(client: Client) -> None:
    options = client.get("/cases.json").json()["facets"]
    values = {name: [item["value"] for item in found] for name, found in options.items()}
    draw = random.Random(20261130)
    sizes = []
    for turn in range(50):
        chosen: dict[str, Any] = {
            name: draw.sample(values[name], min(draw.randint(1, 4), len(values[name])))
            for name in draw.sample(sorted(values), draw.choice([0, 1, 1, 1, 2, 2, 3]))
        }
        asked = {**chosen, "q": draw.choice(WORDS), "sort": draw.choice(SORTS)}
        query = urlencode({name: value for name, value in asked.items() if value}, doseq=True)
        titles = browsed_titles(client, query)
        sizes.append(len(titles))
        for extension in FORMATS:
            answer = client.get(f"/cases/export.{extension}?{query}")
            if titles or extension in ("csv", "json"):
                assert titles_of(answer, extension) == titles, (turn, extension, query)
            else:
                assert "Nothing to take away" in text_of(answer), (turn, extension, query)
    assert sizes.count(0) >= 2, "empty selections must occur"
    assert sum(size > 20 for size in sizes) >= 5, "so must those of several pages"


def test_sizes_in_the_menu_are_about_right(client: Client) -> None:
    for query in ("", "?country=GH"):
        page = client.get(f"/cases/{query}").content.decode()
        for extension in FORMATS:
            told = re.search(
                rf'export\.{extension}[^>]*>[^<]*</a> <span class="muted">about (\d+) KB', page
            )
            assert told is not None, extension
            size = len(body_of(client.get(f"/cases/export.{extension}{query}")))
            assert size / 1.4 < int(told[1]) * 1000 < size * 1.4, (extension, query, size)


def test_every_case_can_be_taken_away_by_itself(client: Client) -> None:
    cases = read_json(client.get("/cases/export.json"))["cases"]
    whole = {case["slug"]: case for case in cases}
    assert len(whole) == 84
    for slug in list(whole)[::12]:
        assert read_json(client.get(f"/cases/{slug}.json")) == whole[slug]
    assert json.dumps(whole, ensure_ascii=False).isprintable()
