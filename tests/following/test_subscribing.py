"""Following by e-mail: asked twice, told to nobody else, and ended by one press."""

import html
import io
import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import altcha
import pytest
from django.core import signing
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from portal.following import subscribing
from portal.following.kinds import find
from portal.following.links import own
from portal.following.models import Delivery, Follower, Subscription
from portal.mail.models import OutgoingMail
from portal.sending import guard, proof
from portal.sending.guard import REFUSED_FROM
from portal.sending.models import Blocked, Sent
from portal.sending.tickets import Ticket
from tests.builders import make_case, make_lesson, make_perspective

pytestmark = pytest.mark.django_db
ADDRESS = "Amina.Diallo@example.org"
CASE = "case:a-case"


@pytest.fixture(autouse=True)
def corpus() -> None:
    """Something to follow of each kind."""
    make_case("a-case", title="A case")
    make_lesson("a-lesson", title="A lesson")
    make_perspective("a-view", title="A view")


def ticket(seconds: int = 60) -> str:
    """Give the ticket of a form that was shown a while ago."""
    new = Ticket.new()
    return str(Ticket(new.key, new.shown_at - timedelta(seconds=seconds)))


def ask(client: Client, what: str = CASE, **values: str) -> Any:
    """Send the form."""
    values = {"email": ADDRESS, "frequency": "weekly", "ticket": ticket(), **values}
    return client.post(f"/follow/?what={quote(what)}", values)


def send() -> None:
    """Let the mails leave that wait."""
    call_command("send_mails", stdout=io.StringIO())


def link(mail: Any, part: str) -> str:
    """Give the path of a link in a mail."""
    found = re.findall(rf"^http://localhost:8000(/follow/{part}/\S+)$", mail.body, re.M)
    assert len(found) == 1
    return str(found[0])


def follow(client: Client, mailoutbox: list[Any], what: str = CASE, **values: str) -> str:
    """Follow something, all the way; give the private link."""
    ask(client, what, **values)
    send()
    client.post(link(mailoutbox[-1], "confirm"))
    return link(mailoutbox[-1], "mine")


@pytest.mark.parametrize(
    ("what", "title"),
    [
        (CASE, "A case"),
        ("lesson:a-lesson", "A lesson"),
        ("perspective:a-view", "A view"),
        ("cases:", "Case studies"),
        ("cases:theme=gender&country=GH&sort=title&page=3", "Country: Ghana; Theme: Gender"),
        ("lessons:q=lesson", "Lessons – Text: lesson"),
        ("perspectives:", "Perspectives"),
    ],
)
def test_each_kind_is_followed_after_a_mail_and_a_press(
    client: Client, mailoutbox: list[Any], what: str, title: str
) -> None:
    form = client.get(f"/follow/?what={quote(what)}")
    assert title in form.content.decode()
    assert "csrf" not in form.content.decode()
    assert not form.cookies
    answer = ask(client, what)
    assert (answer.status_code, answer["Location"]) == (302, "/follow/asked/")
    send()
    [mail] = mailoutbox
    assert mail.to == [ADDRESS]
    assert title in mail.body
    path = link(mail, "confirm")
    assert client.get(path).status_code == 200  # as a mail program does that looks at links
    assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()
    assert "You follow this now" in client.post(path).content.decode()
    one = Subscription.objects.get()
    assert one.confirmed_at is not None
    followed = find(one.what)
    assert followed is not None
    assert title in followed.title
    assert "sort" not in one.subject


def test_browse_pages_and_records_offer_it(client: Client) -> None:
    for page, address in {
        "/cases/?theme=gender&country=GH&sort=title": "cases%3Acountry%3DGH%26theme%3Dgender",
        "/lessons/": "lessons%3A",
        "/perspectives/?country=GH": "perspectives%3Acountry%3DGH",
        "/cases/a-case/": CASE,
        "/lessons/a-lesson/": "lesson:a-lesson",
        "/perspectives/a-view/": "perspective:a-view",
    }.items():
        found = re.findall(r'href="(/follow/[^"]*)"', client.get(page).content.decode())
        assert found == [f"/follow/?what={address}"], page
        assert client.get(found[0]).status_code == 200


