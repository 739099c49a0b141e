"""A curator's first day in a real browser: from the template to published cases, and back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, sign_in

SLUGS = [f"a-trial-case-{number}" for number in range(1, 7)]
PASSWORD = "another long password"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[str]:
    """A server of its own: this day changes what others look at."""
    with served(tmp_path_factory.mktemp("curation"), prepared) as address:
        yield address


def filled_in(template: Path, target: Path, bad_country: str = "") -> Path:
    """Fill six cases into a downloaded template; the last may have a country that is none."""
    book = load_workbook(template)
    page = book["case_studies"]
    heads = [cell.value for cell in page[1]]
    example = [cell.value for cell in page[2]]
    for number, slug in enumerate(SLUGS, start=1):
        row = dict(zip(heads, example, strict=True))
        row |= {"slug": slug, "title": f"A trial case {number}", "collection": "core"}
        row |= {"year_from": 2015, "year_to": 2020, "latitude": 6.25, "longitude": -1.5}
        row |= {"countries": bad_country if bad_country and number == 6 else "GH"}
        page.append([row[head] for head in heads])
    for name in book.sheetnames[1:]:
        sheet = book[name]
        if name not in ("lists", "dictionary"):
            values = [cell.value for cell in sheet[2]][1:]
            for slug in SLUGS:
                sheet.append([slug, *values])
    book.save(target)
    return target


def make_publisher(page: Page) -> None:
    """Have the curator make a second person, who may publish."""
    page.goto("/admin/auth/user/add/")
    page.locator("#id_username").fill("second")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.locator("[name=_save]").click()
    page.locator("#id_is_staff").check()
    page.locator("#id_groups_from, #id_groups").first.select_option(label="Publisher")
    chooser = page.locator("#id_groups_add, #id_groups_add_link, .selector-add").first
    if chooser.is_visible():
        chooser.click()
    page.locator("[name=_save]").click()
    expect(page.locator(".success")).to_be_visible()


def choose(page: Page, action: str) -> None:
    """Choose the six cases in the list and an action for them."""
    for slug in SLUGS:
        number = slug[-1]
        page.get_by_role("row", name=re.compile(f"A trial case {number}")).get_by_role(
            "checkbox"
        ).check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Go", exact=True).click()


def test_from_the_template_to_published_cases_and_back(pages: Any, tmp_path: Path) -> None:
    curator = pages()
    sign_in(curator)
    make_publisher(curator)

    # The template, six rows, one of them bad.
    curator.goto("/admin/casestudies/casestudy/sheets/")
    with curator.expect_download() as taken:
        curator.get_by_role("link", name="Download the template").click()
    template = tmp_path / "template.xlsx"
    taken.value.save_as(template)
    for country in ("Gahna", ""):
        sent = filled_in(template, tmp_path / "six.xlsx", country)
        curator.goto("/admin/casestudies/casestudy/sheets/")
        curator.get_by_label("Spreadsheet").set_input_files(sent)
        curator.get_by_role("button", name="Send and check").click()
        if country:
            expect(curator.locator("#content")).to_contain_text("Did you mean “GH”?")
            expect(curator.get_by_role("button", name="Import all of it")).to_have_count(0)
    expect(curator.locator("#content")).to_contain_text("6 new, 0 changed")
    curator.get_by_role("button", name="Import all of it").click()
    expect(curator.locator("[role=status]").first).to_contain_text("Imported")

    # Review by a second person; the public page and the counts show it at once.
    reader = pages()
    reader.goto("/cases/?q=trial")
    expect(reader.locator("#results-heading")).not_to_contain_text("6 results")
    curator.goto("/admin/casestudies/casestudy/?q=trial&state=draft")
    choose(curator, "Send to review")
    curator.get_by_label(re.compile("Reason")).fill("Six trial cases")
    curator.get_by_role("button", name="Send to review").click()
    expect(curator.locator(".messagelist")).to_contain_text("6 records: done.")

    second = pages()
    second.goto("/admin/login/")
    second.get_by_label("Username").fill("second")
    second.get_by_label("Password").fill(PASSWORD)
    second.get_by_role("button", name="Log in").click()
    second.goto("/admin/casestudies/casestudy/?q=trial&state=in-review")
    choose(second, "Publish")
    second.get_by_role("button", name="Publish").click()
    expect(second.locator(".messagelist")).to_contain_text("6 records: done.")
    reader.goto("/cases/?q=%22trial+case%22")
    expect(reader.locator("#results-heading")).to_contain_text("6 results")
    reader.goto(f"/cases/{SLUGS[0]}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("A trial case 1")

    # A change, published; then the earlier version comes back.
    curator.goto("/admin/casestudies/casestudy/?q=%22trial+case+1%22")
    curator.get_by_role("link", name="A trial case 1").click()
    curator.get_by_role("link", name="Change it").click()
    curator.get_by_role("button", name="Change it").click()
    curator.locator("#id_title").fill("A changed case")
    curator.locator("[name=_continue]").first.click()
    curator.get_by_role("link", name="Send to review").click()
    curator.get_by_role("button", name="Send to review").click()
    review_and_publish(second, "A changed case")
    reader.goto(f"/cases/{SLUGS[0]}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("A changed case")
    curator.goto("/admin/casestudies/casestudy/?q=%22changed+case%22")
    curator.get_by_role("link", name="A changed case").click()
    curator.get_by_role("link", name="History").click()
    curator.get_by_role("row", name=re.compile("Published")).last.get_by_role("link").click()
    curator.get_by_role("button", name="Restore").click()
    expect(curator.locator("#id_title")).to_have_value("A trial case 1")
    curator.get_by_role("link", name="Send to review").click()
    curator.get_by_role("button", name="Send to review").click()
    review_and_publish(second, "A trial case 1")
    reader.goto(f"/cases/{SLUGS[0]}/")
    expect(reader.get_by_role("heading", level=1)).to_have_text("A trial case 1")
    reader.get_by_role("link", name="How this page changed").click()
    expect(reader.locator(".changes li")).to_have_count(3)

    # Two themes become one; the old address leads to the other.
    second.goto("/admin/casestudies/theme/?q=gender")
    second.locator("#result_list tbody th a").first.click()
    old = second.locator("#id_slug").input_value()
    second.get_by_role("link", name="Merge").click()
    second.get_by_label("The word that stays").select_option(index=1)
    second.get_by_role("button", name="Merge").click()
    expect(second.locator(".messagelist")).to_contain_text("uses moved")
    new = second.locator("#id_slug").input_value()
    reader.goto(f"/themes/{old}/")
    expect(reader).to_have_url(re.compile(f"/themes/{new}/$"))


def review_and_publish(second: Page, title: str) -> None:
    """Have the second person publish what is in review."""
    second.goto("/admin/casestudies/casestudy/?state=in-review")
    second.get_by_role("link", name=title).click()
    second.get_by_role("link", name="Publish", exact=True).click()
    second.get_by_label(re.compile("Reason")).fill("It is right")
    second.get_by_role("button", name="Publish").click()
    expect(second.locator(".messagelist")).to_contain_text("done")
