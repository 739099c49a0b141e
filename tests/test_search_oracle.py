"""Facet counts under a text: brute force over the ids that the search itself gives."""

import random
import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from casestudies.facets import CASES
from casestudies.models import CaseStudy
from portal.browse import browse
from portal.corpus import current_state
from portal.search import matching, parse
from portal.search.query import STOP_WORDS
from tests.test_facet_oracle import CASE_FACETS, Record, matches, random_selections, records_in

pytestmark = pytest.mark.usefixtures("library", "db")

TEXTS = 80


def texts(records: list[Record], draw: random.Random) -> list[str]:
    """Draw searches of one to three words from the library's own texts."""
    words = sorted({
        word.lower()
        for record in records
        for word in re.findall(r"[A-Za-zé]{4,}", f"{record['title']} {record['summary']}")
        if word.lower() not in STOP_WORDS
    })  # fmt: skip
    made = [" ".join(draw.sample(words, draw.choice([1, 1, 2]))) for _ in range(TEXTS - 4)]
    return [*made, "mining -ghana", '"small-scale miners"', "galamsey", "relocat"]


def test_totals_and_counts_under_a_text_equal_brute_force() -> None:
    records = {record["slug"]: record for record in records_in("cases")}
    slugs = dict(CaseStudy.objects.values_list("pk", "slug"))
    draw = random.Random(20261125)
    selections = random_selections(list(records.values()), CASE_FACETS)
    some = 0
    for text, drawn in zip(texts(list(records.values()), draw), selections, strict=False):
        names = draw.sample(sorted(drawn), min(len(drawn), draw.randint(0, 2)))
        selection = {name: drawn[name] for name in names}
        query = parse(text, "cases", current_state())
        found = [records[slugs[key]] for key in matching(CASES.index, query)]
        address = urlencode({"q": text, **selection}, doseq=True)
        page = browse(CASES, QueryDict(address), "/cases/")
        assert page.total == sum(matches(r, selection, CASE_FACETS) for r in found), address
        some += page.total > 0
        for panel in page.facets:
            others = {name: values for name, values in selection.items() if name != panel.name}
            within = [record for record in found if matches(record, others, CASE_FACETS)]
            counts = Counter(value for r in within for value in CASE_FACETS[panel.name](r))
            shown = {option.value: option.count for option in panel.options}
            assert {v: n for v, n in shown.items() if n} == dict(counts), (address, panel.name)
    assert some > TEXTS / 3, "the texts hardly find anything"
