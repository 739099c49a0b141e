"""Pages of the lessons."""

import re

import pytest
from django.test import Client

from lessons.vocabulary import Stance
from lessons.weight import in_words
from tests.builders import make_case, make_evidence, make_lesson, make_perspective

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((9, 3, 2), "supported by 9 cases, qualified by 3 and challenged by 2"),
        ((1, 0, 0), "supported by 1 case"),
        ((0, 2, 1), "qualified by 2 cases and challenged by 1"),
        ((0, 0, 1), "challenged by 1 case"),
        ((0, 0, 0), "no case speaks to this lesson yet"),
    ],
)
def test_the_weight_of_a_lesson_in_words(counts: tuple[int, int, int], words: str) -> None:
    assert in_words(dict(zip(Stance, counts, strict=True))) == words


def test_a_lesson_shows_its_evidence_by_stance(client: Client) -> None:
    lesson = make_lesson("a-lesson", audiences=["government", "company"], report_chapter=6)
    lesson.pointers.create(text="Put it on paper.", position=0)
    lesson.sources.create(
        title="A source", publisher="A publisher", url="https://example.org/", position=0
    )
    for stance in ("challenges", "supports", "supports"):
        make_evidence(lesson, make_case(), stance)
    make_perspective(title="A view").lessons.add(lesson)
    page = client.get("/lessons/a-lesson/").content.decode()
    assert "Supported by 2 cases and challenged by 1." in page
    assert page.index("Supports") < page.index("Challenges")
    assert "Qualifies" not in page
    for part in ("Put it on paper.", "Large-scale mining company, Government", "A view"):
        assert part in page
    assert "It is not the text of the World Gold Council report of 2022." in page
    assert "chapter 6" in page


def test_lessons_stand_in_the_order_of_their_numbers(client: Client) -> None:
    make_lesson(number=903, title="Third")
    make_lesson(number=901, title="First")
    make_lesson(number=902, title="Second")
    for address in ("/", "/lessons/"):
        page = client.get(address).content.decode()
        assert page.index("First") < page.index("Second") < page.index("Third"), address


def test_lessons_are_browsed_by_audience(client: Client) -> None:
    make_lesson(title="For miners", audiences=["asgm"])
    make_lesson(title="For companies", audiences=["company", "government"])
    page = client.get("/lessons/?audience=asgm").content.decode()
    assert "For miners" in page
    assert "For companies" not in page


@pytest.mark.usefixtures("library")
def test_the_checklist_can_be_read_and_printed(client: Client) -> None:
    page = client.get("/baseline/").content.decode()
    assert page.count('<p class="question">') == 88
    assert page.count("Red flag") == 15
    assert "<li>alluvial or river</li>" in page
    assert 'href="sources/#source-1"' in page
    sources = client.get("/baseline/sources/").content.decode()
    assert sources.count('<li id="source-') == 56


@pytest.mark.usefixtures("library")
def test_the_glossary_shows_other_names(client: Client) -> None:
    page = client.get("/glossary/").content.decode()
    assert '<div id="galamsey">' in page
    assert "orpailleur" in page
    assert 'href="sources/#galamsey"' in page
    sources = client.get("/glossary/sources/").content.decode()
    assert re.search(r'<div id="galamsey"><dt>[^<]+</dt><dd><a href="http', sources)
