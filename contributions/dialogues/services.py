"""What people do with their responses: send, change, withdraw. All or nothing, each of them.

Pages are kept until the corpus changes, so whatever alters what a page shows says so; a vote while
a dialogue is open alters nothing but, seldom, how many kinds of stakeholders have spoken.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from casestudies.models import Country
from contributions.dialogues.models import Dialogue, Response, ResponseStep, Vote
from contributions.dialogues.vocabulary import Standing, StepKind, TextState
from contributions.sending import letters
from contributions.sending.models import forget_flags
from portal.changes import change
from portal.safety.audit import absolute
from portal.search.upkeep import scrub
from portal.sending.tickets import BadTicketError, print_of_key


class ClosedError(Exception):
    """The dialogue takes no responses now."""


class NoAppealError(Exception):
    """There is nothing to appeal against, or another moderator has looked at it already."""


class WithdrawnError(Exception):
    """The response was withdrawn: there is nothing left to change."""


@dataclass(frozen=True)
class Answer:
    """What somebody answers. `votes` are choices by the primary key of their statement."""

    kind: str
    country: Country | None = None
    name: str = ""
    text: str = ""
    votes: Mapping[int, str] = field(default_factory=dict)


def respond(
    dialogue: Dialogue,
    key: str,
    answer: Answer,
    oddities: Iterable[str] = (),
    reply_to: Response | None = None,
) -> tuple[Response, bool]:
    """Store a response under the key of its form; give it, and whether it is new.

    A form that is sent again finds its response and brings it in line with what it says now.
    Raises ClosedError, WithdrawnError, and BadTicketError for a key of another dialogue.
    """
    key_print, odd = print_of_key(key), list(oddities)
    with transaction.atomic():
        dialogue = Dialogue.objects.get(pk=dialogue.pk)
        _require_open(dialogue)
        found = _locked(key_print=key_print)
        if found is None:
            try:
                with transaction.atomic(), _refreshing(dialogue):
                    return _created(dialogue, key_print, answer, odd, reply_to), True
            except IntegrityError:  # the same form came twice at the same moment
                found = _locked(key_print=key_print)
                if found is None:
                    raise
        if found.dialogue_id != dialogue.pk:
            raise BadTicketError
        return revise(found, answer), False


def _created(
    dialogue: Dialogue, key_print: str, answer: Answer, oddities: list[str], reply: Response | None
) -> Response:
    response = Response.objects.create(
        dialogue=dialogue,
        reply_to=reply,
        key_print=key_print,
        kind=answer.kind,
        country=answer.country,
        name=answer.name,
        text=answer.text,
        text_state=TextState.WAITING if answer.text else TextState.NONE,
        standing=Standing.HELD if oddities else Standing.COUNTED,
        oddities=oddities,
    )
    _set_votes(response, {} if reply else answer.votes)
    return response


def revise(response: Response, answer: Answer) -> Response:
    """Bring a response in line with a new answer, and give it; changed words wait again.

    Raises ClosedError and WithdrawnError.
    """
    with transaction.atomic():
        response = _required(response)
        dialogue = response.dialogue
        _require_open(dialogue)
        if response.is_withdrawn:
            raise WithdrawnError
        with _refreshing(dialogue, response):
            has_new_votes = response.reply_to_id is None and _set_votes(response, answer.votes)
            new = {"kind": answer.kind, "country": answer.country, "name": answer.name}
            words = (response.name, response.text)
            differs = any(getattr(response, column) != value for column, value in new.items())
            for column, value in {**new, "text": answer.text}.items():
                setattr(response, column, value)
            if has_new_words := words != (response.name, response.text):
                response.text_state = TextState.WAITING if answer.text else TextState.NONE
                response.decline_reason, response.text_published_at = "", None
                response.appeal, response.claimed_by = "", None
            if differs or has_new_words:
                response.save()
        if differs or has_new_words or has_new_votes:
            kind = StepKind.REWRITTEN if has_new_words else StepKind.CHANGED
            ResponseStep.objects.create(response=response, kind=kind)
        if has_new_words:
            transaction.on_commit(scrub)
    return response


def appeal(response: Response, text: str) -> None:
    """Ask for another moderator to look at words that were declined. Raises NoAppealError."""
    with transaction.atomic():
        response = _required(response)
        if response.text_state == TextState.APPEALED:
            return
        if not response.may_appeal:
            raise NoAppealError
        response.text_state, response.appeal, response.claimed_by = TextState.APPEALED, text, None
        response.save()
        step = ResponseStep.objects.create(response=response, kind=StepKind.APPEALED)
        page = reverse("admin:contributions_response_judge", args=[response.pk])
        subject = _("Appeal: words in “%s”") % response.dialogue.title
        letters.moderators(subject, absolute(page), f"response-appeal-{step.pk}")


def withdraw(response: Response) -> None:
    """Take a response back, also after the end: its words and votes are gone for good."""
    with transaction.atomic():
        response = _required(response)
        if response.is_withdrawn:
            return
        with _refreshing(response.dialogue, response):
            response.votes.all().delete()
            forget_flags(response.flags.all())
            response.steps.update(note="")  # so may moderators
            response.kind = response.name = response.text = response.decline_reason = ""
            response.appeal, response.claimed_by = "", None
            response.country, response.text_published_at, response.oddities = None, None, []
            response.text_state, response.is_flagged = TextState.NONE, False
            response.standing = Standing.WITHDRAWN
            response.save()
        ResponseStep.objects.create(response=response, kind=StepKind.WITHDRAWN)
        transaction.on_commit(scrub)


def find_by_key(key: str) -> Response | None:
    """Give the response that a private link opens. One query."""
    rows = Response.objects.select_related("dialogue", "country", "reply_to")
    return rows.filter(key_print=print_of_key(key)).first()


@contextmanager
def refreshing(response: Response) -> Iterator[None]:
    """Have the pages made anew if what is done inside alters what they show of a response."""
    with _refreshing(response.dialogue, response):
        yield


@contextmanager
def _refreshing(dialogue: Dialogue, response: Response | None = None) -> Iterator[None]:
    before = _public_face(dialogue, response)
    yield
    if dialogue.is_over or before != _public_face(dialogue, response):
        with change() as touched:
            touched.note(dialogue)


def _public_face(dialogue: Dialogue, response: Response | None) -> tuple[Any, ...]:
    """Give what pages show of a response while its dialogue is open. One query."""
    spoken = kinds_spoken(dialogue)
    if response is None or not response.is_shown:
        return (spoken,)
    return spoken, response.text, response.name, response.kind, response.country


def kinds_spoken(dialogue: Dialogue) -> int:
    """Give how many kinds of stakeholders have spoken. One query."""
    return dialogue.responses.voices().values("kind").distinct().count()


def _set_votes(response: Response, votes: Mapping[int, str]) -> bool:
    """Store the votes of a response; say whether they differ from what was there."""
    known = set(response.dialogue.statements.values_list("pk", flat=True))
    wanted = {statement: choice for statement, choice in votes.items() if statement in known}
    present = dict(response.votes.values_list("statement", "choice"))
    if wanted == present:
        return False
    response.votes.all().delete()
    Vote.objects.bulk_create(
        Vote(response=response, statement_id=statement, choice=choice)
        for statement, choice in wanted.items()
    )
    return True


def _locked(**looked_up: Any) -> Response | None:
    rows = Response.objects.select_for_update(of=("self",)).select_related("dialogue", "country")
    return rows.filter(**looked_up).first()


def _required(response: Response) -> Response:
    """Give a response as the database has it, kept from others."""
    found = _locked(pk=response.pk)
    assert found is not None  # responses are never deleted
    return found


def _require_open(dialogue: Dialogue) -> None:
    if not dialogue.is_open:
        raise ClosedError