@pytest.mark.parametrize(
    "what",
    ["case:none", "case:", "nothing", "cases:country=XX", "cases:country=GH&colour=red",
     "case:\x00", "cases:q=" + "x%20y" * 400, "::", "cases:%"],
)  # fmt: skip
def test_what_cannot_be_followed_is_told_and_alternatives_are_offered(
    client: Client, what: str
) -> None:
    answer = client.get("/follow/", {"what": what})
    assert answer.status_code == 404
    assert "cases%3A" in answer.content.decode() or "cases:" in answer.content.decode()
    assert ask(client, quote(what)).status_code == 404
    assert client.get("/follow/").status_code == 200
    assert not Subscription.objects.exists()


def test_drafts_cannot_be_followed_and_are_not_named(client: Client) -> None:
    make_case("a-draft", title="Secret", state="draft")
    answer = client.get("/follow/?what=case:a-draft")
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()


def test_a_form_that_is_sent_again_is_one_subscription_and_one_mail(
    client: Client, mailoutbox: list[Any]
) -> None:
    same = ticket()
    for address in (ADDRESS, ADDRESS.lower(), f" {ADDRESS} "):
        assert ask(client, ticket=same, email=address).status_code == 302
    send()
    assert len(mailoutbox) == 1
    assert (Subscription.objects.count(), Follower.objects.count(), Sent.objects.count()) == (
        1,
    ) * 3


@pytest.mark.parametrize(
    "values",
    [{"email": ""}, {"email": "no address"}, {"email": "a@b\r\nBcc: x@example.org"},
     {"frequency": "hourly"}, {"ticket": "forged"}],
)  # fmt: skip
def test_what_makes_no_sense_is_told_and_what_was_typed_stays(
    client: Client, values: dict[str, str]
) -> None:
    answer = ask(client, **values)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was sent yet" in page
    if "email" not in values:
        assert f'value="{ADDRESS}"' in page
    assert not OutgoingMail.objects.exists()


def test_nobody_learns_whether_an_address_is_known(client: Client, mailoutbox: list[Any]) -> None:
    follow(client, mailoutbox)
    answers = [ask(client, email=address) for address in (ADDRESS, "unknown@example.org")]
    seen = {(a.status_code, tuple(a.items()), a.content, str(a.cookies)) for a in answers}
    assert len(seen) == 1
    send()
    known, unknown = (re.sub(r"http\S+", "", mail.body) for mail in mailoutbox[-2:])
    assert known == unknown
    assert client.get("/follow/asked/").status_code == 200


def test_somebody_else_changes_nothing_that_is_confirmed(
    client: Client, mailoutbox: list[Any]
) -> None:
    follow(client, mailoutbox, frequency="weekly")
    ask(client, frequency="daily")
    assert Subscription.objects.get().frequency == "weekly"
    before = Subscription.objects.get().looked_at
    send()
    client.post(link(mailoutbox[-1], "confirm"))
    assert Subscription.objects.get().frequency == "daily"
    assert Subscription.objects.get().looked_at == before


def test_nobody_can_fill_somebody_elses_mailbox(client: Client, mailoutbox: list[Any]) -> None:
    for number in range(12):
        make_case(f"case-number-{number}")
        ask(client, f"case:case-number-{number}")
        ask(client)
    send()
    assert len(mailoutbox) == subscribing.MOST_ASKED


def test_a_flood_from_one_network_is_turned_away_for_a_while(client: Client) -> None:
    for number in range(REFUSED_FROM):
        assert ask(client, email=f"a{number}@example.org").status_code == 302
    answer = ask(client)
    assert answer.status_code == 429
    assert f'value="{ADDRESS}"' in answer.content.decode()


