"""Checks source addresses and keeps what came of it, one address at a time: it may be stopped."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.utils import timezone

from portal.links.asking import Answer, Asker, Manners
from portal.links.cited import cited_addresses
from portal.links.models import LinkCheck, LinkState


@dataclass(frozen=True)
class Plan:
    """What to check, and how politely. Times are in seconds, the age in days."""

    older_than: int = 30
    limit: int | None = None
    host: str = ""
    at_once: int = 8
    pause: float = 2.0
    timeout: float = 20.0
    allow_private: bool = False


@dataclass
class Report:
    """What a run has done: how many addresses it found and skipped, and how the rest stand."""

    cited: int = 0
    fresh: int = 0
    left: int = 0
    states: Counter[str] = field(default_factory=Counter)
    newly_broken: list[LinkCheck] = field(default_factory=list)


def check(plan: Plan, told: Callable[[LinkCheck], None]) -> Report:
    """Check the addresses that are due; `told` hears of each when it is stored.

    What was checked before and is no longer cited is forgotten.
    """
    report = Report()
    due = _due(plan, report)
    if due:
        async_to_sync(_check_all)(due, plan, report, told)
    return report


def _due(plan: Plan, report: Report) -> list[str]:
    """Give the addresses to check now, those checked longest ago first."""
    cited = cited_addresses()
    known = dict(LinkCheck.objects.values_list("address", "checked_at"))
    gone = known.keys() - cited
    LinkCheck.objects.filter(address__in=gone).delete()
    wanted = {address for address in cited if plan.host in ("", _host(address))}
    limit = timezone.now() - timedelta(days=plan.older_than)
    due = [address for address in wanted if address not in known or known[address] < limit]
    never = timezone.now() - timedelta(days=365_000)
    due.sort(key=lambda address: (known.get(address, never), address))
    report.cited, report.fresh = len(wanted), len(wanted) - len(due)
    chosen = due if plan.limit is None else due[: plan.limit]
    report.left = len(due) - len(chosen)
    return chosen


async def _check_all(
    due: Iterable[str], plan: Plan, report: Report, told: Callable[[LinkCheck], None]
) -> None:
    """Ask all addresses side by side, as far as manners allow, and store each answer at once."""
    manners = Manners(plan.at_once, plan.pause)
    headers = {"User-Agent": user_agent(), "Accept": "*/*"}
    # No proxies from the environment, no cookies kept, no credentials from files.
    # No connection is kept: two hosts may share a network address, and not a certificate.
    async with httpx.AsyncClient(
        headers=headers,
        timeout=plan.timeout,
        trust_env=False,
        limits=httpx.Limits(max_keepalive_connections=0),
    ) as client:
        asker = Asker(client, manners, plan.timeout, plan.allow_private)

        async def one(address: str) -> None:
            answer = await asker.ask(address)
            await sync_to_async(_store)(address, answer, report, told)

        async with asyncio.TaskGroup() as group:
            for address in due:
                group.create_task(one(address))


def _store(address: str, answer: Answer, report: Report, told: Callable[[LinkCheck], None]) -> None:
    """Keep one answer. An address that stays broken keeps the moment since when it is."""
    now = timezone.now()
    before = LinkCheck.objects.filter(address=address).first()
    is_broken = answer.state is LinkState.BROKEN
    since = (before and before.broken_since) or now
    row, _made = LinkCheck.objects.update_or_create(
        address=address,
        defaults={
            "checked_at": now,
            "state": answer.state,
            "status": answer.status,
            "fault": answer.fault or "",
            "final_address": answer.final_address,
            "broken_since": since if is_broken else None,
        },
    )
    report.states[answer.state] += 1
    if is_broken and not (before and before.broken_since):
        report.newly_broken.append(row)
    told(row)


def user_agent() -> str:
    """Give the name by which the portal asks, with where its curators can be reached."""
    contact = f"; {settings.CONTACT_EMAIL}" if settings.CONTACT_EMAIL else ""
    return f"CommonGroundLinkCheck/1.0 (checks source links of a case library{contact})"


def _host(address: str) -> str:
    """Give the host of an address; empty where it has none."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
