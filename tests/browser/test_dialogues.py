"""A dialogue in a real browser: called, answered on a phone without scripts, read, withdrawn."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, sign_in

TITLE = "What makes a buying post last?"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[str]:
    """A server of its own, on which one person may publish alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEW_BY_ANOTHER", "false")
        with served(tmp_path_factory.mktemp("dialogues"), prepared) as address:
            yield address


def call(page: Page) -> None:
    """Draft a dialogue at the desk and publish it."""
    today = datetime.now(UTC).date()
    page.goto("/admin/contributions/dialogue/add/?plain=1")
    texts = {
        "title": TITLE, "question": "What would help?",
        "background": "Some *lasted*.", "rules": "Be kind.", "convenors": "A ministry\nA chamber",
        "opens_on": str(today - timedelta(days=1)), "closes_on": str(today + timedelta(days=9)),
        "statements-0-text": "Prices are public.", "statements-1-text": "Licences come first.",
    }  # fmt: skip
    for name, text in texts.items():
        page.locator(f"[name={name}]").fill(text)
    for kind in ("company", "asgm-association"):
        page.locator(f"[name=asked][value={kind}]").check()
    page.locator("[name=_continue]").first.click()
    for task in ("Send to review", "Publish"):
        page.locator(".standing__tasks").get_by_role("link", name=task, exact=True).click()
        page.get_by_role("button", name=task, exact=True).click()
    expect(page.locator(".standing__state")).to_contain_text("Published")


def answer(page: Page, words: str) -> tuple[str, str]:
    """Answer as a miners' organisation; gives the dialogue's address and the private one."""
    page.goto("/dialogues/")
    page.get_by_role("link", name=TITLE).click()
    public = page.url
    page.get_by_role("link", name="Answer").first.click()
    statement = page.get_by_role("group", name="Prices are public.")
    statement.get_by_label("Agree", exact=True).check()
    page.get_by_label("In your own words").fill(words)
    page.get_by_label("You speak as").select_option("asgm-association")
    page.get_by_label("Name to show").fill("Auntie")
    page.wait_for_timeout(4_100)  # nobody types faster
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thank you")
    expect(page.locator("main")).to_contain_text("It counts in the numbers")
    return public, page.url


def test_a_dialogue_from_call_to_report(pages: Any) -> None:
    curator = pages()
    sign_in(curator)
    call(curator)
    for scripts in (False, True):
        phone = pages(320, scripts)
        words = f"<b>The radio</b> read the price. {scripts}"
        public, private = answer(phone, words)
        assert phone.evaluate("document.documentElement.scrollWidth") == 320
        assert phone.context.cookies() == []

        curator.goto("/admin/contributions/response/?text_state__exact=waiting")
        curator.locator("#result_list tbody a").first.click()
        curator.get_by_label("I have asked myself").check()
        curator.get_by_role("button", name="Publish", exact=True).click()
        phone.goto(public)
        expect(phone.locator(".voice")).to_contain_text(words)
        if scripts:
            break
        phone.goto(private)
        phone.get_by_label("I am sure").check()
        phone.get_by_role("button", name="Withdraw my response").click()
        expect(phone.locator("main")).to_contain_text("You have withdrawn it")
        phone.goto(public)
        expect(phone.locator("main")).not_to_contain_text("The radio")

    curator.goto("/admin/contributions/dialogue/")
    curator.get_by_role("link", name=TITLE).click()
    curator.get_by_role("link", name="Close early").click()
    curator.get_by_label("Reason (needed)").fill("All was said.")
    curator.get_by_role("button", name="Close it").click()
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Who has not spoken")
    expect(phone.locator("main")).to_contain_text("Small-scale miners' organisation: fewer than 5")
    expect(phone.locator("main")).to_contain_text("Mining company: nobody")
    expect(phone.get_by_role("link", name="Answer")).to_have_count(0)
