"""What people entrust to moderators shows nowhere: no page, file, feed, header, line of the log.

Words that occur nowhere else are put into everything that is not for the public; then all that the
public can ask for is searched for them, and so are the log and the database itself.
"""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse

from contributions.models import Contact, Contribution, Perspective
from contributions.moderation import services as moderation
from contributions.sending import services
from portal.sending.logs import PrivateLinkFilter
from tests.builders import make_case, make_curator, make_evidence, make_lesson
from tests.contributions.sending import ABOUT, SOUND, new_ticket, post, publish, send
from tests.exporting import FORMATS, text_of

pytestmark = pytest.mark.django_db(transaction=True)

MARK = "zzcanary"  # the beginning of every word that nobody but moderators may see
ADDRESS = "203.0.113.77"
# What the database holds in clear nowhere: how somebody is reached, links, files, addresses.
SEALED = ("email", "phone", "voucher", "file", "withdrawn")


def canary(name: str) -> str:
    """Give a word that occurs nowhere else."""
    return MARK + name


class Told:
    """Everything that was sent in: the keys of the private links, and how it was decided."""

    def __init__(self) -> None:
        self.client = Client(REMOTE_ADDR=ADDRESS)
        self.keys: list[str] = []
        self.curators = [make_curator(), make_curator()]
        self.case = make_case("told-of", parties=("ngo",))
        self.lesson = make_lesson("told-of")
        make_evidence(self.lesson, self.case)

    def send(self, kind: str = "perspective", **data: Any) -> Contribution:
        """Send a contribution."""
        contribution, key = send(self.client, kind, **data)
        self.keys.append(key)
        return contribution

    def redacted(self) -> None:
        """Have one published of which a moderator left something out, after much talk."""
        one, two = self.curators
        file = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n" + canary("file").encode())
        row = self.send(
            case=self.case.slug, text=f"Told in public. {canary('original')}",
            shown_name=canary("name"), organisation=canary("organisation"),
            email=f"{canary('email')}@example.org", file=file,
        )  # fmt: skip
        Contact.objects.filter(pk=row.pk).update(phone=canary("phone"))
        moderation.claim(row, one)
        moderation.escalate(row, one, canary("escalation"))
        moderation.ask(row, one, canary("question"))
        row.refresh_from_db()
        services.answer(row, canary("answer"))
        moderation.redact(row, one, "A title", "Told in public.")
        moderation.second(row, two, canary("opinion"))
        moderation.publish(row, one, SOUND)
        flag = reverse("perspective-flag", args=[Perspective.objects.get().slug])
        told = {"ticket": str(new_ticket()), "text": canary("flag")}
        assert self.client.post(flag, told).status_code == 200

    def became_anonymous(self) -> None:
        """Have one published by somebody who gave a name first, and took it away."""
        ticket = new_ticket()
        self.keys.append(ticket.key)
        name = {"identity": "pseudonym", "shown_name": canary("pseudonym")}
        post(self.client, "perspective", ticket, text="Of no name.", case=self.case.slug, **name)
        on = reverse("contribution-continue", args=[ticket.key])
        data = {**ABOUT, "ticket": str(ticket), "text": "Of no name."}
        assert self.client.post(on, data | {"shown_name": canary("pseudonym")}).status_code == 302
        publish(Contribution.objects.get(answers__text="Of no name."))

    def redacted_afterwards(self) -> None:
        """Have something taken out of what is published."""
        row = publish(self.send(case=self.case.slug, text=f"Too much. {canary('afterwards')}"))
        moderation.redact(row, self.curators[0], "Shorter", "Too much.", (), SOUND)

    def vouched_for(self) -> None:
        """Have one published for which an organisation vouches."""
        row = self.send(
            lesson=self.lesson.slug, identity="vouched", shown_name="Ama", organisation="A union",
            voucher_email=f"{canary('voucher')}@example.org",
        )  # fmt: skip
        letter = next(each for each in mail.outbox if canary("voucher") in each.to[0])
        link = next(word for word in letter.body.split() if "/vouch/" in word)
        assert self.client.post(link.removeprefix("http://testserver")).status_code == 200
        publish(row)

    def taken_up(self) -> None:
        """Have an experience published and a case taken up of which something was left out."""
        for kind, about in (("experience", {"lesson": self.lesson.slug}), ("case", {})):
            row = self.send_case() if kind == "case" else self.send(
                kind, **about, done=canary("tried"), came_of_it=canary("outcome")
            )  # fmt: skip
            moderation.claim(row, self.curators[0])
            moderation.redact(row, self.curators[0], "Taken up", "Some of it.")
            moderation.publish(row, self.curators[0], SOUND)

    def send_case(self) -> Contribution:
        """Send a new case, step by step."""
        ticket = new_ticket()
        self.keys.append(ticket.key)
        on = reverse("contribution-continue", args=[ticket.key])
        what = {"title": "New", "summary": canary("summary"), "mine": "Mine", "district": "North"}
        story = {"context": canary("before"), "done": "Talks.", "came_of_it": "Peace."}
        country = self.case.countries.get().pk
        post(self.client, "case", ticket, **what, country=country)
        self.client.post(f"{on}?step=2", {"ticket": str(ticket), **story})
        self.client.post(f"{on}?step=3", {"ticket": str(ticket), "parties": canary("parties")})
        self.client.post(f"{on}?step=4", {**ABOUT, "ticket": str(ticket)})
        return Contribution.objects.get(kind="case")

    def not_published(self) -> None:
        """Have a draft, one that waits, one that was declined, one that was withdrawn."""
        post(self.client, "perspective", text=canary("draft"), later="1")
        self.send(text=canary("waiting"), case=self.case.slug)
        row = self.send(text=canary("declined"), case=self.case.slug)
        moderation.claim(row, self.curators[0])
        moderation.decline(row, self.curators[0], "off-topic", canary("explanation"))
        row = publish(self.send(text=canary("withdrawn"), case=self.case.slug))
        self.client.post(reverse("contribution-withdraw", args=[self.keys[-1]]))


