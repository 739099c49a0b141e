"""What looks like spam or abuse, without asking anybody else.

Nothing here refuses a person: what looks odd goes to the slower queue, where somebody reads it
later. Only a flood from one network address is turned away for a while, with its text kept in the
form. Network addresses are kept as prints whose salt changes every day, for a day.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.safety.addresses import client_address, network_of, print_of
from portal.sending.models import Blocked, Sent
from portal.sending.proof import is_solved
from portal.sending.tickets import Ticket
from portal.text import fold

QUICKEST = 4.0  # seconds in which nobody reads and fills in a form
MOST_LINKS = 2
HONEYPOT = "website"  # a field that people do not see
# Things sent from one address in an hour: beyond the first number a browser is asked for work,
# beyond the second nothing more is taken. Many people may share an address (a village, an office).
WORK_FROM, REFUSED_FROM = 5, 40
# A flag may warn of a danger: it is taken for longer than anything else.
FLAGS_REFUSED_FROM = 200
WORK_FROM_ALL = 200  # the same for all addresses together: beyond it everybody is asked for work
HOUR = timedelta(hours=1)
_LINK = re.compile(r"https?://|www\.|\[url", re.IGNORECASE)


class Oddity(models.TextChoices):
    """Why something went to the slower queue."""

    HONEYPOT = "honeypot", _("a field was filled in that people do not see")
    QUICK = "quick", _("sent faster than a person can type")
    LINKS = "links", _("many links")
    BLOCKED = "blocked", _("words or an address of the block list")
    NO_WORK = "no-work", _("much was sent at that time, and this browser proved no work")


@dataclass(frozen=True)
class Load:
    """How much came in during the last hour, from one address and from all."""

    from_here: int
    from_all: int

    @property
    def asks_for_work(self) -> bool:
        """Whether a browser is asked for work now."""
        return self.from_here >= WORK_FROM or self.from_all >= WORK_FROM_ALL

    @property
    def is_flood(self) -> bool:
        """Whether nothing more is taken from this address for now."""
        return self.from_here >= REFUSED_FROM

    @property
    def is_flood_of_flags(self) -> bool:
        """Whether not even flags are taken from this address for now: no person sends so many."""
        return self.from_here >= FLAGS_REFUSED_FROM


@dataclass(frozen=True)
class Verdict:
    """What is odd about something that was sent."""

    oddities: list[Oddity] = field(default_factory=list)

    @property
    def is_slow(self) -> bool:
        """Whether it goes to the slower queue."""
        return bool(self.oddities)


def origin_of(request: HttpRequest) -> str:
    """Give the print of where a request comes from: good for a day, then it changes."""
    network = network_of(client_address(request))
    return print_of(network, f"sending.{timezone.now():%Y-%m-%d}")


def load_now(request: HttpRequest) -> Load:
    """Give how much came in lately. One query."""
    recent = Sent.objects.filter(moment__gt=timezone.now() - HOUR)
    here = models.Count("pk", filter=models.Q(origin=origin_of(request)))
    counted = recent.aggregate(here=here, all=models.Count("pk"))
    return Load(counted["here"], counted["all"])


def note_sent(request: HttpRequest) -> None:
    """Note that something was sent and stored. Call in the transaction that stores it."""
    Sent.objects.create(origin=origin_of(request))


def judge(request: HttpRequest, ticket: Ticket, texts: Iterable[str], load: Load) -> Verdict:
    """Say what is odd about a form that was sent. One query."""
    text = fold(" ".join(texts))
    odd = {
        Oddity.HONEYPOT: bool(request.POST.get(HONEYPOT, "").strip()),
        Oddity.QUICK: ticket.age < QUICKEST,
        Oddity.LINKS: len(_LINK.findall(text)) > MOST_LINKS,
        Oddity.BLOCKED: _is_blocked(text, origin_of(request)),
        Oddity.NO_WORK: load.asks_for_work and not is_solved(request.POST.get("proof", ""), ticket),
    }
    return Verdict([oddity for oddity, holds in odd.items() if holds])


def _is_blocked(text: str, origin: str) -> bool:
    return any(
        (row.kind == Blocked.Kind.WORDS and fold(row.value) in text)
        or (row.kind == Blocked.Kind.ORIGIN and row.value == origin)
        for row in Blocked.objects.all()
    )
