"""Actions on several records of a list: the steps of the workflow, and tags."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin import action as display_action
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.changes import change
from portal.curation import notices, workflow
from portal.curation.anatomy import Part, anatomy_of
from portal.curation.document import read, write
from portal.curation.history import record_step
from portal.curation.rights import may_edit, require_right
from portal.curation.tasks import Task
from portal.models import PublicationState, Publishable, Step
from portal.tagging import TermLink

Do = Callable[[Publishable], object]


@dataclass
class Outcome:
    """What became of an action: how many records it changed, and why it left others alone."""

    done: int = 0
    refused: list[tuple[Publishable, str]] = field(default_factory=list)


def each(records: Iterable[Publishable], do: Do) -> Outcome:
    """Do something with each record by itself: one that cannot does not keep the others back."""
    outcome = Outcome()
    for record in records:
        try:
            with transaction.atomic():
                do(record)
        except workflow.RefusedError as refused:
            outcome.refused.append((record, str(refused)))
        except PermissionDenied:
            outcome.refused.append((record, _("You may not do this.")))
        else:
            outcome.done += 1
    return outcome


def vocabularies_of(model: type[Publishable]) -> list[Part]:
    """Give the tags of a kind of record."""
    return [part for part in anatomy_of(model).parts if issubclass(part.model, TermLink)]


def retag(
    record: Publishable,
    by: AbstractBaseUser,
    add: dict[str, set[str]],
    remove: dict[str, set[str]],
) -> None:
    """Add and remove tags, given as slugs by vocabulary; in the working copy of what is public.

    A record that has them already is left alone.
    """
    require_right(by, "change", record)
    with change():
        record = workflow.locked(record, *PublicationState)
        if copy := workflow.working_copy_of(record):
            record = workflow.locked(copy, *PublicationState)
        here = read(record)["parts"]
        wanted = {
            name: ({row["tag"] for row in here[name]} | add.get(name, set()))
            - remove.get(name, set())
            for name in {*add, *remove}
        }
        if all({row["tag"] for row in here[name]} == tags for name, tags in wanted.items()):
            return
        if record.is_published:
            record = workflow.start_change(record, by)
        if not may_edit(by, record):
            reason = _("“%(record)s” cannot be changed now.")
            raise workflow.RefusedError(reason % {"record": record})
        parts = {name: [{"tag": tag} for tag in sorted(tags)] for name, tags in wanted.items()}
        write(record, {"fields": {}, "parts": parts})
        record_step(record, Step.Action.CHANGED, by, _("Tags changed in a list"))


# --- As actions of a list -----------------------------------------------------------------------


def step_action(task: Task) -> Any:
    """Give the action that takes one step of the workflow with every chosen record."""

    def action(desk: ModelAdmin[Any], request: HttpRequest, rows: Any) -> HttpResponse | None:
        person: Any = request.user
        reason = request.POST.get("reason", "").strip()
        if "apply" not in request.POST:
            return _ask(desk, request, rows, task)
        with notices.together():
            outcome = each(rows, lambda record: task.run(record, person, reason, ""))
        _tell(desk, request, outcome)
        return None

    action.__name__ = f"{task.name}_selected"
    decorate = display_action(permissions=[task.right], description=task.label)  # type: ignore[arg-type]
    return decorate(action)


@display_action(permissions=["change"], description=gettext_lazy("Add or take away tags"))
def tag_action(desk: ModelAdmin[Any], request: HttpRequest, rows: Any) -> HttpResponse | None:
    """Add tags to every chosen record, or take them away."""
    vocabularies = vocabularies_of(desk.model)
    if "apply" not in request.POST:
        terms = [(part, part.columns[0].related_model.objects.all()) for part in vocabularies]
        return _ask(desk, request, rows, None, {"vocabularies": terms})
    chosen = {part.name: set(request.POST.getlist(f"tag-{part.name}")) for part in vocabularies}
    chosen = {name: tags for name, tags in chosen.items() if tags}
    person: Any = request.user
    is_removal = request.POST.get("direction") == "remove"
    add, remove = ({}, chosen) if is_removal else (chosen, {})
    _tell(desk, request, each(rows, lambda record: retag(record, person, add, remove)))
    return None


def _ask(
    desk: ModelAdmin[Any],
    request: HttpRequest,
    rows: Any,
    task: Task | None,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show what is about to be done, with which records, and ask for the reason."""
    records: Sequence[Publishable] = list(rows)
    able: list[Publishable] = []
    unable: list[Publishable] = []
    for record in records:
        (able if task is None or task.fits(record) else unable).append(record)
    context = {
        **desk.admin_site.each_context(request),
        "title": task.label if task else _("Tags"),
        "opts": desk.opts,
        "record": None,
        "task": task,
        "able": able,
        "unable": unable,
        "action": request.POST["action"],
        "checkbox": ACTION_CHECKBOX_NAME,
        **(more or {}),
    }
    return TemplateResponse(request, "admin/record/bulk.html", context)


def _tell(desk: ModelAdmin[Any], request: HttpRequest, outcome: Outcome) -> None:
    """Say how many records were changed, and why others were not."""
    if outcome.done:
        text = ngettext("%d record: done.", "%d records: done.", outcome.done) % outcome.done
        desk.message_user(request, text, messages.SUCCESS)
    for record, reason in outcome.refused:
        desk.message_user(request, f"{record}: {reason}", messages.WARNING)
