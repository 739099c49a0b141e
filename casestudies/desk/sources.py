"""Figures rest on sources, picked by their places in the table above, whether saved yet or not.

A place is that of a row in the form as it was sent, counted from 1. So a figure can rest on a
source that is typed into the same form, and never on one of another case.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casestudies.models import Source
from portal.admin import OrderedForm, OrderedFormSet


@dataclass(frozen=True)
class SourceRow:
    """A row of the table of sources: its title as typed, and the source that it is or becomes."""

    title: str
    source: Source
    is_deleted: bool = False
    is_empty: bool = False


class SourceFormSet(OrderedFormSet):
    """The table of sources, which the table of figures can find."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All tables of a form hold the same case: through it figures find the sources beside them.
        self.instance.source_forms = self

    def rows(self) -> list[SourceRow]:
        """Give the rows in the order of the form."""
        return [
            SourceRow(
                title=str(form["title"].value() or ""),
                source=form.instance,
                is_deleted=bool(self.is_bound and self.can_delete and form["DELETE"].value()),
                is_empty=form.instance.pk is None and not form.has_changed(),
            )
            for form in self.forms
        ]


class FigureForm(OrderedForm):
    """A figure with the place of its source."""

    source = forms.TypedChoiceField(
        label=gettext_lazy("Source"),
        coerce=int,
        error_messages={"required": gettext_lazy("Say which source gives this figure.")},
        widget=forms.Select(attrs={"data-sources": "sources"}),
    )
    rows: list[SourceRow]

    def offer(self, rows: list[SourceRow]) -> None:
        """Offer the sources in these rows, by their places."""
        self.rows = rows
        names = [row.title or _("new source") for row in rows]
        numbered = [(place, f"{place}. {name}") for place, name in enumerate(names, start=1)]
        field: Any = self.fields.get("source")
        if field is None:  # the person may only look
            return
        field.choices = [("", "---------"), *numbered]
        own = self.instance.source_id
        keys = [row.source.pk for row in rows]
        if own in keys:
            self.initial["source"] = keys.index(own) + 1

    def clean_source(self) -> int:
        """Refuse a row that is empty, or about to be deleted."""
        place: int = self.cleaned_data["source"]
        row = self.rows[place - 1]
        if row.is_deleted:
            message = _("Source %(place)s is marked to be deleted: pick another.")
            raise ValidationError(message, params={"place": place})
        if row.is_empty:
            message = _("Source %(place)s is empty: fill it in, or pick another.")
            raise ValidationError(message, params={"place": place})
        return place


class FigureFormSet(OrderedFormSet):
    """The table of figures. It is saved after the table of sources."""

    @cached_property
    def source_rows(self) -> list[SourceRow]:
        """The rows of sources in the same form; the stored ones where the form has none."""
        forms_beside: SourceFormSet | None = getattr(self.instance, "source_forms", None)
        if forms_beside is not None:
            return forms_beside.rows()
        stored = self.instance.sources.all() if self.instance.pk else ()
        return [SourceRow(source.title, source) for source in stored]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Offer the sources."""
        super().add_fields(form, index)
        form.offer(self.source_rows)

    def save(self, commit: bool = True) -> list[Any]:
        """Tie every changed figure to its source, which has been saved before, and save it."""
        for form in self.forms:
            if form.has_changed() and form not in self.deleted_forms:
                form.instance.source = self.source_rows[form.cleaned_data["source"] - 1].source
        return super().save(commit)
