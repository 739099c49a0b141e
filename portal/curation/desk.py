"""The pages of the admin on which records go their way: forms, steps, history, restoring.

`RecordAdmin` is what the admins of cases, lessons and perspectives have in common. Its views parse,
ask the services and render.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.changes import change
from portal.curation import merging, workflow
from portal.curation.anatomy import anatomy_of
from portal.curation.bulk import step_action, tag_action
from portal.curation.compare import differences
from portal.curation.document import read
from portal.curation.history import (
    deleted_records,
    document_of,
    origin_of_gone,
    steps_of,
    titles_at,
    written_by_others,
)
from portal.curation.previews import preview_path
from portal.curation.rights import has_right, may_edit
from portal.curation.tasks import BY_NAME, DELETE, tasks_for
from portal.curation.two_people import TwoPeoplePages
from portal.desk.forms import KnownForm
from portal.models import Step

PER_PAGE = 50  # records that a page lists


class RecordForm(KnownForm):
    """A record's form: which edition it was opened at, and what was changed."""

    seen_edition = forms.IntegerField(required=False, widget=forms.HiddenInput)
    change_reason = forms.CharField(
        label=gettext_lazy("What you changed, and why"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("For your colleagues: it stands in the history."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen_edition"] = self.instance.edition

    @property
    def changes_record(self) -> bool:
        """Say whether anything of the record itself was changed."""
        return bool(set(self.changed_data) - {"seen_edition", "change_reason"})


class RecordAdmin(TwoPeoplePages):
    """Records that are drafted, reviewed and published; see portal/curation/workflow.py."""

    form = RecordForm
    change_form_template = "admin/record/change_form.html"
    change_list_template = "admin/record/change_list.html"
    delete_confirmation_template = "admin/record/delete_confirmation.html"

    actions = [
        *(step_action(BY_NAME[name]) for name in ("submit", "publish", "archive")),
        tag_action,
        step_action(DELETE),  # instead of Django's own, which asks for no reason
    ]

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, record: Any) -> str:
        """Give the state of a record, and whether it is a change of another one."""
        state = record.get_state_display()
        return f"{state} ({_('working copy')})" if record.working_copy_of_id else state

    # --- What may be done -----------------------------------------------------------------------

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may judge what others wrote."""
        return has_right(request.user, "review", self.model)

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Say whether the person may publish and archive."""
        return has_right(request.user, "publish", self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may edit here: what the public sees is edited in a copy."""
        if obj is None:
            return super().has_change_permission(request)
        return may_edit(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may delete: never what was public, and no working copy."""
        if obj is not None and (obj.published_at or obj.working_copy_of_id):
            return False
        return super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        """Give records and their working copies; where one is picked, only records."""
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match and match.url_name == "autocomplete":
            rows = rows.filter(working_copy_of=None)
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Keep the address of what has been public."""
        fields = [*super().get_readonly_fields(request, obj)]
        return [*fields, "slug"] if obj and (obj.published_at or obj.working_copy_of_id) else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Make the address from the title, while there is none."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the public page where there is one."""
        is_there = obj is not None and (obj.is_published or obj.working_copy_of_id)
        return super().get_view_on_site_url(obj) if is_there else None

    # --- Saving ---------------------------------------------------------------------------------

    def _changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None,
        form_url: str,
        extra_context: dict[str, Any] | None,
    ) -> Any:
        """Show or save a form. Where somebody else has saved meanwhile, show both.

        What Django calls inside the change that one sent form is (portal/admin.py).
        """
        is_sent = request.method == "POST"
        record = self._record(request, object_id, is_locked=is_sent) if object_id else None
        request.desk_record = record  # type: ignore[attr-defined]
        if record and is_sent and may_edit(request.user, record):
            if merging.is_outdated(request, record):
                return self._merge(request, record)
            workflow.store_once(record)
        elif object_id and merging.was_overtaken(request, record):
            return self._unsaved(request, object_id, record)
        context = {**(extra_context or {}), **self._standing(request, record)}
        return super()._changeform_view(request, object_id, form_url, context)  # type: ignore[misc]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows, and keep a revision if anything was changed."""
        super().save_related(request, form, formsets, change)
        reason = form.cleaned_data.get("change_reason", "")
        if not change or form.changes_record or any(each.has_changed() for each in formsets):
            workflow.save_step(form.instance, request.user, not change, reason)  # type: ignore[arg-type]
        elif reason:
            told = _("Nothing was changed, so your reason “%s” was not kept.")
            messages.warning(request, told % reason)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Delete one; say why where that is not possible any more."""
        try:
            return super().delete_view(request, object_id, *args, **kwargs)
        except workflow.RefusedError as refused:
            messages.error(request, str(refused))
            return redirect(reverse(self._url("change"), args=[object_id]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete, and keep it in the history."""
        workflow.delete(obj, request.user, request.POST.get("reason", ""))  # type: ignore[arg-type]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Give what a deletion takes with it. Whoever may delete a record may delete its rows."""
        listed, counts, needed, protected = super().get_deleted_objects(objs, request)
        own = str(self.opts.verbose_name)
        return listed, counts, {name for name in needed if name == own}, protected

    # --- Pages ----------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of the workflow to those of the admin."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path("deleted/", wrap(self.deleted_view), name=f"{name}_deleted"),
            path("restore/<int:step_id>/", wrap(self.restore_view), name=f"{name}_restore"),
            path("<int:key>/step/<slug:task>/", wrap(self.step_view), name=f"{name}_step"),
            path("<int:key>/was/<int:step_id>/", wrap(self.compare_view), name=f"{name}_compare"),
        ]  # fmt: skip
        return [*own, *super().get_urls()]

    def step_view(self, request: HttpRequest, key: int, task: str) -> HttpResponse:
        """Ask for the reason of a step, and take it."""
        chosen = BY_NAME.get(task)
        if chosen is None:
            raise Http404
        if not has_right(request.user, chosen.right, self.model):
            raise PermissionDenied
        is_gone = self._record(request, key) is None
        if is_gone and (origin := origin_of_gone(self.model, key)):  # pressed twice
            messages.info(request, _("Already done: this is the record of that working copy."))
            return self._to(origin)
        record = self._required(request, key)
        reason, see = request.POST.get("reason", ""), request.POST.get("see_instead", "")
        refused: list[str] = []
        if request.method == "POST":
            try:
                after = chosen.run(record, request.user, reason.strip(), see.strip())  # type: ignore[arg-type]
            except workflow.RefusedError as error:
                refused = error.reasons
            else:
                done = _("“%(record)s”: done (%(step)s).")
                messages.success(request, done % {"record": record, "step": chosen.label})
                return self._to(after or record)
        elif not chosen.fits(record):
            refused = [_("This step is not possible now.")]
        elif chosen.is_checked:
            refused = [problem.reason for problem in workflow.problems_of(record)]
        context = {"task": chosen, "refused": refused, "reason": reason, "see_instead": see}
        status = 409 if refused and request.method == "POST" else 200
        return self._page(request, "step", record, chosen.label, context, status)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Show all steps of a record, newest first."""
        record = self._required(request, unquote(object_id))
        return self._page(request, "history", record, _("History"), {"steps": steps_of(record)})

    def compare_view(self, request: HttpRequest, key: int, step_id: int) -> HttpResponse:
        """Show what a step changed, or how it differs from what stands now."""
        record = self._required(request, key)
        step = get_object_or_404(steps_of(record), pk=step_id)
        previous = steps_of(record).filter(pk__lt=step.pk).first()
        against_now = "now" in request.GET or previous is None
        here = workflow.working_copy_of(record) or record
        old = document_of(step) if against_now else document_of(previous)  # type: ignore[arg-type]
        new = read(here) if against_now else document_of(step)
        context = {
            "step": step,
            "previous": previous,
            "against_now": against_now,
            "differences": differences(anatomy_of(self.model), old, new),
        }
        return self._page(request, "compare", record, _("What changed"), context)

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """List the records that are gone and can come back."""
        if not has_right(request.user, "delete", self.model):
            raise PermissionDenied
        pages = Paginator(deleted_records(self.model), PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        titles = titles_at(page.object_list)
        context = {"steps": [(step, titles[step.pk]) for step in page], "page": page}
        return self._page(request, "deleted", None, _("Deleted records"), context)

    def restore_view(self, request: HttpRequest, step_id: int) -> HttpResponse:
        """Bring a record back to how it stood after a step. Sent only."""
        step = get_object_or_404(Step.objects.select_related("record_type"), pk=step_id)
        if step.record_type.model_class() is not self.model or request.method != "POST":
            raise Http404
        try:
            with change():
                if question := self._restore_question(request, step):
                    return question
                reason = request.POST.get("reason", "")
                record, lost = workflow.restore(step, request.user, reason)  # type: ignore[arg-type]
        except workflow.RefusedError as refused:
            messages.error(request, str(refused))
            return redirect(reverse(self._url("changelist")))
        messages.success(request, _("Restored: “%(record)s”.") % {"record": record})
        slug = document_of(step)["fields"].get("slug")
        if slug not in (None, record.slug):  # type: ignore[attr-defined]
            told = _("Its address is “%(now)s”, not “%(then)s” as it was then.")
            messages.warning(request, told % {"now": record.slug, "then": slug})  # type: ignore[attr-defined]
        for what in lost:
            messages.warning(request, _("No longer there, and left out: %(what)s") % {"what": what})
        return self._to(record)

    def _restore_question(self, request: HttpRequest, step: Step) -> HttpResponse | None:
        """Ask before a restored text takes the place of what somebody else is writing."""
        copies = self.get_queryset(request).filter(working_copy_of=step.record_key)
        copy = copies.select_for_update(of=("self",)).first()
        theirs = written_by_others(copy, request.user) if copy else None  # type: ignore[arg-type]
        if theirs is None or request.POST.get("seen") == str(copy.edition):
            return None
        reason = request.POST.get("reason", "")
        context = {"theirs": theirs, "seen": copy.edition, "reason": reason}
        return self._page(request, "restore", copy, _("Somebody is writing on this"), context, 409)

    # --- Pieces ---------------------------------------------------------------------------------

    def _standing(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """Give where a record stands, and what the person may do with it."""
        if record is None:
            return {}
        is_public = record.is_published
        return {
            "record": record,
            "working_copy": workflow.working_copy_of(record) if is_public else None,
            "tasks": tasks_for(request.user, record),
            "preview_path": preview_path(record),
            "presence_url": reverse(self._url("presence"), args=[record.pk]),
        }

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Give the record for a form, with its last step in the same query."""
        known: Any = getattr(request, "desk_record", None)
        if known is not None and str(known.pk) == str(unquote(object_id)):
            return known
        return super().get_object(request, object_id, from_field)
