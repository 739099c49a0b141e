"""The pages for two people on one record: merging, and keeping what can no longer be saved.

What they show and write is in merging.py.
"""

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _

from portal.changes import change
from portal.curation import merging, workflow
from portal.curation.anatomy import anatomy_of
from portal.curation.compare import differences, in_full
from portal.curation.document import Document, read
from portal.curation.history import deletion_of, document_of, origin_of_gone
from portal.curation.pages import RecordPages
from portal.curation.rights import has_right, may_edit
from portal.curation.tasks import tasks_for
from portal.models import PublicationState, Publishable, Step
from portal.safety.sessions import by_script


class TwoPeoplePages(RecordPages):
    """Nobody's work is overwritten without being shown, and nothing that was typed is lost."""

    def get_urls(self) -> list[URLPattern]:
        """Add the pages to those of the admin."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("<int:key>/merge/", wrap(self.merge_view), name=f"{name}_merge"),
            path("<int:key>/rescue/", wrap(self.rescue_view), name=f"{name}_rescue"),
            path("<int:key>/presence/", wrap(self.presence_view), name=f"{name}_presence"),
        ]
        return [*own, *super().get_urls()]

    def merge_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Save what a person chose where two had changed the same record. Sent only."""
        if request.method != "POST":
            raise Http404
        with change():
            mine = merging.unsigned(request.POST.get("mine", ""))
            record = self._record(request, key, is_locked=True)
            if record is None or not may_edit(request.user, record):
                return self._unsaved(request, key, record, mine)
            if merging.is_outdated(request, record):
                return self._merge(request, record, mine)
            faults = merging.save(record, mine, request.POST, request.user)  # type: ignore[arg-type]
            if faults:  # the record in memory is half changed
                fresh = self._required(request, key, is_locked=True)
                return self._merge(request, fresh, mine, faults)
        messages.success(request, _("Saved: “%(record)s”.") % {"record": record})
        return self._to(record)

    def rescue_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Take what could not be saved over into the record as it is now. Sent only.

        Where the record was deleted it is restored first, or what was typed becomes a new draft.
        """
        if request.method != "POST":
            raise Http404
        person: Any = request.user
        mine = merging.unsigned(request.POST.get("mine", ""))
        try:
            with change():
                record = self._record(request, key) or origin_of_gone(self.model, key)
                if record is None:
                    if (gone := deletion_of(self.model, key)) is None:
                        raise workflow.RefusedError(_("This record is gone."))
                    reason = request.POST.get("reason", "").strip()
                    if "as_new" in request.POST:
                        return self._save_as_new(request, gone, mine, reason)
                    record, _lost = workflow.restore(gone, person, reason)
                return self._merge(request, workflow.go_on(record, person), mine)
        except workflow.RefusedError as refused:
            reasons = refused.reasons
        except PermissionDenied:  # whoever may change records at all still gets the text back
            reasons = [_("Your role may not do this with the record as it stands now.")]
        return self._unsaved(request, key, self._record(request, key), mine, reasons)

    def _save_as_new(
        self, request: HttpRequest, gone: Step, mine: Document, reason: str
    ) -> HttpResponse:
        """Make a draft of what was typed into a record that is gone; say why where that fails."""
        record, faults = merging.save_as_new(gone, mine, request.user, reason)  # type: ignore[arg-type]
        if faults:
            return self._unsaved(request, gone.record_key, None, mine, faults)
        messages.success(request, _("Saved as a new draft: “%(record)s”.") % {"record": record})
        return self._to(record)

    @by_script
    def presence_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Note that the person has this form open, and say who else has. Sent by a script."""
        return merging.presence_answer(request, self._required(request, key))

    def _merge(
        self,
        request: HttpRequest,
        record: Publishable,
        mine: Any = None,
        faults: list[str] | None = None,
    ) -> HttpResponse:
        """Show what two people have written, side by side."""
        mine = mine or self._typed(request, record)
        chosen = request.POST if faults else {}
        context = merging.context(record, mine, merging.base_edition(request), chosen)
        context |= {
            "faults": faults or [],
            "signed": merging.signed(mine),
            "reason": request.POST.get("change_reason") or request.POST.get("reason", ""),
        }
        return self._page(request, "merge", record, _("Somebody else was faster"), context, 409)

    def _unsaved(
        self,
        request: HttpRequest,
        key: Any,
        record: Publishable | None,
        mine: Any = None,
        faults: list[str] | None = None,
    ) -> HttpResponse:
        """Show what was typed beside what stands now, where it can no longer be saved."""
        if not has_right(request.user, "change", self.model):
            raise PermissionDenied
        key = unquote(str(key))
        if not key.isdigit():
            raise Http404
        standing = record or origin_of_gone(self.model, key)
        deletion = None if standing else deletion_of(self.model, key)
        mine = mine or self._typed(request, standing)
        anatomy, known = anatomy_of(self.model), None
        if standing:
            known = read(standing)
        elif deletion:
            known = document_of(deletion)
        is_same_row = standing is None or (standing is record and not standing.is_published)
        context = {
            "is_gone": record is None,
            "deletion": deletion,
            "differences": differences(anatomy, known, mine) if known else [],
            "everything": in_full(anatomy, mine),
            "tasks": tasks_for(request.user, standing) if standing else [],
            "faults": faults or [],
            "key": key,
            "signed": merging.signed(mine),
            "base_edition": merging.base_edition(request) if is_same_row else 0,
            "reason": request.POST.get("change_reason") or request.POST.get("reason", ""),
            "may_go_on": bool(standing and workflow.may_go_on(request.user, standing)),
            "may_restore": bool(deletion and has_right(request.user, "delete", self.model)),
            "may_add": bool(deletion and has_right(request.user, "add", self.model)),
        }
        return self._page(request, "unsaved", standing, _("Your text is not saved"), context, 409)

    def _typed(self, request: HttpRequest, record: Publishable | None) -> Document:
        """Give what a form holds, whatever has become of the record since it was opened."""
        fresh = self._required(request, record.pk) if record else self.model()
        fresh.state = PublicationState.DRAFT  # never saved: otherwise the form had no fields
        form_class = self.get_form(request, fresh, change=True)
        form = form_class(request.POST, request.FILES, instance=fresh)
        formsets, _inlines = self._create_formsets(request, fresh, change=True)  # type: ignore[attr-defined]
        return merging.typed(self.model, form, formsets)
