"""`manage.py check_links`: ask source addresses whether they still answer."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from portal.links.checking import Plan, Report, check
from portal.links.cited import broken_links
from portal.links.models import LinkCheck, LinkState


class Command(BaseCommand):
    """Check the addresses that are due, and say how they stand."""

    help = (
        "Asks source addresses whether they still answer: politely, and only those not asked "
        "lately. It may be stopped and started again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what to check and how politely."""
        plan = Plan()
        add = parser.add_argument
        whole, some, seconds = _number(int, 0), _number(int, 1), _number(float, 0)
        add("--older-than", type=whole, default=plan.older_than, metavar="DAYS")
        add("--limit", type=whole, default=None, metavar="N", help="check so many at most")
        add("--host", default="", help="check addresses of this host only")
        add("--at-once", type=some, default=plan.at_once, metavar="N", help="requests at once")
        add("--pause", type=seconds, default=plan.pause, metavar="SECONDS", help="between requests")
        add("--timeout", type=seconds, default=plan.timeout, metavar="SECONDS", help="a request")
        add(
            "--allow-private",
            action="store_true",
            help="ask addresses of this machine and its network too; for tests",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, telling each address when it is done, and report in words."""
        names = Plan.__dataclass_fields__
        plan = Plan(**{name: value for name, value in options.items() if name in names})
        report = check(plan, self._tell if options["verbosity"] > 0 else lambda row: None)
        for line in _words(report, plan):
            self.stdout.write(line)

    def _tell(self, row: LinkCheck) -> None:
        """Say how one address stands."""
        self.stdout.write(f"{row.get_state_display()}: {row.address} ({row.outcome})")


def _number(kind: type[float], least: float) -> Callable[[str], float]:
    """Give a parser of numbers of one kind that are not below a limit."""

    def parse(text: str) -> float:
        value = kind(text)
        if not value >= least:
            raise ArgumentTypeError(_("%(least)d at least, please.") % {"least": least})
        return value

    parse.__name__ = kind.__name__  # what a message about a word that is no number says
    return parse


def _words(report: Report, plan: Plan) -> list[str]:
    """Say what a run has done."""
    checked = sum(report.states.values())
    lines = [
        _("%(checked)d of %(cited)d source addresses checked.")
        % {"checked": checked, "cited": report.cited},
        _("Not asked again, because they were asked within %(days)d days: %(fresh)d.")
        % {"days": plan.older_than, "fresh": report.fresh},
    ]
    if report.left:
        lines.append(_("Left for the next run: %(left)d.") % {"left": report.left})
    lines += [f"{LinkState(state).label}: {count}" for state, count in report.states.items()]
    if report.newly_broken:
        lines.append(_("Newly broken:"))
        lines += [f"  {row.address} ({row.outcome})" for row in report.newly_broken]
    lines.append(_("Broken in all: %(count)d.") % {"count": broken_links().count()})
    return lines
