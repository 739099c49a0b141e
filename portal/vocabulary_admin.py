"""Words at the desk: their uses, merging, renaming. Views parse, ask and render."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from portal.changes import change as one_change
from portal.curation.document import natural_column
from portal.desk.forms import KnownForm
from portal.spreadsheets.desk import SheetAdmin
from portal.words import (
    MergeError,
    called_now,
    close_gaps,
    forget,
    free,
    merge,
    remember,
    uses,
)


class WordForm(KnownForm):
    """A word's form. Who may only add words cannot take a key that leads to another one."""

    may_take_former = True

    def clean(self) -> dict[str, Any] | None:
        """Refuse a key by which old addresses and revisions mean another word."""
        values = super().clean()
        model: Any = type(self.instance)
        column = natural_column(model)
        key = self.cleaned_data.get(column, "")
        is_free = self.instance.pk or self.may_take_former
        current = "" if is_free else called_now(model, [key]).get(key)
        if current:
            reason = _("“%(old)s” is now called “%(new)s”, and leads there. Choose another.")
            self.add_error(column, reason % {"old": key, "new": current})
        return values


class VocabularyAdmin(SheetAdmin):
    """Rows that records refer to by a slug, or by a name where they have none."""

    form = WordForm

    change_form_template = "admin/vocabulary/change_form.html"
    change_list_template = "admin/vocabulary/change_list.html"
    delete_confirmation_template = "admin/vocabulary/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/vocabulary/delete_selected_confirmation.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a word is merged with another."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_merge"
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:key>/merge/", view, name=name), *super().get_urls()]

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Give the form, made for what the person may do."""
        form: Any = super().get_form(request, *args, **kwargs)
        form.may_take_former = self.has_change_permission(request)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save; what it was called before leads to it, what it is called now to nothing else."""
        super().save_model(request, obj, form, change)
        column = natural_column(self.model)
        if not change:
            free(obj)
        elif column in form.changed_data:
            remember(obj, form.initial[column])
            if column == "slug":
                messages.info(request, _("Addresses and filters with the old slug lead here."))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete; nothing leads to it any more."""
        forget(obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete several; nothing leads to them any more."""
        for row in queryset:
            forget(row)
        super().delete_queryset(request, queryset)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """List the words; where their order is sent, save it without gaps, all or nothing."""
        if "_save" not in request.POST or "position" not in self.list_editable:
            return super().changelist_view(request, *args, **kwargs)
        with one_change():
            before = dict(self.model._default_manager.values_list("pk", "position"))
            answer = super().changelist_view(request, *args, **kwargs)
            if answer.status_code == HTTPStatus.FOUND:
                close_gaps(self.model, before)
        return answer

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Delete a word that nothing uses; offer to merge one that is used."""
        more = {**(extra_context or {}), "may_merge": self._may_merge(request)}
        return super().delete_view(request, object_id, more)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a word with its uses."""
        row = self.get_object(request, object_id)
        more = {"uses": self._uses(row) if row else [], "may_merge": self._may_merge(request)}
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
                moved = self._merge(request, loser, winner)
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
            "uses": self._uses(loser),
            "others": rows.exclude(pk=loser.pk),
            "fault": fault,
        }
        status = 400 if fault else 200
        return TemplateResponse(request, "admin/vocabulary/merge.html", context, status=status)

    def _uses(self, word: Any) -> list[dict[str, Any]]:
        """Give the uses of a word with the addresses of the forms of what uses it."""
        return [
            {
                "label": use.label,
                "count": use.count,
                "records": [(record, self._address_of(record)) for record in use.records],
            }
            for use in uses(word)
        ]

    def _address_of(self, record: Any) -> str:
        opts = record._meta
        if not self.admin_site.is_registered(type(record)):
            return ""
        return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])

    def _merge(self, request: HttpRequest, loser: Any, winner: Any) -> int:
        """Merge, write it down in the history of the word that stays, and count what moved."""
        with one_change():
            name, old = str(loser), getattr(loser, natural_column(self.model))
            moved = merge(loser, winner)
            told = _("Merged with “%(name)s” (%(old)s): %(count)d uses moved.")
            self.log_change(request, winner, told % {"name": name, "old": old, "count": moved})
        return moved

    def _may_merge(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request) and self.has_delete_permission(request)
