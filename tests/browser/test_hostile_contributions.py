"""Hostile HTML, Markdown and SVG, published by a moderator, run nothing in a real browser.

The payloads are classics of the public cheat sheets of OWASP and PortSwigger. A page complains of
everything that the policy had to stop, so that what is proved is that nothing hostile reaches it.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, sign_in
from tests.browser.test_contributions import moderate, publish, reference_on

PAYLOADS = (Path(__file__).parent.parent / "contributions/payloads.txt").read_text().splitlines()
CHUNK = 45  # payloads in one text: 8,000 characters at most
WATCH = (
    "for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran = 1; };"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[str]:
    """A server of its own: nobody else should have to look at this."""
    with served(tmp_path_factory.mktemp("hostile"), prepared) as address:
        yield address


def harmless(page: Page, address: str) -> None:
    """Open a page, press and touch all of it that came from outside; nothing may run."""
    page.goto(address)
    for place in page.locator("main a[href*='javascript' i], main a[href^='data:' i]").all():
        pytest.fail(f"{address}: {place.get_attribute('href')}")
    handlers = page.evaluate(
        "[...document.querySelectorAll('main *')].filter((e) => [...e.attributes]"
        ".some((a) => a.name.startsWith('on') || a.name.startsWith('hx-get'))).length"
    )
    assert handlers == 0, address
    embedded = page.locator(
        "main :is(script, iframe, object, embed, base, meta, form[action*='evil'])"
    )
    assert embedded.count() == 0, address
    page.wait_for_timeout(100)
    assert page.evaluate("window.ran") is None, address
    assert page.url.endswith(address), address


def test_no_payload_runs_anywhere(pages: Any) -> None:
    reader, moderator = pages(), pages()
    for page in (reader, moderator):
        page.add_init_script(WATCH)
    sign_in(moderator)
    reader.goto("/cases/")
    case = str(reader.locator(".card h3 a").first.get_attribute("href"))
    slug = case.strip("/").split("/")[-1]
    for start in range(0, len(PAYLOADS), CHUNK):
        chunk = PAYLOADS[start : start + CHUNK]
        reader.goto(f"/contribute/reply/?case={slug}")
        reader.get_by_label("Your reply").fill("\n\n".join(chunk))
        reader.get_by_label("The words that you answer").fill(chunk[0][:400])
        reader.get_by_label("By a name that I choose").check()
        reader.get_by_label("Name to be shown").fill(chunk[1][:100])
        reader.get_by_label("You speak as").select_option("community")
        reader.get_by_label(re.compile("A moderator may publish")).check()
        reader.get_by_role("button", name="Send it to the moderators").click()
        if reader.get_by_role("button", name="It is safe: send it").count():
            reader.get_by_role("button", name="It is safe: send it").click()
        expect(reader.get_by_text("waits for a moderator")).to_be_visible()
        private = reader.url
        moderate(moderator, reference_on(reader), publish)
        harmless(reader, private)
    harmless(reader, case)
    harmless(reader, "/perspectives/?contribution=reply")
    said = {str(each.get_attribute("href")) for each in reader.locator(".card h3 a").all()}
    for address in said:
        harmless(reader, address)
    harmless(reader, "/search/?q=alert")
    for each in ("/admin/contributions/contribution/?queue=all", "/admin/"):
        moderator.goto(each)
        assert moderator.evaluate("window.ran") is None
    moderator.goto("/admin/contributions/contribution/?queue=all")
    moderator.locator("th.field-reference a").first.click()
    assert moderator.evaluate("window.ran") is None
    assert moderator.locator("#content script, #content iframe, #content img").count() == 0
    assert reader.request.get(case.rstrip("/") + ".pdf").body().startswith(b"%PDF")
