"""What people come to do: with and without scripts, on a phone, by keyboard alone."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

with_and_without_scripts = pytest.mark.parametrize(
    "scripts", [True, False], ids=["scripts", "no scripts"]
)
at_widths = pytest.mark.parametrize("width", [320, 1440])


def choose(page: Page, facet: str, value: str) -> None:
    """Open a facet, behind the drawer where there is one, and choose a value."""
    drawer = page.locator("#filters > summary")
    if drawer.is_visible() and page.locator("#filters").get_attribute("open") is None:
        drawer.click()
    box = page.locator(f"#facet-{facet}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    box.locator(f"#f-{facet}-{value}").click()
    expect(page.locator(f"#f-{facet}-{value}[aria-current]")).to_be_attached()


@with_and_without_scripts
@at_widths
def test_cases_like_ghanas_about_relocation_that_held(
    pages: Any, scripts: bool, width: int
) -> None:
    page = pages(width, scripts)
    page.goto("/")
    page.get_by_role("link", name="Case studies", exact=True).first.click()
    choose(page, "approach", "relocation")
    expect(page.get_by_role("link", name=re.compile("Approach: Relocation"))).to_be_visible()
    choose(page, "outcome", "partly-held")
    choose(page, "country", "GH")
    expect(page.locator("#results-heading")).to_contain_text(re.compile(r"^\s*\d+ results?"))
    expect(page.locator(".card").first).to_contain_text("Partly held")
    page.locator(".card h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="What similar cases found")).to_be_visible()


@with_and_without_scripts
@at_widths
def test_what_the_evidence_says_on_buying_programmes(pages: Any, scripts: bool, width: int) -> None:
    page = pages(width, scripts)
    page.goto("/")
    page.get_by_role("link", name="What does the evidence say on buying programmes?").click()
    page.get_by_role("link", name=re.compile("Open market access")).first.click()
    expect(page.locator(".weight")).to_contain_text(re.compile(r"Supported by \d+ cases"))
    page.get_by_role("link", name="See the evidence").click()
    expect(page.get_by_role("heading", name=re.compile("Supports"))).to_be_in_viewport()


@with_and_without_scripts
@at_widths
def test_who_has_written_on_mercury(pages: Any, scripts: bool, width: int) -> None:
    page = pages(width, scripts)
    page.goto("/")
    page.get_by_role("searchbox", name="Search by place, company or topic").fill("mercury")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("^Perspectives"))).to_be_visible()
    page.get_by_role("link", name=re.compile("All .* perspectives")).click()
    expect(page).to_have_url(re.compile(r"/perspectives/\?q=mercury"))
    expect(page.locator(".card").first).to_be_visible()


def wait_for_swapping(page: Any) -> None:
    """Wait until the script that swaps results is there.

    Playwright's own way to wait would evaluate text within the page, which the policy forbids.
    """
    for _ in range(200):
        if page.evaluate("Boolean(window.htmx)"):
            return
        page.wait_for_timeout(50)
    pytest.fail("the script that swaps results was not fetched")


def test_a_choice_swaps_the_results_alone_and_back_brings_the_old_ones(pages: Any) -> None:
    page = pages()
    page.goto("/cases/")
    page.evaluate("window.same = true")
    page.locator("#facet-outcome").hover()  # the script that swaps is fetched by now
    wait_for_swapping(page)
    choose(page, "outcome", "held")
    expect(page).to_have_url(re.compile(r"\?outcome=held"))
    expect(page.locator("#announcer")).to_have_text(re.compile(r"\d+ results"))
    expect(page).to_have_title(re.compile("Case studies"))
    assert page.evaluate("window.same"), "the whole page was loaded"
    assert page.evaluate("document.activeElement.id") == "f-outcome-held", "focus was lost"
    held = page.locator("#results-heading").inner_text()
    choose(page, "outcome", "faded")
    expect(page.locator("#results-heading")).not_to_have_text(held)
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?outcome=held$"))
    expect(page.locator("#results-heading")).to_have_text(re.compile(re.escape(held.strip())))
    page.go_forward()
    expect(page).to_have_url(re.compile("faded"))
    expect(page.locator("#results-heading")).not_to_have_text(held)


def test_back_shows_the_old_results_after_the_page_was_loaded_anew(pages: Any) -> None:
    page = pages()
    page.goto("/cases/")
    page.locator("#facet-outcome").hover()
    wait_for_swapping(page)
    choose(page, "outcome", "held")
    expect(page).to_have_url(re.compile(r"\?outcome=held"))
    page.reload()
    wait_for_swapping(page)
    page.go_back()
    expect(page).to_have_url(re.compile(r"/cases/$"))
    expect(page.locator("#results-heading")).to_contain_text("84 results")


def test_a_long_facet_can_be_searched(pages: Any) -> None:
    page = pages()
    page.goto("/cases/")
    page.get_by_label("Find in country").fill("cote")
    visible = page.locator("#facet-country li:visible")
    expect(visible).to_have_count(1)
    expect(visible).to_contain_text("Côte d'Ivoire")


def test_a_word_of_the_glossary_explains_itself_and_escape_puts_it_away(pages: Any) -> None:
    page = pages()
    page.goto("/lessons/open-market-access/")
    term = page.locator("a.term").first
    term.focus()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert term.get_attribute("aria-describedby") == "definition"
    page.keyboard.press("Escape")
    expect(page.get_by_role("tooltip")).to_have_count(0)
    term.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()


def tab_to(page: Page, name: re.Pattern[str], most: int = 120) -> None:
    """Press Tab until something of this name has the focus; every stop must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        text = page.evaluate(
            "(e => (e.getAttribute('aria-label') || e.textContent || e.name || '').trim())"
            "(document.activeElement)"
        )
        if name.search(text):
            return
    pytest.fail(f"{most} times Tab and nothing of the name {name.pattern}")


