"""A list of records whose filters are counted together, in few queries.

All properties with one value a record are counted from one table of groups, all others from one
union: two queries, however many filters there are. As in Django, what is chosen in a filter does
not narrow the filter's own counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib.admin.utils import build_q_object_from_lookup_parameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import CharField, Count, F, QuerySet, Value
from django.http import HttpRequest

from portal.desk.filters import ColumnFilter, DeskFilter, LinkFilter
from portal.desk.search import keep
from portal.models import SavedFilter

LinkCounts = list[tuple[str, str, int]]


class DeskChangeList(ChangeList):
    """Django's list, which also counts for `portal.desk.filters` and knows the saved filters."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request, *args, **kwargs)

    @cached_property
    def saved_filters(self) -> list[SavedFilter]:
        """What the person has kept of this list."""
        return list(SavedFilter.objects.of(self.request.user, self.model))

    @property
    def address(self) -> str:
        """The present query string, without the page."""
        return self.get_query_string(remove=[PAGE_VAR])[1:]

    @cached_property
    def _filters(self) -> tuple[list[Any], dict[str, Any]]:
        """The filters, and what else the address narrows by."""
        specs, _has, remaining, *_rest = self.get_filters(self.request)
        return specs, remaining

    def _narrowed(self, without: Iterable[DeskFilter]) -> QuerySet[Any]:
        """Give the records that the address selects, some filters aside."""
        specs, remaining = self._filters
        aside = {id(spec) for spec in without}
        records: QuerySet[Any] = self.root_queryset
        for spec in specs:
            if id(spec) not in aside:
                narrowed = spec.queryset(self.request, records)
                records = records if narrowed is None else narrowed
        if remaining:
            records = records.filter(build_q_object_from_lookup_parameters(remaining))
        found, _duplicates = self.model_admin.get_search_results(self.request, records, self.query)
        return found.order_by()

    @cached_property
    def _column_filters(self) -> list[ColumnFilter]:
        return [spec for spec in self._filters[0] if isinstance(spec, ColumnFilter)]

    @cached_property
    def _groups(self) -> list[tuple[Any, ...]]:
        """Every combination of values that occurs, with its number of records. One query."""
        columns = {f"desk_{spec.parameter}": spec.expression() for spec in self._column_filters}
        named = {
            name: F(column) if isinstance(column, str) else column
            for name, column in columns.items()
        }
        records = self._narrowed(without=self._column_filters).annotate(**named)
        return list(records.values_list(*columns).annotate(desk_number=Count("pk")))

    def column_counts(self, parameter: str) -> Counter[Any]:
        """Count the records of every value of a column filter."""
        specs = self._column_filters
        place = [spec.parameter for spec in specs].index(parameter)
        wanted = [
            (other, spec.key)
            for other, spec in enumerate(specs)
            if other != place and spec.value is not None
        ]
        counts: Counter[Any] = Counter()
        for *keys, number in self._groups:
            if all(keys[other] == key for other, key in wanted):
                counts[keys[place]] += number
        return counts

    @cached_property
    def _links(self) -> dict[str, LinkCounts]:
        """Value, label and number of records of every link filter. One query."""
        queries = [
            self._link_query(spec) for spec in self._filters[0] if isinstance(spec, LinkFilter)
        ]
        counted: dict[str, LinkCounts] = defaultdict(list)
        if queries:
            first, *others = queries
            for parameter, value, label, number in first.union(*others, all=True):
                counted[parameter].append((value, label, number))
        return counted

    @cached_property
    def _selected(self) -> list[int]:
        return _keys(self._narrowed(without=[]))

    def _link_query(self, spec: LinkFilter) -> QuerySet[Any, Any]:
        records = self._narrowed(without=[spec])
        rows = spec.links._default_manager.order_by()
        if self.query:
            # What a text finds is listed once; a database would look for it in every filter.
            keys = self._selected if spec.value is None else _keys(records)
            rows = keep(rows, keys, f"{spec.record}_id")
        elif records.query.where:
            rows = rows.filter(**{f"{spec.record}__in": records.values("pk")})
        counted: QuerySet[Any, Any] = (
            rows.annotate(
                desk_filter=Value(spec.parameter, output_field=CharField()),
                desk_value=F(spec.named),
                desk_label=F(spec.labelled),
            )
            .values_list("desk_filter", "desk_value", "desk_label")
            .annotate(desk_number=Count(spec.record, distinct=spec.repeats))
        )
        return counted

    def link_counts(self, parameter: str) -> LinkCounts:
        """Give value, label and number of records of every value of a link filter that occurs."""
        return self._links[parameter]


def _keys(records: QuerySet[Any]) -> list[int]:
    """Give the primary keys of some records. One query."""
    return list(records.values_list("pk", flat=True))
