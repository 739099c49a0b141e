"""Pages of the dialogues: from draft to report, for everybody, kept and never stale."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from contributions.dialogues.closing import close_early
from contributions.dialogues.curation import check
from contributions.dialogues.models import Dialogue, Response, Statement
from contributions.dialogues.news import news
from portal.curation import workflow
from portal.curation.workflow import RefusedError
from tests.builders import make_curator, make_dialogue, make_lesson, make_response
from tests.test_query_budget import queries_within

pytestmark = pytest.mark.django_db


def days_on(monkeypatch: Any, days: int) -> None:
    """Move the clock forward."""
    now = timezone.now() + timedelta(days=days)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def publisher() -> User:
    """Give somebody who may publish."""
    call_command("setup_roles", verbosity=0)
    person = User.objects.create_user("publisher", is_staff=True)
    person.groups.add(Group.objects.get(name="Publisher"))
    return User.objects.get(pk=person.pk)


@pytest.mark.parametrize("state", ["draft", "in-review"])
def test_a_dialogue_is_nowhere_before_it_is_published(client: Client, state: str) -> None:
    lesson = make_lesson("a-lesson")
    dialogue = make_dialogue("canary", title="Canary", state=state)
    dialogue.lessons.add(lesson)
    for address in ("/dialogues/canary/", "/dialogues/canary/respond/", "/dialogues/canary.json"):
        assert client.get(address).status_code == 404, address
    places = ("/dialogues/", "/lessons/a-lesson/", "/themes/gender/", "/search/?q=canary",
              "/sitemap.xml", "/feed.atom")  # fmt: skip
    for address in places:
        page = client.get(address).content.decode().replace("canary</", "").lower()
        assert "/dialogues/canary/" not in page, address


def test_a_published_dialogue_is_found_everywhere(client: Client) -> None:
    lesson = make_lesson("a-lesson")
    make_dialogue("canary", title="Canary").lessons.add(lesson)
    places = ("/dialogues/", "/lessons/a-lesson/", "/themes/gender/", "/search/?q=canary",
              "/sitemap.xml", "/feed.atom")  # fmt: skip
    for address in places:
        assert "/dialogues/canary/" in client.get(address).content.decode(), address


@pytest.mark.parametrize(
    ("days", "status"),
    [((-1, 1), "open"), ((0, 0), "open"), ((1, 9), "planned"), ((-9, -1), "closed")],
)
def test_the_status_follows_from_the_days(days: tuple[int, int], status: str) -> None:
    dialogue = make_dialogue(opens_in=days[0], closes_in=days[1])
    assert dialogue.status == status
    assert dialogue.is_open is (status == "open")


def test_a_kept_page_turns_when_its_day_is_over(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_dialogue("a-dialogue", closes_in=0)
    pages = ("/dialogues/", "/dialogues/a-dialogue/", "/themes/gender/")
    first = {address: client.get(address) for address in pages}
    for address, answer in first.items():
        assert "Open until" in " ".join(answer.content.decode().split()), address
        again = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
    days_on(monkeypatch, 1)
    for address, answer in first.items():
        later = client.get(address, headers={"if-none-match": answer["ETag"]})
        assert later.status_code == 200
        assert "Closed" in later.content.decode(), address


def test_closing_early_turns_pages_at_once_and_is_kept_in_the_history(client: Client) -> None:
    person, dialogue = publisher(), make_dialogue("a-dialogue")
    address = "/dialogues/a-dialogue/"
    assert "Who has not spoken" not in client.get(address).content.decode()
    with pytest.raises(RefusedError):
        close_early(dialogue, person, " ")
    close_early(dialogue, person, "All was said.")
    page = client.get(address).content.decode()
    assert "Who has not spoken" in page
    assert "(early)" in page
    dialogue.refresh_from_db()
    assert dialogue.last_step is not None
    assert "All was said." in dialogue.last_step.reason
    with pytest.raises(RefusedError):
        close_early(dialogue, person, "Again.")


def test_a_dialogue_goes_from_draft_to_report_through_the_workflow(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.REVIEW_BY_ANOTHER = False
    person, dialogue = publisher(), make_dialogue("a-dialogue", state="draft")
    workflow.submit(dialogue, person)
    dialogue = Dialogue.objects.get(pk=workflow.publish(dialogue, person).pk)
    response = make_response(dialogue, "company", {0: "agree", 1: "pass"})
    days_on(monkeypatch, 11)
    copy = workflow.start_change(dialogue, person)
    assert isinstance(copy, Dialogue)
    copy.we_asked, copy.you_said = "Asked.", "Said."
    assert [problem.field for problem in check(copy)] == ["we_did"]
    copy.we_did = "Done."
    copy.save()
    workflow.submit(copy, person)
    workflow.publish(copy, person)
    dialogue.refresh_from_db()
    assert dialogue.status == "reported"
    assert dialogue.reported_at is not None
    assert response.votes.count() == 2  # statements stayed the rows that they were
    page = client.get("/dialogues/a-dialogue/").content.decode()
    assert "Done." in page
    titles = [each.title for each in news(dialogue, dialogue.reported_at - timedelta(days=30))]
    assert [title.partition(":")[0] for title in titles] == [
        "Open for responses", "Closed, with its numbers", "What was done",
    ]  # fmt: skip


def test_a_report_waits_for_the_end_and_statements_stay_once_somebody_has_responded() -> None:
    person, dialogue = make_curator(), make_dialogue()
    make_response(dialogue, "company", {0: "agree"})
    copy = workflow.start_change(dialogue, person)
    assert isinstance(copy, Dialogue)
    copy.we_asked = copy.you_said = copy.we_did = "Too early."
    Statement.objects.filter(dialogue=copy, position=0).update(text="Something else.")
    assert {problem.field for problem in check(copy)} == {"we_asked", "statements"}


def test_texts_come_in_pages_newest_first_with_replies_below(client: Client) -> None:
    dialogue = make_dialogue("a-dialogue")
    first = timezone.now() - timedelta(days=1)
    rows = [
        make_response(dialogue, text=f"Text {n:02}", sent_at=first + timedelta(minutes=n))
        for n in range(23)
    ]
    make_response(dialogue, text="A reply", reply_to=rows[-1])
    for hidden in ("waiting", "declined"):
        make_response(dialogue, text="Canary", text_state=hidden)
    make_response(dialogue, text="Canary", standing="held")
    page = client.get("/dialogues/a-dialogue/").content.decode()
    assert page.index("Text 22") < page.index("A reply") < page.index("Text 21")
    assert "Newest first" in page
    assert "Text 02" not in page
    assert "Load more" in page
    more = client.get("/dialogues/a-dialogue/?page=2")
    assert "Text 02" in more.content.decode()
    assert "ETag" in more
    assert "Canary" not in page + more.content.decode()
    for odd in ("?page=9", "?page=x", "?page=1&x=1", "?page=01"):
        answer = client.get(f"/dialogues/a-dialogue/{odd}")
        assert answer.status_code == 200
        assert "ETag" not in answer, odd


@pytest.mark.parametrize("is_over", [False, True])
def test_the_page_of_a_dialogue_keeps_its_budget_however_many_respond(
    client: Client, settings: Any, is_over: bool
) -> None:
    settings.PAGE_CACHE_BYTES = 0
    dialogue = make_dialogue("a-dialogue", closes_in=-1 if is_over else 1)
    for number in range(30):
        root = make_response(dialogue, "company", {0: "agree"}, text=f"Text {number}")
        make_response(dialogue, "ngo", text="A reply", reply_to=root)
    with queries_within(11 if is_over else 9, "/dialogues/a-dialogue/"):
        assert client.get("/dialogues/a-dialogue/").status_code == 200


def test_lists_and_panels_ask_for_dialogues_once_a_version(client: Client, settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 0
    for _ in range(5):
        make_dialogue()
    client.get("/dialogues/")
    with queries_within(1, "/dialogues/"):
        client.get("/dialogues/")


def test_the_page_says_that_it_is_no_grievance_mechanism_and_points_to_those_that_are(
    client: Client,
) -> None:
    make_dialogue("a-dialogue")
    for address in ("/dialogues/", "/dialogues/a-dialogue/", "/dialogues/a-dialogue/respond/"):
        page = client.get(address).content.decode()
        assert "not a grievance mechanism" in page
        assert "/glossary/#grievance-mechanism" in page
        assert "OECD" in page


def test_news_tells_texts_that_were_published_since() -> None:
    dialogue = make_dialogue()
    since = timezone.now() - timedelta(hours=1)
    response = make_response(dialogue, text="New")
    make_response(dialogue, text="Old", text_published_at=since - timedelta(hours=1))
    make_response(dialogue, text="Canary", text_state="waiting")
    told = news(dialogue, since)
    paths = [each.path for each in told if "response" in each.title.lower()]
    assert paths[-1] == f"{dialogue.get_absolute_url()}#response-{response.code}"
    assert len([each for each in told if response.code in each.key]) == 1
    assert len({each.key for each in told}) == len(told)
    Dialogue.objects.update(state="archived")
    assert news(Dialogue.objects.get(), datetime.min.replace(tzinfo=since.tzinfo)) == []
    assert Response.objects.count() == 3
