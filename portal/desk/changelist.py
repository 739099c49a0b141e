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
from django.db.models import CharField, Count, F, OuterRef, QuerySet, Subquery, Value
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

    def apply_select_related(self, qs: QuerySet[Any]) -> QuerySet[Any]:
        """Fetch what a page shows of other tables for the page alone.

        With a join a database may fetch and sort all records before it cuts the page out.
        """
        if isinstance(self.list_select_related, list | tuple):
            return qs.prefetch_related(*self.list_select_related)
        return super().apply_select_related(qs)

    def get_results(self, request: HttpRequest) -> None:
        """Fetch a page. How many records there are is known from the groups."""
        if self._column_filters:
            request.desk_length = self._counted[1]  # type: ignore[attr-defined]
        super().get_results(request)

    def _chosen(self, without: Iterable[DeskFilter]) -> QuerySet[Any]:
        """Give the records that the address selects, text and some filters aside."""
        specs, remaining = self._filters
        aside = {id(spec) for spec in without}
        records: QuerySet[Any] = self.root_queryset
        for spec in specs:
            if id(spec) not in aside:
                narrowed = spec.queryset(self.request, records)
                records = records if narrowed is None else narrowed
        if remaining:
            records = records.filter(build_q_object_from_lookup_parameters(remaining))
        return records.order_by()

    def _searched(self, records: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the records that the text finds."""
        found, _duplicates = self.model_admin.get_search_results(self.request, records, self.query)
        return found

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
        records = self._searched(self._chosen(without=self._column_filters)).annotate(**named)
        return list(records.values_list(*columns).annotate(desk_number=Count("*")))

    @cached_property
    def _counted(self) -> tuple[list[Counter[Any]], int]:
        """Count the records of every value of each column filter, and those of the whole list.

        A record counts for a filter if it has what is chosen in all the others.
        """
        chosen = [
            (place, spec.key)
            for place, spec in enumerate(self._column_filters)
            if spec.value is not None
        ]
        counts: list[Counter[Any]] = [Counter() for _spec in self._column_filters]
        total = 0
        for *keys, number in self._groups:
            amiss = [place for place, key in chosen if keys[place] != key]
            if not amiss:
                total += number
                for count, key in zip(counts, keys, strict=True):
                    count[key] += number
            elif len(amiss) == 1:
                counts[amiss[0]][keys[amiss[0]]] += number
        return counts, total

    def column_counts(self, parameter: str) -> Counter[Any]:
        """Count the records of every value of a column filter."""
        place = [spec.parameter for spec in self._column_filters].index(parameter)
        return self._counted[0][place]

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

    def _link_query(self, spec: LinkFilter) -> QuerySet[Any, Any]:
        rows: QuerySet[Any] = spec.links._default_manager.order_by()
        records = self._chosen(without=[spec])
        owner: Any = self.model_admin
        found: bytes | None = owner.found_by(self.request, self.query)
        if found is None:
            records = self._searched(records)
        if spec.links is self.model:
            rows = records
        elif records.query.where:
            rows = rows.filter(**{f"{spec.record}__in": records.values("pk")})
        if found is not None:
            rows = keep(rows, found, spec.record)
        number = Count(spec.record, distinct=True) if spec.repeats else Count("*")
        vocabulary: Any = spec.links._meta.get_field(spec.term).related_model
        term = vocabulary._default_manager.order_by().filter(pk=OuterRef(spec.term))
        # Rows are grouped by keys, which is fast; each term's words are then looked up once.
        counted: QuerySet[Any, Any] = (
            rows.values(spec.term)
            .annotate(desk_number=number)
            .annotate(
                desk_filter=Value(spec.parameter, output_field=CharField()),
                desk_value=Subquery(term.values(spec.named)),
                desk_label=Subquery(term.values(spec.labelled)),
            )
            .values_list("desk_filter", "desk_value", "desk_label", "desk_number")
        )
        return counted

    def link_counts(self, parameter: str) -> LinkCounts:
        """Give value, label and number of records of every value of a link filter that occurs."""
        return self._links[parameter]