def test_from_home_to_a_selection_as_data_by_keyboard_alone(pages: Any) -> None:
    page = pages(scripts=False)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    tab_to(page, re.compile("^Case studies$"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/")
    tab_to(page, re.compile("^Approach"))
    page.keyboard.press("Enter")
    tab_to(page, re.compile("^Relocation"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/?approach=relocation")
    tab_to(page, re.compile("^Share and take away"))
    page.keyboard.press("Enter")
    tab_to(page, re.compile("^This page as data"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases.json?approach=relocation")
    data = json.loads(page.locator("body").inner_text())
    assert data["total"] > 0


@with_and_without_scripts
@at_widths
def test_a_selection_is_taken_away_as_a_file(pages: Any, scripts: bool, width: int) -> None:
    page = pages(width, scripts)
    page.goto("/cases/?country=GH")
    page.locator("#share > summary").click()
    box = page.locator("#share .menu__body").bounding_box()
    assert box["x"] >= 0, "the menu begins beyond the edge of the screen"
    assert box["x"] + box["width"] <= width
    for name, file in (("Table (CSV)", "cases-ghana.csv"), ("Excel workbook", "cases-ghana.xlsx")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == f"common-ground-{file}"
    expect(page.get_by_role("heading", name="Export this selection")).to_be_visible()


def test_the_library_in_one_file_filters_under_the_policy_of_the_site(pages: Any) -> None:
    page = pages(320)
    page.goto("/offline/")
    expect(page.locator("#count")).to_have_text("84 / 84")
    page.get_by_label("Country").select_option("Ghana")
    expect(page.locator("#count")).to_have_text("11 / 84")
    page.get_by_label("Words").fill("obuasi")
    shown = page.locator("article:visible")
    expect(shown.first).to_contain_text("Obuasi")
    assert 0 < shown.count() < 11


def test_the_library_in_one_file_needs_nothing_else(pages: Any) -> None:
    page = pages(scripts=False)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/offline/?country=GH")
    assert len(fetched) == 1
    expect(page.locator("article")).to_have_count(11)
