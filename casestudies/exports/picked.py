"""Cases that somebody picked by hand at the desk, of whatever state, on their way into a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casestudies.exports.columns import CASES_TABLE
from casestudies.exports.export import Export, made, title
from casestudies.exports.parts import TABLES
from casestudies.exports.record import Record, cases_in_order, records_of
from casestudies.facets import CASES
from casestudies.models import CaseStudy
from casestudies.vocabulary import YesNo
from portal.corpus import current_state
from portal.facets import Snapshot, current_snapshot
from portal.linked_data import Absolute
from portal.models import PublicationState
from portal.tabular import Column, Table, file_name

# What the public needs no column for: there, everything is published.
STANDING = (
    Column(
        "state",
        gettext_lazy("Publication state"),
        gettext_lazy("How far the record has come; only “published” is public."),
        choices=PublicationState,
        width=12,
    ),
    Column(
        "working_copy",
        gettext_lazy("Working copy"),
        gettext_lazy("Whether the row is an unpublished change of a case that is public."),
        choices=YesNo,
        width=10,
    ),
)
PICKED_CASES = replace(CASES_TABLE, columns=(*CASES_TABLE.columns[:2], *STANDING,
                                             *CASES_TABLE.columns[2:]))  # fmt: skip


def notice_of(cases: Sequence[CaseStudy]) -> str:
    """Say that some of the cases are not public, and which kinds; empty where all are."""
    hidden = [case for case in cases if not case.is_published]
    if not hidden:
        return ""
    kinds = ", ".join(dict.fromkeys(case.standing.lower() for case in hidden))
    text = ngettext(
        "Holds %(number)d unpublished record (%(kinds)s). Not for the public, not to be cited.",
        "Holds %(number)d unpublished records (%(kinds)s). Not for the public, not to be cited.",
        len(hidden),
    )
    return text % {"number": len(hidden), "kinds": kinds}


def picked_file_name(notice: str, extension: str) -> str:
    """Give a name that says that cases were picked, and whether some are not public."""
    words = [_("picked"), _("unpublished")] if notice else [_("picked")]
    return file_name("common-ground-cases", map(slugify, words), extension)


@dataclass(frozen=True)
class PickedExport(Export):
    """Cases in the order in which they were picked.

    Of each, its key, state and `working_copy_of` must be known. The writers see whatever is among
    them: whoever makes this has asked whether the person may.
    """

    picked: Sequence[CaseStudy]
    absolute: Absolute
    tables: Sequence[Table] = (PICKED_CASES, *TABLES[1:])

    @property
    def snapshot(self) -> Snapshot:
        """The vocabularies as they are now."""
        return current_snapshot(CASES)

    @property
    def question(self) -> str:
        """What was asked for, in words."""
        return _("Case studies picked by hand")

    @property
    def notice(self) -> str:
        """What the file says of records that are not public."""
        return notice_of(self.picked)

    @property
    def about(self) -> dict[str, Any]:
        """What stands in every file that has a place for it."""
        return {
            "title": title(),
            **({"notice": self.notice} if self.notice else {}),
            "question": self.question,
            "order": _("As in the list in which they were picked"),
            "cases": len(self.picked),
            **made(current_state().number, self.absolute),
        }

    def records(self) -> Iterator[Record]:
        """Give the full records, each with its state."""
        for cases in cases_in_order(self._keys, CaseStudy.objects.for_reading()):
            for case, record in zip(cases, records_of(cases, self.absolute), strict=True):
                is_copy = YesNo.YES if case.working_copy_of_id else YesNo.NO
                yield {**record, "state": case.state, "working_copy": is_copy.value}

    def cases(self) -> Iterator[CaseStudy]:
        """Give the cases without what belongs to them."""
        for batch in cases_in_order(self._keys, CaseStudy.objects.all()):
            yield from batch

    def file_name(self, extension: str) -> str:
        """Give a name that says what was chosen."""
        return picked_file_name(self.notice, extension)

    @property
    def _keys(self) -> list[int]:
        return [case.pk for case in self.picked]
