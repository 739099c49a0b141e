"""Export of cases that were ticked in the list: the formats of the public site, drafts too.

The action shows a page with the formats; its form sends the chosen keys in the list's order. The
file is made by an address of its own, outside of the transaction in which the list takes actions:
a booklet takes seconds, and nothing is changed.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from casestudies.documents import Detail, Setting, picked_booklet
from casestudies.exports.files import CONTENT_TYPES, citation_file, csv_file, json_file
from casestudies.exports.formats import FORMATS, Format
from casestudies.exports.picked import PickedExport, notice_of
from casestudies.exports.workbook import workbook
from casestudies.models import CaseStudy
from portal.linked_data import absolute_for
from portal.pdf.answer import PAPERS, as_of, pdf_bytes
from portal.pdf.engine import BusyError, UnsettableError
from portal.safety.audit import record
from portal.safety.models import AuditAction
from portal.spreadsheets.layout import layout_of
from portal.spreadsheets.understanding import MOST_RECORDS
from portal.spreadsheets.writing import as_workbook
from portal.tabular import in_pieces
from portal.text import in_chunks

# What the public has no use for: the form that the import of spreadsheets reads back.
FOR_IMPORT = Format(
    gettext_lazy("Workbook for the import (XLSX)"),
    gettext_lazy("to change in a spreadsheet and send back; working copies are left out"),
    "import-xlsx",
    0,
    0,
    parameters="for=import",
    most=MOST_RECORDS,
)
OFFERED = {form.name: form for form in (*FORMATS, FOR_IMPORT)}
STREAMED: dict[str, Callable[[PickedExport], Any]] = {
    "csv": csv_file,
    "json": json_file,
    "bib": lambda export: citation_file(export.cases(), "bib", export.absolute),
    "ris": lambda export: citation_file(export.cases(), "ris", export.absolute),
}
MOST_KEYS_IN_QUERY = 500
MOST_NAMED = 100  # cases that the page with the formats names
LONGEST_KEY = 18  # digits that every database can hold
SHOWN = ("pk", "title", "state", "working_copy_of")


class UnmadeError(Exception):
    """There is no file; the text says why."""


@admin.action(permissions=["view"], description=gettext_lazy("Export…"))
def export_action(desk: Any, request: HttpRequest, rows: Any) -> HttpResponse:
    """Ask in which format the chosen cases are wanted."""
    picked = desk.seen_by(request, rows.select_related(None).only(*SHOWN))
    return desk.ask_for_format(request, picked)  # type: ignore[no-any-return]


class PickedAdmin(admin.ModelAdmin[Any]):
    """A list of cases from which some are picked to take them away."""

    def get_urls(self) -> list[URLPattern]:
        """Add the address that sends the file."""
        view = self.admin_site.admin_view(require_POST(self.picked_view))
        own = path("picked/", view, name="casestudies_casestudy_picked")
        return [own, *super().get_urls()]

    def picked_view(self, request: HttpRequest) -> HttpResponseBase:
        """Send the picked cases as a file of the chosen format. Sent only."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        picked = self.seen_by(request, self._found(request, request.POST.get("keys", "")))
        if not picked:
            messages.warning(request, _("None of the chosen cases is there any more."))
            return redirect(reverse("admin:casestudies_casestudy_changelist"))
        form = OFFERED.get(request.POST.get("format", ""))
        if form is None:
            return self.ask_for_format(request, picked, _("Choose a format."))
        try:
            answer = _file(PickedExport(picked, absolute_for(request)), form)
        except UnmadeError as unmade:
            return self.ask_for_format(request, picked, str(unmade))
        hidden = sum(not case.is_published for case in picked)
        detail = _("%(number)d picked (%(hidden)d not public), %(format)s")
        told = detail % {"number": len(picked), "hidden": hidden, "format": form.name}
        record(request.user, AuditAction.EXPORTED, str(self.opts.verbose_name_plural), told)
        return answer

    def seen_by(self, request: HttpRequest, cases: Any) -> list[CaseStudy]:
        """Keep the cases that the person may see."""
        return [case for case in cases if self.has_view_permission(request, case)]

    def ask_for_format(
        self, request: HttpRequest, picked: Sequence[CaseStudy], fault: str = ""
    ) -> HttpResponse:
        """Show the formats, and what keeps the chosen cases out of some."""
        formats = [(form, _obstacle(form, picked)) for form in OFFERED.values()]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export"),
            "opts": self.opts,
            "record": None,
            "fault": fault,
            "formats": formats,
            "chosen": next((form.name for form, obstacle in formats if not obstacle), ""),
            "number": len(picked),
            "picked": picked[:MOST_NAMED],
            "more": max(0, len(picked) - MOST_NAMED),
            "notice": notice_of(picked),
            "keys": ",".join(str(case.pk) for case in picked),
        }
        status = 400 if fault else 200
        return TemplateResponse(request, "admin/record/export.html", context, status=status)

    def _found(self, request: HttpRequest, keys: str) -> list[CaseStudy]:
        """Give the cases of some keys in their order, each once, without those that are gone."""
        wanted = [
            int(key) for key in dict.fromkeys(keys.split(","))
            if key.isdecimal() and len(key) <= LONGEST_KEY
        ]  # fmt: skip
        rows: Any = self.get_queryset(request).only(*SHOWN)
        return [
            case for some in in_chunks(wanted, MOST_KEYS_IN_QUERY) for case in rows.in_order(some)
        ]


