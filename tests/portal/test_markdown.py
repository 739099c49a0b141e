"""Markdown becomes harmless HTML."""

import pytest

from portal.markdown import render
from tests.builders import make_case


def test_ordinary_markdown() -> None:
    html = render("Some *stress*.\n\n- one\n- two\n\n[link](https://example.org)")
    assert "<em>stress</em>" in html
    assert "<li>one</li>" in html
    assert '<a href="https://example.org" rel="noopener noreferrer">link</a>' in html


def test_headings_begin_below_those_of_the_page() -> None:
    assert render("# One\n\n## Two\n\n##### Five") == "<h3>One</h3>\n<h3>Two</h3>\n<h4>Five</h4>"


def test_tables() -> None:
    assert "<th>a</th>" in render("| a | b |\n|---|---|\n| 1 | 2 |")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "<a href='https://example.org' onclick='alert(1)'>x</a>",
        "<iframe src='https://example.org'></iframe>",
        "<p style='position:fixed'>x</p>",
        "<svg><script>alert(1)</script></svg>",
        '<a href="&#106;avascript:alert(1)">x</a>',
        "![x](https://example.org/track.gif)",
    ],
)
def test_nothing_active_survives(text: str) -> None:
    html = render(text).lower()
    for sign in ("<script", "<img", "<iframe", "<svg", "onerror", "onclick", "style=", "script:"):
        assert sign not in html
    assert "data:" not in html


@pytest.mark.django_db
def test_html_follows_its_text() -> None:
    case = make_case(context="Some *stress*.")
    assert "<em>stress</em>" in case.context_html
    case.context = "Some **weight**."
    case.save()
    case.refresh_from_db()
    assert "<strong>weight</strong>" in case.context_html
