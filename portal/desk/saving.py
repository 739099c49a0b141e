"""Keeping and dropping the present address of a list under a name."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.models import SavedFilter


class SavedFilterForm(forms.Form):
    """A name, and the query string that it stands for."""

    name = forms.CharField(
        max_length=60, error_messages={"required": gettext_lazy("Give the filter a name.")}
    )
    query = forms.CharField(max_length=SavedFilter.LONGEST_QUERY, required=False)

    def clean_query(self) -> str:
        """Write the query string anew, so that it can be nothing else."""
        return QueryDict(self.cleaned_data["query"]).urlencode()


@require_POST
def save_filter(request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> HttpResponse:
    """Keep the address under the name; a name that is there already gets the new address."""
    form = SavedFilterForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return _to_list(model_admin, QueryDict(request.POST.get("query", "")).urlencode())
    name, query = form.cleaned_data["name"], form.cleaned_data["query"]
    SavedFilter.objects.of(request.user, model_admin.model).update_or_create(
        user_id=int(request.user.pk or 0),
        model=model_admin.model._meta.label_lower,
        name=name,
        defaults={"query": query},
    )
    messages.success(request, _("The filter “%(name)s” is kept.") % {"name": name})
    return _to_list(model_admin, query)


@require_POST
def delete_filter(
    request: HttpRequest, model_admin: "admin.ModelAdmin[Any]", key: int
) -> HttpResponse:
    """Drop a filter of one's own."""
    kept = get_object_or_404(SavedFilter.objects.of(request.user, model_admin.model), pk=key)
    kept.delete()
    messages.success(request, _("The filter “%(name)s” is gone.") % {"name": kept.name})
    return _to_list(model_admin, QueryDict(request.POST.get("query", "")).urlencode())


def _to_list(model_admin: "admin.ModelAdmin[Any]", query: str) -> HttpResponseRedirect:
    options = model_admin.opts
    address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return HttpResponseRedirect(f"{address}?{query}" if query else address)
