"""The curation desk in a browser: what scripts add to the form of a case."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from casestudies import worldmap
from tests.browser.conftest import sign_in
from tests.browser.test_access import STANDARD

# The admin's own: a vendored widget, the empty head of a column, a search field's hidden label.
RUN_BUT_VENDORED = """options => axe.run({exclude: [".select2"]}, options)
    .then(found => found.violations)"""
OF_DJANGO = {"empty-table-header", "label-title-only"}
LIST = "/admin/casestudies/casestudy/"


@pytest.fixture
def form(pages: Any) -> Page:
    """The form of a case, with a curator before it."""
    page: Page = pages(1440)
    page.set_default_timeout(5_000)
    sign_in(page)
    page.goto(f"{LIST}?q=obuasi&state=published")
    page.locator("#result_list tbody th a").first.click()
    # What is public is changed in a working copy.
    page.get_by_role("link", name="Change it").click()
    page.get_by_role("button", name="Change it").click()
    page.wait_for_load_state("load")
    return page


def test_a_click_on_the_map_sets_what_the_site_would_draw_there(form: Page) -> None:
    latitude, longitude = form.get_by_label("Latitude:"), form.get_by_label("Longitude:")
    drawing = form.locator(".desk-map svg")
    drawing.scroll_into_view_if_needed()
    for place in [(6.2, -1.67), (-15.5, -70.2), (51.5, 0.0), (-6.3, 155.5), (66.2, -175.4)]:
        form.get_by_role("button", name="Whole world").click()
        latitude.fill(str(round(place[0])))
        longitude.fill(str(round(place[1])))
        for _zoom in range(5):
            form.get_by_role("button", name="Closer").click()
        box = drawing.bounding_box()
        left, top, width, _height = map(float, str(drawing.get_attribute("viewBox")).split())
        assert box is not None
        scale = box["width"] / width
        x, y = worldmap.project(*place)
        drawing.click(position={"x": (x - left) * scale, "y": (y - top) * scale})
        # As near as a pixel allows.
        assert float(latitude.input_value()) == pytest.approx(place[0], abs=0.05)
        assert float(longitude.input_value()) == pytest.approx(place[1], abs=0.05)
        assert len(latitude.input_value().split(".")[1]) == 2
    latitude.fill("10")
    longitude.fill("20.5")
    x, y = worldmap.project(10, 20.5)
    expect(form.locator(".desk-map__mark")).to_have_attribute("d", f"M{x:.2f} {y:.2f}h0")
    form.get_by_role("button", name="No place").click()
    assert latitude.input_value() == longitude.input_value() == ""


def test_figures_follow_the_rows_of_sources_as_they_are_typed_and_removed(form: Page) -> None:
    number = form.locator("#sources-group tr.form-row:not(.empty-form)").count()
    add = form.get_by_role("button", name="Add another Source")
    add.click()
    add.click()
    form.locator(f"#id_sources-{number}-title").fill("To be removed")
    form.locator(f"#id_sources-{number + 1}-title").fill("Typed just now")
    form.get_by_role("button", name="Add another Figure").click()
    pick = form.locator("#figures-group tr.form-row:not(.empty-form) select[name$=-source]").last
    first = form.locator("#id_figures-0-source")
    before = first.input_value()
    pick.select_option(label=f"{number + 2}. Typed just now")
    form.locator(f"#sources-{number} .inline-deletelink").click()
    assert pick.input_value() == str(number + 1)
    expect(pick.locator("option:checked")).to_have_text(f"{number + 1}. Typed just now")
    assert first.input_value() == before
    form.locator(f"#sources-{number} .inline-deletelink").click()
    assert pick.input_value() == ""


def test_texts_are_counted_and_shown_as_they_will_look(form: Page) -> None:
    text = form.get_by_label("Context:")
    text.fill("One *two* <img src=x> three")
    expect(form.locator("[data-count=id_context]")).to_have_text("5 words")
    form.get_by_role("button", name="Preview").first.click()
    shown = form.locator("#id_context_preview")
    expect(shown.locator("em")).to_have_text("two")
    text.fill("Now **four**")
    expect(shown.locator("strong")).to_have_text("four")
    assert shown.locator("img").count() == 0
    form.get_by_label("Summary:").fill("x" * 270)
    expect(form.locator("[data-count=id_summary]")).to_have_text("10 characters left")


def test_changes_are_not_lost_without_a_question_and_are_saved_by_a_key(form: Page) -> None:
    questions: list[str] = []

    def stay(dialog: Any) -> None:
        questions.append(dialog.type)
        dialog.dismiss()

    form.on("dialog", stay)
    address = form.url
    title = form.get_by_label("Title:", exact=True)
    before = title.input_value()
    title.fill(f"{before} and more")
    form.get_by_role("link", name="View site").click()
    expect(title).to_have_value(f"{before} and more")
    assert questions == ["beforeunload"]
    with form.expect_navigation():
        form.keyboard.press("Control+s")
    expect(title).to_have_value(f"{before} and more")
    assert form.url == address
    title.fill(before)
    with form.expect_navigation():
        form.keyboard.press("Control+s")
    form.get_by_role("link", name="View site").click()
    form.wait_for_url("**/")
    assert questions == ["beforeunload"]


def test_the_history_with_reasons_is_no_wider_than_a_phone(form: Page, pages: Any) -> None:
    form.get_by_label("Title:", exact=True).press_sequentially("!")
    form.get_by_label("What you changed, and why").fill(
        "Correspondence: recommendations considered"
    )
    with form.expect_navigation():
        form.keyboard.press("Control+s")
    page = pages(320)
    sign_in(page)
    page.goto(urlsplit(form.url).path.replace("/change/", "/history/"))
    expect(page.get_by_text("recommendations")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(
    ("width", "scheme", "rules"),
    [(320, "light", STANDARD["runOnly"]), (1440, "dark", ["color-contrast"])],
)
def test_no_barrier_of_ours_on_the_pages_of_the_desk(
    form: Page, pages: Any, width: int, scheme: str, rules: list[str]
) -> None:
    page = pages(width, scheme=scheme)
    sign_in(page)
    faults = []
    copy = urlsplit(form.url).path
    for address in ("/admin/", f"{LIST}?theme=gender", copy, f"{LIST}sheets/"):
        page.goto(address)
        page.evaluate(Axe().axe_script)
        for violation in page.evaluate(
            RUN_BUT_VENDORED, STANDARD | {"runOnly": rules, "preload": False}
        ):
            if violation["id"] in OF_DJANGO:
                continue
            nodes = [node["html"][:160] for node in violation["nodes"][:2]]
            faults.append(f"{address}: {violation['id']}: {nodes}")
        if (overflow := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            faults.append(f"{address}: {overflow} pixels wider than the screen")
    assert not faults, "\n".join(faults)
