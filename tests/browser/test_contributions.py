"""Contributions in a real browser, on a phone, with scripts and without: form to page."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import served, sign_in
from tests.pdf.reading import words_of

LESSON_TEXT = "They met every month and the quarrels became fewer."


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, prepared: Path) -> Iterator[str]:
    """A server of its own: what is sent in here changes what others look at."""
    with served(tmp_path_factory.mktemp("contributions"), prepared) as address:
        yield address


def first_of(page: Page, address: str) -> str:
    """Give the address of the first record of a list."""
    page.goto(address)
    return str(page.locator(".card h3 a").first.get_attribute("href"))


def say_who(page: Page) -> None:
    """Fill in the least that must be said of oneself."""
    page.get_by_label("You speak as").select_option("asgm-association")
    page.get_by_label(re.compile("A moderator may publish")).check()


def send(page: Page) -> str:
    """Send the form; give the address of the private page."""
    say_who(page)
    page.get_by_role("button", name="Send it to the moderators").click()
    expect(page.get_by_text("waits for a moderator")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    return page.url


def moderate(page: Page, reference: str, *steps: Any) -> None:
    """Open a contribution in the queue, claim it and take steps."""
    page.goto(f"/admin/contributions/contribution/?queue=all&q={reference}")
    page.get_by_role("link", name=reference).click()
    page.get_by_role("button", name="Claim it").click()
    for step in steps:
        step(page)


def publish(page: Page) -> None:
    """Answer both questions and publish."""
    page.get_by_label("No, not as it will be published").check()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Done.")


def decline(page: Page) -> None:
    """Decline, with a reason."""
    page.get_by_label("Why it is not published").select_option("off-topic")
    page.get_by_label("In your own words").fill("This is about fishing.")
    page.get_by_role("button", name="Decline").click()
    expect(page.locator(".messagelist")).to_contain_text("Done.")


def reference_on(page: Page) -> str:
    """Give the reference that a private page names."""
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator("h1").inner_text())
    assert found
    return found[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_each_kind_goes_from_the_form_to_its_page(pages: Any, scripts: bool) -> None:
    phone = pages(width=320, scripts=scripts)
    moderator = pages()
    sign_in(moderator)
    case = first_of(phone, "/cases/")
    lesson = first_of(phone, "/lessons/")
    kinds = [
        (case, "Say what you think of it", {"What do you want to say?": "A view on it."}),
        (case, "Reply, because you are named in it", {"Your reply": "A reply to it."}),
        (case, "Correct something", {"What is wrong or out of date?": "The year.",
                                     "What would be right?": "A right year."}),
        (lesson, "“We tried this”", {"What did you try?": "A monthly meeting.",
                                     "What came of it?": LESSON_TEXT}),
    ]  # fmt: skip
    for about, link, answers in kinds:
        phone.goto(about)
        phone.locator("#contribute + ul").get_by_role("link", name=link).click()
        for label, text in answers.items():
            phone.get_by_label(label).fill(text)
        private = send(phone)
        moderate(moderator, reference_on(phone), publish)
        phone.goto(private)
        phone.get_by_role("article").get_by_role("link", name=re.compile(":")).first.click()
        said = list(answers.values())[-1]
        expect(phone.get_by_text(said)).to_be_visible()
    phone.goto(case)
    expect(phone.get_by_role("complementary", name=re.compile("Reply")).last).to_contain_text(
        "A reply to it."
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_new_case_is_told_in_steps_and_becomes_a_draft(pages: Any, scripts: bool) -> None:
    phone = pages(width=320, scripts=scripts)
    phone.goto("/contribute/case/")
    phone.get_by_label("A title").fill("A case from a phone")
    phone.get_by_label("What is it about").fill("Two sides met.")
    phone.get_by_label("Mine or project").fill("A mine")
    phone.get_by_label("Country").select_option(label="Ghana")
    phone.get_by_label("District or region").fill("North")
    phone.get_by_role("button", name="Keep it for later").click()
    phone.get_by_role("link", name="Go on writing").click()
    expect(phone.get_by_label("A title")).to_have_value("A case from a phone")
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_label("How were things before?").fill("Quarrels.")
    phone.get_by_label("What was done").fill("Talks.")
    phone.get_by_label("What came of it?").fill("Peace.")
    phone.get_by_role("button", name="Go on").click()
    phone.get_by_role("button", name="Go on").click()
    private = send(phone)
    moderator = pages()
    sign_in(moderator)
    moderate(moderator, reference_on(phone), publish)
    moderator.goto("/admin/casestudies/casestudy/?q=phone&state=draft")
    expect(moderator.get_by_role("link", name="A case from a phone").first).to_be_visible()
    phone.goto(private)
    expect(phone.get_by_text("It was taken up.")).to_be_visible()


def test_declined_appealed_and_withdrawn(pages: Any) -> None:
    phone = pages(width=320, scripts=False)
    moderator = pages()
    sign_in(moderator)
    phone.goto(first_of(phone, "/cases/"))
    about = phone.url
    phone.get_by_role("link", name="Say what you think of it").click()
    phone.get_by_label("What do you want to say?").fill("A zanzibarian sentence.")
    private = send(phone)
    reference = reference_on(phone)
    moderate(moderator, reference, decline)
    phone.goto(private)
    expect(phone.get_by_text("This is about fishing.")).to_be_visible()
    phone.get_by_label("Do you think that this is wrong?").fill("It is about gold.")
    phone.get_by_role("button", name="Ask for another moderator").click()
    expect(phone.get_by_text("Another moderator looks at it again.")).to_be_visible()
    moderator.goto(f"/admin/contributions/contribution/?queue=all&q={reference}")
    moderator.get_by_role("link", name=reference).click()
    moderator.get_by_role("button", name="Claim it").click()
    expect(moderator.get_by_role("alert")).to_contain_text("another moderator")

    phone.goto(about)
    phone.locator("#contribute + ul").get_by_role("link", name="Reply").click()
    phone.get_by_label("Your reply").fill("A zanzibarian sentence, again.")
    private = send(phone)
    moderate(moderator, reference_on(phone), publish)
    phone.goto("/search/?q=zanzibarian")
    expect(phone.locator(".card")).to_have_count(1)
    said = str(phone.locator(".card h3 a").get_attribute("href"))
    pdf = about.rstrip("/") + ".pdf"
    assert "zanzibariansentence" in words_of(phone.request.get(pdf).body())
    phone.goto(private)
    phone.get_by_role("link", name="Withdraw it").click()
    phone.get_by_role("button", name="Withdraw it").click()
    expect(phone.get_by_text("You have withdrawn it.")).to_be_visible()
    assert phone.request.get(said).status == 410
    for address in ("/search/?q=zanzibarian", "/perspectives/", "/feed.atom", about,
                    about.rstrip("/") + ".json", said):  # fmt: skip
        text = phone.request.get(address).text()
        assert "zanzibarian sentence" not in text, address
    assert "zanzibariansentence" not in words_of(phone.request.get(pdf).body())


def test_what_is_typed_survives_a_lost_connection_and_leaves_nothing_behind(pages: Any) -> None:
    phone = pages(width=320)
    phone.goto("/contribute/perspective/")
    phone.get_by_label("What do you want to say?").fill("Typed before the line broke.")
    phone.goto("/")
    phone.goto("/contribute/perspective/")
    expect(phone.get_by_label("What do you want to say?")).to_have_value(
        "Typed before the line broke."
    )
    send(phone)
    assert phone.evaluate("Object.keys(sessionStorage).join()") == ""
