"""Words at the desk: their uses, merging, renaming. Views parse, ask and render."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from portal.spreadsheets.desk import SheetAdmin
from portal.words import MergeError, merge, remember, uses


class VocabularyAdmin(SheetAdmin):
    """Rows that records refer to by a slug."""

    change_form_template = "admin/vocabulary/change_form.html"
    change_list_template = "admin/vocabulary/change_list.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a word is merged with another."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:key>/merge/", view, name=name), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; an address of before leads to the new one."""
        super().save_model(request, obj, form, change)
        if change and "slug" in form.changed_data:
            remember(obj, form.initial["slug"])
            messages.info(request, _("Addresses and filters with the old slug lead here."))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a word with its uses."""
        row = self.get_object(request, object_id)
        more = {"uses": uses(row) if row else [], "may_merge": self._may_merge(request)}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def merge_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Say what would move, and merge."""
        if not self._may_merge(request):
            raise PermissionDenied
        rows = self.get_queryset(request)
        loser = rows.filter(pk=key).first()
        if loser is None:
            raise Http404
        fault = ""
        if request.method == "POST":
            chosen = request.POST.get("winner", "")
            winner = rows.filter(pk=chosen).first() if chosen.isdigit() else None
            try:
                if winner is None:
                    raise MergeError(_("Choose the word that stays."))
                moved = merge(loser, winner)
            except MergeError as error:
                fault = str(error)
            else:
                done = _("“%(loser)s” is now “%(winner)s”: %(count)d uses moved.")
                words = {"loser": loser, "winner": winner, "count": moved}
                messages.success(request, done % words)
                name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
                return redirect(reverse(name, args=[winner.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Merge “%s” into another") % loser,
            "opts": self.opts,
            "record": loser,
            "uses": uses(loser),
            "others": rows.exclude(pk=loser.pk),
            "fault": fault,
        }
        status = 400 if fault else 200
        return TemplateResponse(request, "admin/vocabulary/merge.html", context, status=status)

    def _may_merge(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)
