"""What every admin of the library can do beyond Django's own."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse

from portal.desk import search
from portal.desk.changelist import DeskChangeList
from portal.desk.forms import KnownForm
from portal.desk.preview import preview
from portal.desk.saving import delete_filter, save_filter
from portal.desk.sections import sections
from portal.desk.widgets import (
    CountedTextarea,
    KnownAutocomplete,
    KnownAutocompleteMultiple,
    MarkdownTextarea,
)
from portal.markdown import RenderedField
from portal.models import Publishable
from portal.search import SearchIndex

PLAIN = "plain"  # ?plain=1: a form for browsers without scripts
PLAIN_ROWS = 2  # empty rows that such a form has in each table
COUNTED_FROM = 250  # characters from which a limited text shows how many are left


class _Picking(admin.options.BaseModelAdmin[Any]):
    """Fields that pick rows: completed by typing, or plain lists where there are no scripts."""

    def get_autocomplete_fields(self, request: HttpRequest) -> Any:
        """Give none for a plain form."""
        return [] if is_plain(request) else super().get_autocomplete_fields(request)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the field that can be told what its value is called."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Use the field that can be told what its values are called."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownAutocompleteMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Offer no working copies: what is tied to one is gone when it is published."""
        rows: Any = super().get_field_queryset(db, db_field, request)
        target = db_field.remote_field.model
        if not issubclass(target, Publishable):
            return rows
        return (target._default_manager.using(db) if rows is None else rows).records()


class DeskAdmin(_Picking, admin.ModelAdmin[Any]):
    """A list with counted and saved filters, and a form in reading order with live previews.

    `desk_group` says under which heading the first page shows the model. `search_index` names the
    portal's index that finds the published records of a list.
    """

    desk_group = "library"
    search_index: SearchIndex | None = None
    show_full_result_count = False  # the filters say it already

    class Media:
        js = ["desk/form.js"]

    def get_urls(self) -> list[Any]:
        """Add the addresses of previews and saved filters."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("preview/", self._for_staff(preview), name=f"{name}_preview"),
            path("filters/save/", self._for_staff(save_filter), name=f"{name}_save_filter"),
            path(
                "filters/<int:key>/delete/",
                self._for_staff(delete_filter),
                name=f"{name}_delete_filter",
            ),
        ]
        return [*own, *super().get_urls()]

    def _for_staff(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Give the view to staff who may see records of this kind."""

        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            if not (self.has_view_permission(request) or self.has_add_permission(request)):
                raise PermissionDenied
            return view(request, model_admin=self, **kwargs)

        guarded_view: Callable[..., HttpResponse] = self.admin_site.admin_view(guarded)
        return guarded_view

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DeskChangeList]:
        """Give the list that counts its filters together."""
        return DeskChangeList

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Paginator[Any]:
        """Give the pages of a list; how long it is, its filters know without a query."""
        paginator: Paginator[Any] = super().get_paginator(request, *args, **kwargs)
        length = getattr(request, "desk_length", None)
        if length is not None:
            paginator.count = length
        return paginator

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find by the portal's own index where there is one, and drafts by their text."""
        found = self.found_by(request, search_term)
        if found is not None:
            return search.keep(queryset, found), False
        rows, has_twins = super().get_search_results(request, queryset, search_term)
        # What a text finds in several rows of one record is counted once, by filters too.
        once = queryset.filter(pk__in=rows.order_by().values("pk")) if has_twins else rows
        return once, False

    def found_by(self, request: HttpRequest, text: str) -> bytes | None:
        """Give the keys that a text finds by the portal's own index, nothing where that is unused.

        They are flagged as by `search.flags`.
        """
        if self.search_index is None or not text.strip():
            return None
        asked = (self.opts.label, text)
        answer: Any = getattr(request, "desk_answer", None)
        if answer is None or answer[0] != asked:  # a list asks several times for the same
            fields = self.get_search_fields(request)
            found = search.found_by(self.model, self.search_index, fields, text)
            answer = request.desk_answer = (asked, found)  # type: ignore[attr-defined]
        flagged: bytes = answer[1]
        return flagged

    @cached_property
    def _markdown_fields(self) -> set[str]:
        fields = self.model._meta.get_fields()
        return {field.source for field in fields if isinstance(field, RenderedField)}

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Give Markdown a preview, and long limited texts a count of what is left."""
        if db_field.name in self._markdown_fields:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_preview"
            kwargs["widget"] = MarkdownTextarea(reverse(name))
        elif type(db_field) is models.CharField and (db_field.max_length or 0) >= COUNTED_FROM:
            kwargs["widget"] = CountedTextarea({"rows": 3, "class": "vLargeTextField"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Put the form in reading order."""
        context["sections"] = list(sections(context["adminform"], context["inline_admin_formsets"]))
        context["is_plain"] = is_plain(request)
        return super().render_change_form(request, context, *args, **kwargs)


class DeskInline(_Picking, admin.TabularInline[Any, Any]):
    """Rows of a record, which can be added without scripts too."""

    form = KnownForm
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Fetch with the rows what their autocompleting fields and their names show."""
        rows: QuerySet[Any] = super().get_queryset(request)
        if not self.autocomplete_fields:
            return rows
        parent = _get_foreign_key(self.parent_model, self.model, fk_name=self.fk_name)
        return rows.select_related(parent.name, *self.autocomplete_fields)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Give empty rows where no script can add some."""
        return PLAIN_ROWS if is_plain(request) else super().get_extra(request, obj, **kwargs)


def is_plain(request: HttpRequest) -> bool:
    """Say whether the form is asked for without scripts."""
    return PLAIN in request.GET
