"""Cases on their way into a file: in which order, and what must be known of them.

`Export` is what the writers of files and workbooks ask. A selection of the public is one kind of
it; records that were picked by hand at the desk (picked.py) are the other.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casestudies.exports.parts import TABLES
from casestudies.exports.record import Record, cases_in_order, provenance, records
from casestudies.models import CaseStudy
from casestudies.question import question_of
from portal.browse import BrowsePage
from portal.facets import Snapshot
from portal.linked_data import SITE, Absolute, moment
from portal.tabular import Table, file_name


class Export(ABC):
    """Cases to take away. `tables` are the sheets of a workbook; the CSV holds the first."""

    absolute: Absolute
    tables: Sequence[Table] = TABLES

    @property
    @abstractmethod
    def snapshot(self) -> Snapshot:
        """The vocabularies as they are now."""

    @property
    @abstractmethod
    def question(self) -> str:
        """What was asked for, in words."""

    @property
    @abstractmethod
    def about(self) -> dict[str, Any]:
        """What stands in every file that has a place for it."""

    @property
    def ignored(self) -> list[dict[str, str]]:
        """What was asked for and left out, and why."""
        return []

    @abstractmethod
    def records(self) -> Iterator[Record]:
        """Give the full records, a batch at a time in memory."""

    @abstractmethod
    def cases(self) -> Iterator[CaseStudy]:
        """Give the cases without what belongs to them."""

    @abstractmethod
    def file_name(self, extension: str) -> str:
        """Give a name that says what was chosen."""


@dataclass(frozen=True)
class SelectionExport(Export):
    """The whole of a selection, whatever page and view its address speaks of."""

    page: BrowsePage
    absolute: Absolute

    @property
    def snapshot(self) -> Snapshot:
        """The vocabularies that the selection was read with."""
        return self.page.snapshot

    @property
    def path(self) -> str:
        """Where the selection can be browsed, in its order."""
        return self.page.selection.in_view("").url(reverse("cases"))

    @property
    def question(self) -> str:
        """What was asked for, in words."""
        return question_of(self.page)

    @property
    def order(self) -> str:
        """The order of the cases, in words."""
        return next(sort.label for sort in self.page.sorts if sort.current)

    @property
    def ignored(self) -> list[dict[str, str]]:
        """What of the address was left out, and why; a page number means nothing to a file."""
        return [
            {"parameter": item.parameter, "reason": item.reason}
            for item in self.page.ignored
            if item.parameter != "page"
        ]

    @property
    def about(self) -> dict[str, Any]:
        """What stands in every file that has a place for it."""
        return {
            "title": title(),
            "question": self.question,
            "order": self.order,
            "cases": self.page.total,
            "address": self.absolute(self.path),
            **made(self.page.corpus_version, self.absolute),
            "ignored": self.ignored,
        }

    def records(self) -> Iterator[Record]:
        """Give the full records, a batch at a time in memory."""
        return records(self.page.every_key(), self.absolute)

    def cases(self) -> Iterator[CaseStudy]:
        """Give the cases without what belongs to them."""
        for batch in cases_in_order(self.page.every_key(), CaseStudy.objects.published()):
            yield from batch

    def file_name(self, extension: str) -> str:
        """Give a name that says what was chosen."""
        return file_name("common-ground-cases", [chip.label for chip in self.page.chips], extension)


def title() -> str:
    """Give what a file of cases is called."""
    return f"{SITE}: {_('Case studies')}"


def made(corpus_version: int, absolute: Absolute) -> dict[str, Any]:
    """Say when a file was made, where its content comes from, and what to keep in mind."""
    return {
        "corpus_version": corpus_version,
        "generated_at": moment(timezone.now()),
        "provenance": provenance(),
        "how_to_use": _(
            "Name the library and the address when you use this, and name the sources of what "
            "you repeat. “Unknown” means only that the record does not say."
        ),
        "limits": absolute(reverse("about")),
    }
