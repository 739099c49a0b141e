"""Both kinds of what comes and goes: records of many sheets, and vocabularies of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from portal.models import Publishable
from portal.spreadsheets import running, template, words, writing
from portal.spreadsheets.layout import layout_of
from portal.spreadsheets.planning import Plan


@dataclass(frozen=True)
class Kind:
    """How a kind is checked, imported, exported, and what its template is."""

    check: Callable[..., Plan]
    carry_out: Callable[..., Plan]
    template: Callable[[], bytes]
    as_workbook: Callable[[Any], bytes]
    as_archive: Callable[[Any], bytes] | None = None


def kind_of(model: Any) -> Kind:
    """Give how a model comes and goes."""
    if issubclass(model, Publishable):
        layout = layout_of(model)
        return Kind(
            running.check,
            running.carry_out,
            lambda: template.template(layout),
            lambda rows: writing.as_workbook(layout, rows.filter(working_copy_of=None)),
            lambda rows: writing.as_archive(layout, rows.filter(working_copy_of=None)),
        )
    return Kind(
        words.check,
        words.carry_out,
        lambda: words.template(model),
        lambda rows: words.as_workbook(model, rows),
    )
