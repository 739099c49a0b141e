"""A form in reading order: fieldsets and the tables of rows between them.

Django shows all fieldsets and then all inlines. An admin says where the rows of an inline stand by
an empty fieldset in their place, `rows_of(inline)`; inlines without a place come last.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.helpers import Fieldset, InlineAdminFormSet
from django.utils.functional import Promise
from django.utils.text import capfirst

ROWS = "rows-of-"


@dataclass(frozen=True)
class Section:
    """One part of a form: either a fieldset or an inline, with the place of its heading."""

    anchor: str
    name: str | Promise
    fieldset: Fieldset | None = None
    inline: InlineAdminFormSet | None = None
    number: int = 0
    has_errors: bool = False


def rows_of(inline: Any) -> tuple[None, Any]:
    """Give a fieldset that only says: the rows of this inline stand here."""
    return None, {"fields": [], "classes": [_place(inline)]}


def sections(
    fieldsets: Iterable[Fieldset], inlines: Iterable[InlineAdminFormSet]
) -> Iterator[Section]:
    """Give the parts of a form in their order."""
    waiting = {_place(inline.opts): inline for inline in inlines}
    for number, fieldset in enumerate(fieldsets):
        classes = str(fieldset.classes)
        if classes.startswith(ROWS):
            if (inline := waiting.pop(classes, None)) is not None:
                yield _inline_section(inline)
        else:
            yield _fieldset_section(fieldset, number)
    for inline in waiting.values():
        yield _inline_section(inline)


def _place(inline: Any) -> str:
    return f"{ROWS}{inline.model._meta.model_name}"


def _inline_section(inline: InlineAdminFormSet) -> Section:
    formset = inline.formset
    return Section(
        anchor=f"{formset.prefix}-heading",
        name=capfirst(str(inline.opts.verbose_name_plural)),
        inline=inline,
        has_errors=formset.is_bound and bool(formset.total_error_count()),
    )


def _fieldset_section(fieldset: Any, number: int) -> Section:
    # Django's own template makes this id.
    return Section(
        anchor=f"fieldset-0-{number}-heading",
        name=fieldset.name or "",
        fieldset=fieldset,
        number=number,
        has_errors=any(
            field in fieldset.form.errors for line in fieldset for field in _names(line)
        ),
    )


def _names(line: Any) -> Iterable[str]:
    return [name for name in line.fields if isinstance(name, str)]