@pytest.fixture
def told() -> Told:
    """Something of every kind, in every state."""
    told = Told()
    told.redacted()
    told.became_anonymous()
    told.redacted_afterwards()
    told.vouched_for()
    told.taken_up()
    told.not_published()
    return told


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site writes to its log at its most talkative."""
    root, written = logging.getLogger(), io.StringIO()
    console: Any = next(
        handler for handler in root.handlers
        if any(isinstance(each, PrivateLinkFilter) for each in handler.filters)
    )  # fmt: skip
    before, level = console.setStream(written), root.level
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(level)
    console.setStream(before)


def secrets_in(text: str, keys: list[str]) -> set[str]:
    """Give what of a text nobody may see."""
    found = set(re.findall(rf"{MARK}\w*", text.lower()))
    return found | {secret for secret in (*keys, ADDRESS) if secret in text}


def public_answers(client: Client) -> Iterator[tuple[str, str]]:
    """Ask for all that the public can ask for; give addresses, and answers with their headers."""
    named = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    starts = {reverse(name) for name in named if _takes_nothing(name)}
    starts |= {f"/cases/export.{extension}" for extension in (*FORMATS, "pdf")}
    starts |= {f"/{kind}/told-of.pdf" for kind in ("cases", "lessons")}
    starts |= {f"/cases/told-of.{extension}" for extension in FORMATS}
    starts |= {f"/contribute/{kind}/?case=told-of" for kind in ("perspective", "reply")}
    for word in (MARK, canary("original"), canary("name"), canary("withdrawn"), MARK[:6]):
        starts |= {f"{kind}?q={word}" for kind in ("/cases.json", "/perspectives/", "/search/")}
        starts |= {f"/cases/feed.atom?q={word}"}
    starts |= set(re.findall(r"<loc>https?://[^/]+(/[^<]*)<", _text(client.get("/sitemap.xml"))))
    starts |= {"/cases/no-such/", "/perspectives/withdrawn/", "/preview/no-such/"}  # errors
    waiting, seen = sorted(starts), set(starts)
    while waiting:
        address = waiting.pop()
        answer: Any = client.get(address)
        text = _text(answer)
        yield address, f"{text}\n{answer.headers}"
        for link in re.findall(r'href="(/[^"#]*)', text):
            # Inside the facet space one choice is enough: combinations are endless.
            if link not in seen and not link.startswith("/static/") and "&amp;" not in link:
                seen.add(link)
                waiting.append(link)


def _takes_nothing(name: str) -> bool:
    ways = get_resolver().reverse_dict.getlist(name)
    return any(not parameters for ((_way, parameters),), *_rest in ways)


def _text(answer: Any) -> str:
    kind = answer.headers.get("Content-Type", "")
    return "" if kind.startswith("image/") else text_of(answer)


def test_no_public_page_file_feed_or_header_tells_what_was_entrusted(told: Told) -> None:
    answers = dict(public_answers(Client()))
    shown = "".join(answers.values())
    for part in ("Told in public.", "Of no name.", "Too much.", "Some of it.", "A union"):
        assert part in shown  # what is published is there
    assert len(answers) > 80
    for address, text in answers.items():
        # What was typed into a search stands in its field, and in links to follow it.
        typed = secrets_in(address, [])
        assert secrets_in(text, told.keys) <= typed, address
    changes = [address for address in answers if address.endswith("/changes/")]
    assert len(changes) >= 3


def test_errors_name_no_private_link(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    key = told.keys[0]
    mine = reverse("contribution-mine", args=[key])
    answers = {
        404: client.get(reverse("contribution-mine", args=[key[:-1]])),
        405: client.put(mine),
        409: client.post(reverse("contribution-answer", args=[key]), {"text": "Late."}),
        410: client.get(Perspective.objects.filter(state="archived").get().get_absolute_url()),
    }
    monkeypatch.setattr(services, "may_appeal", lambda contribution: 1 / 0)
    answers[500] = client.get(mine)
    for status, answer in answers.items():
        assert answer.status_code == status
        text = f"{answer.content.decode()}\n{answer.headers}"
        if status != 409:  # the way back to one's own page stands there
            assert key[:-1] not in text.replace(" ", "-"), status
        assert MARK not in text.lower(), status


@pytest.mark.usefixtures("log")
def test_the_log_holds_no_secret(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    told: Told = request.getfixturevalue("told")
    client = Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS)
    key = told.keys[0]
    names = ("mine", "continue", "withdraw", "data", "forget", "answer", "appeal")
    addresses = [reverse(f"contribution-{name}", args=[key]) for name in names]
    for address in addresses:
        client.get(address)
        client.put(address)  # not sealed
        client.get(address.replace(key, key[:-1]))

    def fail(found: str) -> None:
        message = f"no way to /contribute/mine/{found}/"
        raise RuntimeError(message)

    monkeypatch.setattr(services, "find", fail)
    for address in addresses:
        assert client.get(address).status_code == 500
    assert client.post(addresses[1], {"text": canary("late")}).status_code == 500
    written = log.getvalue()
    assert written.count("/contribute/mine/…") > len(addresses)
    assert secrets_in(written, told.keys) == set()
    assert key[:-1] not in written


def test_the_database_holds_contact_data_files_links_and_addresses_sealed_only(
    told: Told,
) -> None:
    assert Contact.objects.filter(pk=Contribution.objects.order_by("pk")[0].pk).exists()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # names come from the database
            rows = cursor.fetchall()
        text = "\n".join(_in_clear(value) for row in rows for value in row)
        found = secrets_in(text, told.keys) - {table}
        sealed = {canary(name) for name in SEALED}
        assert not found & sealed, table
        assert ADDRESS not in found, table
        assert not found & set(told.keys), table


def test_what_a_moderator_left_out_stays_with_the_moderators(told: Told) -> None:
    """Curators who do not moderate read cases, perspectives and their history."""
    tables = [
        table for table in connection.introspection.table_names()
        if table.startswith(("casestudies_", "lessons_", "portal_", "reversion_", "django_"))
        or table in ("contributions_perspective", "contributions_replyinvitation")
    ]  # fmt: skip
    assert "reversion_version" in tables
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # names come from the database
            text = "\n".join(_in_clear(value) for row in cursor.fetchall() for value in row)
        # What was public once stands in the history of what is public.
        assert secrets_in(text, told.keys) <= {canary("afterwards")}, table


def test_letters_hold_no_text_and_the_private_link_only_for_its_owner(told: Told) -> None:
    assert len(mail.outbox) > 1
    for letter in mail.outbox:
        text = f"{letter.subject}\n{letter.body}"
        own = {told.keys[0]} if letter.to == [f"{canary('email')}@example.org"] else set()
        assert secrets_in(text, told.keys) <= own, letter.to


def _in_clear(value: Any) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("latin-1")
    return str(value)