def test_what_looks_like_a_machine_gets_the_usual_answer(
    client: Client,
    mailoutbox: list[Any],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    Blocked.objects.create(value="@spam.example")
    with django_capture_on_commit_callbacks(execute=True):
        for values in ({"website": "x"}, {"email": "a@spam.example"}):
            assert ask(client, **values)["Location"] == "/follow/asked/"
        assert not OutgoingMail.objects.exists()
        # A form that is filled in within a second is a fast person, perhaps: the mail waits.
        assert ask(client, ticket=ticket(seconds=0)).status_code == 302
    assert not mailoutbox
    send()
    assert len(mailoutbox) == 1


def test_where_much_comes_in_a_browser_proves_work_and_without_scripts_the_mail_comes_later(
    client: Client,
    mailoutbox: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    monkeypatch.setattr(proof, "COST", 1)
    assert "data-challenge" not in client.get(f"/follow/?what={CASE}").content.decode()
    monkeypatch.setattr(guard, "WORK_FROM", 0)
    waited = ticket()
    page = ask(client, email="no address", ticket=waited).content.decode()
    assert "js/sending.js" in page
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found
    challenge = altcha.Challenge.from_dict(json.loads(html.unescape(found[1])))
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    work = altcha.Payload(challenge, solution).to_base64()
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, ticket=waited, proof=work)
    assert len(mailoutbox) == 1
    with django_capture_on_commit_callbacks(execute=True):
        ask(client, email="b@example.org", proof=work)  # the work of another form
        assert ask(client, email="c@example.org").status_code == 302  # no scripts
    assert len(mailoutbox) == 1
    send()
    assert {mail.to[0] for mail in mailoutbox} == {ADDRESS, "b@example.org", "c@example.org"}


def test_a_confirmation_is_good_for_a_week_and_cannot_be_made_up(
    client: Client, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    send()
    path = link(mailoutbox[0], "confirm")
    token = path.split("/")[3]
    other = signing.dumps([Subscription.objects.get().pk.hex, "daily"], salt="other")
    for forged in (token[:-1] + ("A" if token[-1] != "A" else "B"), token[1:], other, "x", "a:b:c"):
        assert client.post(f"/follow/confirm/{forged}/").status_code == 404
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 8 * 24 * 3600)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 410
        assert "no longer good" in answer.content.decode()
    assert not Subscription.objects.filter(confirmed_at__isnull=False).exists()


def test_what_nobody_confirms_is_forgotten_with_its_address(
    client: Client, mailoutbox: list[Any]
) -> None:
    follow(client, mailoutbox, email="kept@example.org")
    ask(client, "cases:", email="kept@example.org")
    ask(client)
    send()
    path = link(mailoutbox[-1], "confirm")
    soon = timezone.now() - timedelta(days=6)
    Subscription.objects.filter(confirmed_at=None).update(asked_at=soon)
    call_command("prune", stdout=io.StringIO())
    assert Subscription.objects.count() == 3
    Subscription.objects.filter(confirmed_at=None).update(asked_at=soon - timedelta(days=2))
    call_command("prune", stdout=io.StringIO())
    assert [one.follower.address for one in Subscription.objects.all()] == ["kept@example.org"]
    assert Follower.objects.count() == 1
    assert client.post(path).status_code == 410


def test_every_mail_ends_by_one_press_without_cookie_or_page(mailoutbox: list[Any]) -> None:
    strict = Client(enforce_csrf_checks=True)
    follow(strict, mailoutbox)
    follow(strict, mailoutbox, "cases:")
    for mail in mailoutbox:
        assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        address = mail.extra_headers["List-Unsubscribe"]
        assert re.fullmatch(r"<http://localhost:8000/follow/mine/\S+/>", address)
    path = address[len("<http://localhost:8000") : -1]
    assert path == link(mailoutbox[0], "mine")
    strict.get(path)  # a mail program looks at the link
    assert Subscription.objects.count() == 2
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Subscription.objects.exists()
    assert not Follower.objects.exists()  # the address is gone
    for answer in (strict.get(path), strict.post(path)):  # again does no harm
        assert "You follow nothing" in answer.content.decode()


def test_one_of_several_is_ended_on_the_private_page(client: Client, mailoutbox: list[Any]) -> None:
    follow(client, mailoutbox)
    follow(client, mailoutbox, "lesson:a-lesson", email="other@example.org")
    path = follow(client, mailoutbox, "cases:")
    page = client.get(path)
    text = page.content.decode()
    assert [title in text for title in ("A case", "Case studies", "A lesson")] == [
        True,
        True,
        False,
    ]
    assert ADDRESS.lower() not in text.lower()
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    theirs = Subscription.objects.get(kind="lesson")
    mine = Subscription.objects.get(kind="case")
    for key in (mine.pk, theirs.pk):  # one's own ends, another's does not
        assert client.post(path, {"subscription": str(key)}).status_code == 200
    assert client.post(path, {"subscription": "nonsense"}).status_code == 404
    assert set(Subscription.objects.values_list("kind", flat=True)) == {"cases", "lesson"}


def test_a_follower_takes_all_that_is_kept_and_erases_it(
    client: Client, mailoutbox: list[Any]
) -> None:
    follow(client, mailoutbox, "lesson:a-lesson", email="other@example.org")
    follow(client, mailoutbox)
    path = follow(client, mailoutbox, "cases:", frequency="daily")
    follower = Follower.objects.get(subscriptions__kind="case")
    moment = timezone.now()
    Delivery.objects.create(follower=follower, item="casestudy:1:new", moment=moment)
    page = client.get(path).content.decode()
    assert f'href="{path}data/"' in page
    assert "180 days" in page
    answer = client.get(f"{path}data/")
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    told = answer.json()
    assert told["address"] == ADDRESS
    assert [(one["what"], one["how often"]) for one in told["follows"]] == [
        (CASE, "weekly"),
        ("cases:", "daily"),
    ]
    assert told["told"] == [{"news": "casestudy:1:new", "when": moment.isoformat()}]
    kept = {"id", "address_print", "follower", "subscriptions", "delivery"}  # keys, not news
    columns = {field.name for field in Follower._meta.get_fields()} - kept
    assert columns == {"address", "asked_on", "asked_times"}  # a new column belongs in the file
    assert client.post(f"{path}data/").status_code == 405
    assert client.post(path).status_code == 200
    assert not Delivery.objects.exists()
    assert [one.address for one in Follower.objects.all()] == ["other@example.org"]
    assert client.get(f"{path}data/").status_code == 404
    assert client.get("/follow/mine/forged/data/").status_code == 404


def test_every_page_of_following_has_a_way_on(client: Client, mailoutbox: list[Any]) -> None:
    ask(client)
    send()
    confirmation, own_path = (link(mailoutbox[0], part) for part in ("confirm", "mine"))
    assert "Close the page" in client.get(confirmation).content.decode()
    answers = [
        client.get("/follow/asked/"),
        client.post(confirmation),
        client.post(own_path),
        client.get(confirmation),  # over now
    ]
    for answer in answers:
        assert '<a href="/">Back to the first page</a>' in answer.content.decode()


def test_a_private_link_cannot_be_made_up_and_does_not_grow_old(
    client: Client, mailoutbox: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = follow(client, mailoutbox)
    token = path.split("/")[3]
    pure = token.partition(":")[0]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (changed, pure, f"{pure}:x", f"{'0' * 32}{token[32:]}", "x"):
        for answer in (
            client.get(f"/follow/mine/{forged}/"),
            client.post(f"/follow/mine/{forged}/"),
        ):
            assert answer.status_code == 404
    assert Subscription.objects.count() == 1
    now = signing.time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 3 * 365 * 24 * 3600)
    assert client.post(path).status_code == 200
    assert not Subscription.objects.exists()


def test_what_is_followed_and_withdrawn_is_not_named_on_any_page(
    client: Client, mailoutbox: list[Any]
) -> None:
    case = make_case("b-case", title="Withdrawn title")
    path = follow(client, mailoutbox, "case:b-case")
    confirmation = link(mailoutbox[-1], "confirm")
    case.state = "archived"
    case.save()
    for address in (path, confirmation):
        page = client.get(address).content.decode()
        assert "Withdrawn title" not in page
        assert "not public any more" in page


def test_no_address_stands_in_the_database_or_in_the_log(
    client: Client, mailoutbox: list[Any], caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "tests.mail.backends.Breaking"
    ask(client)
    send()
    OutgoingMail.objects.update(next_try=timezone.now())
    for table in connection.introspection.table_names():
        assert "diallo" not in _rows(table).lower(), table
    settings.EMAIL_BACKEND = working
    send()
    path = link(mailoutbox[0], "confirm")
    client.post(path)
    log = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "django.db.backends"
    )
    assert "diallo" not in log.lower()
    assert path.split("/")[3] not in log
    follower = Follower.objects.get()
    assert follower.address == ADDRESS
    assert own(follower).split("/")[3] not in log


def _rows(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return repr(cursor.fetchall())
