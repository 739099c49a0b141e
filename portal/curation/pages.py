"""What the pages of the desk about one record have in common: finding it, and their frame."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from portal.curation.rights import has_right
from portal.models import Publishable


class RecordPages(admin.ModelAdmin[Any]):
    """An admin with pages of its own about its records."""

    # What a form shows of other tables, to be read together with the record.
    joined: tuple[str, ...] = ()

    def _record(
        self, request: HttpRequest, key: Any, is_locked: bool = False
    ) -> Publishable | None:
        """Give a record, nothing if there is none; locked only inside a transaction."""
        rows = self.get_queryset(request)
        if is_locked:
            rows = rows.select_for_update(of=("self",))
        elif request.method != "POST":
            rows = rows.select_related("last_step__revision__user", "working_copy", *self.joined)
            rows = self.for_form(rows)
        try:
            found: Publishable | None = rows.filter(pk=unquote(str(key))).first()
        except ValueError:
            return None
        return found

    def for_form(self, rows: Any) -> Any:
        """Add to the query by which a record is read for its form."""
        return rows

    def _required(self, request: HttpRequest, key: Any, is_locked: bool = False) -> Publishable:
        """Give a record that the person may see."""
        record = self._record(request, key, is_locked)
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def _url(self, name: str) -> str:
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _to(self, record: Publishable) -> HttpResponseRedirect:
        return redirect(reverse(self._url("change"), args=[record.pk]))

    def _page(
        self,
        request: HttpRequest,
        name: str,
        record: Publishable | None,
        title: Any,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        """Give one of the desk's own pages."""
        everywhere = {
            **self.admin_site.each_context(request),
            "title": title,
            "subtitle": str(record) if record else None,
            "opts": self.opts,
            "record": record,
            "media": self.media,
            "can_restore": record is None or has_right(request.user, "change", self.model),
            **context,
        }
        return TemplateResponse(request, f"admin/record/{name}.html", everywhere, status=status)