def _obstacle(form: Format, picked: Sequence[CaseStudy]) -> str:
    """Say why some cases cannot become a file of a format; empty where they can."""
    if form.most is not None and len(picked) > form.most:
        return _("Holds at most %(most)d cases; %(number)d are chosen.") % {
            "most": form.most, "number": len(picked),
        }  # fmt: skip
    if form is FOR_IMPORT and all(case.working_copy_of_id for case in picked):
        return _("Only working copies are chosen, and the import reads none.")
    return ""


def _file(export: PickedExport, form: Format) -> HttpResponseBase:
    """Give the file. Raises UnmadeError with a reason for people."""
    if obstacle := _obstacle(form, export.picked):
        raise UnmadeError(f"{form.label}: {obstacle}")
    answer: HttpResponseBase
    name = export.file_name(form.extension)
    if make := STREAMED.get(form.extension):
        answer = StreamingHttpResponse(
            in_pieces(make(export)), content_type=CONTENT_TYPES[form.extension]
        )
    elif form.extension == "pdf":
        answer = HttpResponse(_pdf(export, form), content_type="application/pdf")
    elif form is FOR_IMPORT:
        name = name.replace("picked", "picked-for-import")
        whole = [case for case in export.cases() if not case.working_copy_of_id]
        answer = HttpResponse(
            as_workbook(layout_of(CaseStudy), whole), content_type=CONTENT_TYPES["xlsx"]
        )
    else:
        answer = HttpResponse(workbook(export), content_type=CONTENT_TYPES["xlsx"])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pdf(export: PickedExport, form: Format) -> bytes:
    """Set the cases as a booklet, which is not kept."""
    detail = Detail(form.options.get("detail", Detail.SUMMARY))
    paper = PAPERS[form.options.get("paper", "a4")]
    setting = Setting(export.absolute, paper, timezone.localdate())
    keys = [case.pk for case in export.picked]
    cases = CaseStudy.objects.for_reading().in_order(keys)
    try:
        return pdf_bytes(lambda: picked_booklet(cases, export.notice, detail, setting, as_of()))
    except BusyError:
        reason = _("Others are having documents made. Try again in a few seconds.")
        raise UnmadeError(reason) from None
    except UnsettableError as unsettable:
        reason = _("The document could not be set. Whoever keeps the site finds why in the log.")
        raise UnmadeError(reason) from unsettable
