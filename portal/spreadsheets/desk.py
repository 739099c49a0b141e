"""Spreadsheets at the desk: template, import with a dry run, export."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.curation.rights import has_right
from portal.models import ImportJob, Publishable
from portal.safety.audit import record
from portal.safety.models import AuditAction
from portal.spreadsheets import jobs
from portal.spreadsheets.collections import collections_of, may_make, slug_for
from portal.spreadsheets.kinds import kind_of
from portal.spreadsheets.layout import key_of
from portal.spreadsheets.reading import MOST_BYTES

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


class UploadForm(forms.Form):
    """A spreadsheet, and where its new records go."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        help_text=gettext_lazy("XLSX, CSV, or a ZIP with CSV files; at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.zip"}),
    )
    collection = forms.ChoiceField(
        label=gettext_lazy("Collection of new records"),
        required=False,
        help_text=gettext_lazy("Used where the file does not name one."),
    )

    new_collection = forms.CharField(
        label=gettext_lazy("Or the name of a new collection"),
        required=False,
        max_length=150,
        help_text=gettext_lazy("It is made when you confirm the import, not before."),
    )

    def __init__(self, *args: Any, model: Any, may_make: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._model = model
        collections = collections_of(model)
        if collections is None:
            del self.fields["collection"]
        else:
            listed = [(row.slug, row.name) for row in collections.objects.all()]
            self.fields["collection"].choices = [("", "---------"), *listed]  # type: ignore[attr-defined]
        if not may_make:
            del self.fields["new_collection"]

    def clean_new_collection(self) -> str:
        """Refuse a name that cannot be that of a new collection; keep its slug."""
        name: str = " ".join(self.cleaned_data["new_collection"].split())
        self.new_slug = ""
        if name and self.cleaned_data.get("collection"):
            raise forms.ValidationError(_("Choose a collection or name a new one, not both."))
        if name:
            try:
                self.new_slug = slug_for(self._model, name)
            except ValueError as error:
                raise forms.ValidationError(str(error)) from error
        return name

    def clean_file(self) -> Any:
        """Refuse a file that is too large before it is read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file has more than 10 MB. Split it into several."))
        return file


class SheetAdmin(admin.ModelAdmin[Any]):
    """Records that come and go as spreadsheets."""

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of spreadsheets."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("sheets/", wrap(self.sheets_view), name=f"{name}_sheets"),
            path("sheets/template/", wrap(self.template_view), name=f"{name}_template"),
            path("sheets/export/", wrap(require_POST(self.export_view)), name=f"{name}_export"),
            path("sheets/<uuid:job_id>/", wrap(self.job_view), name=f"{name}_job"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def sheets_view(self, request: HttpRequest) -> HttpResponse:
        """Offer template, import and export; take a file."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_import = self._may_import(request)
        if request.method == "POST" and not may_import:
            raise PermissionDenied
        form = UploadForm(
            request.POST or None,
            request.FILES or None,
            model=self.model,
            may_make=may_make(request.user, self.model),
        )
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            new = form.cleaned_data.get("new_collection", "")
            chosen = form.new_slug if new else form.cleaned_data.get("collection", "")
            job = jobs.start(self.model, request.user, file.name, file.read(), chosen, new)
            return redirect(self._job_url(job))
        context = {"form": form, "may_import": may_import, "jobs": self._jobs_of(request)[:10]}
        context |= {"is_record": issubclass(self.model, Publishable)}
        return self._sheet_page(request, "sheets", _("Spreadsheets"), context)

    def job_view(self, request: HttpRequest, job_id: Any) -> HttpResponse:
        """Show how an import is going, and what it would do; confirm it."""
        job = jobs.settled(get_object_or_404(self._jobs_of(request), pk=job_id))
        if request.method == "POST":
            if not self._may_import(request):
                raise PermissionDenied
            if not jobs.confirm(job):
                messages.warning(request, _("This was confirmed already, or cannot be imported."))
            return redirect(self._job_url(job))
        told = jobs.progress_of(job)
        is_working = job.state in (ImportJob.State.CHECKING, ImportJob.State.IMPORTING)
        if "progress" in request.GET:  # asked by a script on this page
            data = {"state": str(job.get_state_display()), "is_working": is_working}
            return JsonResponse({**data, **(told or {"done": 0, "total": 0})})
        context = {"job": job, "progress": told, "is_working": is_working}
        context |= {"is_record": issubclass(self.model, Publishable)}
        return self._sheet_page(request, "import_job", str(job), context)

    def template_view(self, request: HttpRequest) -> HttpResponse:
        """Give the template to fill in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._file(kind_of(self.model).template(), "template", "xlsx", TYPES["xlsx"])

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Give all rows, drafts too; for records without their working copies."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = kind_of(self.model)
        is_archive = request.POST.get("format") == "zip" and kind.as_archive is not None
        extension = "zip" if is_archive else "xlsx"
        rows = self.model._default_manager.order_by(key_of(self.model))
        name = str(self.opts.verbose_name_plural)
        record(request.user, AuditAction.EXPORTED, name, f"{rows.count()}, {extension}")
        write = kind.as_archive if is_archive and kind.as_archive else kind.as_workbook
        return self._file(write(rows), "export", extension, TYPES[extension])

    # --- Pieces ---------------------------------------------------------------------------------

    def _jobs_of(self, request: HttpRequest) -> Any:
        """Give the person's own imports of this kind."""
        person: Any = request.user
        return ImportJob.objects.filter(person=person, model=self.opts.label_lower)

    def _may_import(self, request: HttpRequest) -> bool:
        return all(has_right(request.user, right, self.model) for right in ("add", "change"))

    def _job_url(self, job: ImportJob) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_job"
        return reverse(name, args=[job.pk])

    def _file(self, content: bytes, stem: str, extension: str, kind: str) -> HttpResponse:
        answer = HttpResponse(content, content_type=kind)
        name = f"common-ground-{self.opts.model_name}-{stem}.{extension}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def _sheet_page(
        self, request: HttpRequest, name: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        everywhere = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "record": None,
            **context,
        }
        return TemplateResponse(request, f"admin/record/{name}.html", everywhere)
