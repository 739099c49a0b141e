"""What lists of the desk are narrowed by: one value at a time, each with its count.

A filter only says what it is about; `portal.desk.changelist` counts all of them together, because
one query a filter is too much for a long list. Values stand in the address by their public names.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.models import PublicationState
from portal.text import fold

UNKNOWN = object()
SHORT_LIST = 6  # filters with more values are folded up until one is chosen


@dataclass(frozen=True)
class Option:
    """A value that can be chosen: as the address, the person and the database know it."""

    value: str
    label: str | Promise
    key: Any


class DeskFilter(admin.ListFilter):
    """One property. Subclasses name the `parameter` of the address and the `title`."""

    template = "desk/filter.html"
    parameter: str

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: "admin.ModelAdmin[Any]",
    ) -> None:
        super().__init__(request, params, model, model_admin)
        given = params.pop(self.parameter, None)
        self.value = given[-1] if given else None
        if self.value is not None:
            self.used_parameters[self.parameter] = self.value

    def has_output(self) -> bool:
        """Say that the filter is always shown."""
        return True

    def expected_parameters(self) -> list[str | None]:
        """Give the parameter."""
        return [self.parameter]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the records that have the chosen value."""
        return queryset if self.value is None else queryset.filter(self.condition())

    def condition(self) -> Q:
        """Give the condition of the chosen value."""
        raise NotImplementedError

    def counted(self, changelist: Any) -> Iterable[tuple[str, str | Promise, int]]:
        """Give value, label and number of records of every value that is offered."""
        raise NotImplementedError

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Give links to choose each value, and all."""
        counted = list(self.counted(changelist))
        if self.value is not None and self.value not in {value for value, _label, _n in counted}:
            counted.append((self.value, self.value, 0))
        self.is_open = self.value is not None or len(counted) <= SHORT_LIST
        yield {
            "selected": self.value is None,
            "query_string": changelist.get_query_string(remove=[self.parameter]),
            "display": _("All"),
        }
        for value, label, number in counted:
            yield {
                "selected": value == self.value,
                "query_string": changelist.get_query_string({self.parameter: value}),
                "display": f"{label} ({number:,})",
            }


class ColumnFilter(DeskFilter):
    """A property of which a record has exactly one value. Subclasses name the `column`."""

    column: str

    def options(self) -> Iterable[Option]:
        """Give the values that are offered, in their order: by default the column's choices."""
        raise NotImplementedError

    def expression(self) -> Any:
        """Give what the database groups by."""
        return self.column

    def condition(self) -> Q:
        """Give the condition of the chosen value."""
        return Q(pk__in=[]) if self.key is UNKNOWN else Q(**{self.column: self.key})

    @property
    def key(self) -> Any:
        """The chosen value as the database knows it."""
        keys = {option.value: option.key for option in self.known}
        return keys.get(self.value or "", UNKNOWN)

    @property
    def known(self) -> list[Option]:
        """The values that are offered, read once."""
        if not hasattr(self, "_known"):
            self._known = list(self.options())
        return self._known

    def counted(self, changelist: Any) -> Iterable[tuple[str, str | Promise, int]]:
        """Give every value, also those that no record has."""
        counts = changelist.column_counts(self.parameter)
        return [(option.value, option.label, counts[option.key]) for option in self.known]


class ChoiceFilter(ColumnFilter):
    """A column with a closed list of values. Subclasses name the list too."""

    vocabulary: Any

    def options(self) -> Iterable[Option]:
        """Give the values of the list."""
        return [Option(value, label, value) for value, label in self.vocabulary.choices]


class StateFilter(ChoiceFilter):
    """How far a record has come."""

    title = _("state")
    parameter = "state"
    column = "state"
    vocabulary = PublicationState


class LinkFilter(DeskFilter):
    """A property of which a record may have several values, each by a row of `links`.

    `record` and `term` are the columns of those rows that name the record and the value; `named`
    and `labelled` are the value's own in the address and to a person. `repeats` says that a record
    may have a value more than once. Only values that some record has are offered.
    """

    links: type[Model]
    record: str
    term: str
    named = "slug"
    labelled = "name"
    repeats = False

    def condition(self) -> Q:
        """Give the condition of the chosen value."""
        rows = self.links._default_manager.filter(**{f"{self.term}__{self.named}": self.value})
        return Q(pk__in=rows.values(self.record))

    def counted(self, changelist: Any) -> Iterable[tuple[str, str | Promise, int]]:
        """Give the values that occur, by their labels."""
        return sorted(changelist.link_counts(self.parameter), key=lambda row: fold(str(row[1])))


class TermFilter(LinkFilter):
    """The terms of a vocabulary that a record carries. Subclasses name their `links`."""

    record, term = "content_object", "tag"
