"""The moderators' pages of the admin: the queue, one contribution, flags. Parse, ask, render."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from contributions.models import Attachment, Contribution, Flag
from contributions.moderation import queue, services
from contributions.moderation.judgement import Judgement
from contributions.moderation.services import may_moderate
from contributions.publication import text_of, title_of
from contributions.sending.cautions import cautions_in
from contributions.sending.files import content_of
from contributions.sending.forms import KINDS, composed
from contributions.vocabulary import ContributionState, DeclineReason
from portal.curation.workflow import RefusedError
from portal.markdown import render
from portal.safety.audit import record
from portal.safety.models import AuditAction

YES_NO = {"yes": True, "no": False}


class QueueFilter(admin.SimpleListFilter):
    """Which part of the queue; what waits and looks sound, unless another one is chosen."""

    title = gettext_lazy("queue")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Give the parts."""
        return [
            ("slow", gettext_lazy("Slower queue: something is odd")),
            ("asked", gettext_lazy("Waiting for the contributor")),
            ("decided", gettext_lazy("Decided")),
            ("all", gettext_lazy("All")),
        ]

    def choices(self, changelist: Any) -> Any:
        """Give the parts with their addresses; the first is what one sees without a choice."""
        for value, label in [(None, gettext_lazy("Waiting")), *self.lookup_choices]:
            query = changelist.get_query_string({self.parameter_name: value} if value else {},
                                                [] if value else [self.parameter_name])  # fmt: skip
            yield {"selected": self.value() == value, "query_string": query, "display": label}

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Keep what belongs to the part."""
        State = ContributionState  # noqa: N806  # a short name for the list
        waiting = queryset.filter(state__in=services.WAITING)
        parts = {
            None: waiting.filter(oddities=[]) | waiting.filter(state=State.APPEALED),
            "slow": waiting.exclude(oddities=[]),
            "asked": queryset.filter(state=State.ASKED),
            "decided": queryset.filter(decided_at__isnull=False),
            "all": queryset,
        }
        return parts.get(self.value(), parts[None])


class ModeratorAdmin(admin.ModelAdmin[Any]):
    """Rows that moderators see, and change by steps only."""

    desk_group = "table"
    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say who sees these in the menu."""
        return may_moderate(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say who may look."""
        return may_moderate(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes but by steps."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: contributors withdraw."""
        return False


@admin.register(Contribution)
class ContributionAdmin(ModeratorAdmin):
    """What was sent in: the queue, and one contribution with the steps of a moderator."""

    list_display = ["reference", "kind", "about", "age", "marks", "state", "claimed_by"]
    list_filter = [QueueFilter, "kind", "stakeholder_kind", "identity"]
    list_select_related = ["case", "lesson", "claimed_by"]
    list_per_page = 50
    search_fields = ["reference"]
    ordering = ["sent_at", "pk"]
    show_facets = admin.ShowFacets.ALLOW

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contribution]:
        """Leave out what is not sent yet and what was withdrawn: neither is anybody's business."""
        hidden = [ContributionState.DRAFT, ContributionState.WITHDRAWN]
        return super().get_queryset(request).exclude(state__in=hidden)

    @admin.display(description=gettext_lazy("about"))
    def about(self, contribution: Contribution) -> str:
        """Give what it is about."""
        return str(contribution.case or contribution.lesson or "–")

    @admin.display(description=gettext_lazy("waiting since"), ordering="sent_at")
    def age(self, contribution: Contribution) -> str:
        """Give how long it has waited."""
        return timesince(contribution.sent_at or contribution.created_at, depth=1)

    @admin.display(description=gettext_lazy("marks"))
    def marks(self, contribution: Contribution) -> str:
        """Give what a moderator should see at once."""
        marks = [
            (contribution.is_risky, _("risk to persons")),
            (contribution.is_escalated, _("second opinion asked for")),
            (contribution.state == ContributionState.APPEALED, _("appeal")),
            (bool(contribution.oddities), _("odd")),
        ]
        return ", ".join(word for holds, word in marks if holds) or "–"

    def get_urls(self) -> list[URLPattern]:
        """Add the steps and the files."""
        wrap = self.admin_site.admin_view
        name = "contributions_contribution"
        own = [
            path("queue/", wrap(self.queue_view), name=f"{name}_queue"),
            path("<int:key>/step/", wrap(require_POST(self.step_view)), name=f"{name}_step"),
            path("<int:key>/file/<int:file>/", wrap(self.file_view), name=f"{name}_file"),
        ]
        return [*own, *super().get_urls()]

    def queue_view(self, request: HttpRequest) -> HttpResponse:
        """Show everything that waits: contributions, appeals, flags, responses to dialogues."""
        if not may_moderate(request.user):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Everything that waits"),
            "opts": self.opts,
            "entries": queue.everything(),
            "now": timezone.now(),
        }
        return TemplateResponse(request, "admin/moderation/queue.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what was sent beside what it is about, and the steps."""
        return self._page(request, self._found(request, object_id))

    def step_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Take one step."""
        contribution = self._found(request, key)
        step = STEPS.get(request.POST.get("do", ""))
        if step is None:
            raise Http404
        try:
            step(contribution, request.user, request.POST)
        except RefusedError as error:
            return self._page(request, contribution, error.reasons, status=409)
        messages.success(request, _("Done."))
        contribution.refresh_from_db()
        if contribution.state in services.WAITING or contribution.claimed_by_id:
            return redirect("admin:contributions_contribution_change", key)
        return redirect("admin:contributions_contribution_changelist")

    def file_view(self, request: HttpRequest, key: int, file: int) -> HttpResponse:
        """Give a file that was sent in, to be saved and never shown inside a page."""
        contribution = self._found(request, key)
        found = get_object_or_404(Attachment, pk=file, contribution=contribution)
        record(request.user, AuditAction.EXPORTED, contribution.reference, found.type)
        response = HttpResponse(content_of(found), content_type="application/octet-stream")
        extension = found.type.partition("/")[2]
        name = f"{contribution.reference}-{found.pk}.{extension}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def _found(self, request: HttpRequest, key: Any) -> Contribution:
        if not may_moderate(request.user):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("case", "lesson", "country", "contact")
        if not (str(key).isascii() and str(key).isdigit()):
            raise Http404
        return get_object_or_404(rows, pk=key)

    def _page(
        self,
        request: HttpRequest,
        contribution: Contribution,
        faults: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        original = composed(KINDS[contribution.kind], contribution.answers)
        typed = request.POST if faults else {}
        context = {
            **self.admin_site.each_context(request),
            "title": f"{contribution.get_kind_display()} {contribution.reference}",
            "opts": self.opts,
            "record": contribution,
            "contribution": contribution,
            "original": render(original),
            "other_answers": _other_answers(contribution),
            "public_title": typed.get("title", title_of(contribution)),
            "public_text": typed.get("text", text_of(contribution)),
            "cautions": cautions_in(original),
            "steps": (taken := list(contribution.steps.select_related("by"))),
            "objection": services.open_objection(contribution, taken),
            "files": contribution.attachments.all(),
            "contact": getattr(contribution, "contact", None),
            "seen": services.edition_of(contribution),
            "is_mine": contribution.claimed_by_id == request.user.pk,
            "reasons": DeclineReason,
            "invitations": services.open_invitations(contribution) if contribution.case else [],
            "typed": typed,
            "faults": faults or [],
            "now": timezone.now(),
        }
        return TemplateResponse(
            request, "admin/moderation/contribution.html", context, status=status
        )


def _other_answers(contribution: Contribution) -> list[tuple[str, str]]:
    """Give the answers that are no part of the text for the public."""
    kind = KINDS[contribution.kind]
    shown = {part.name for part in kind.parts}
    fields = {name: field for form in kind.steps for name, field in form.base_fields.items()}
    return [
        (str(fields[name].label), value)
        for name, value in contribution.answers.items()
        if value and name not in shown and name in fields
    ]


def _judgement(data: Any) -> Judgement:
    return Judgement(
        YES_NO.get(data.get("could_harm", "")), YES_NO.get(data.get("is_accusing", ""))
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


Step = Callable[[Contribution, Any, Any], None]
# Those that say something about the text tell which edition was read (`seen`).
STEPS: dict[str, Step] = {
    "claim": lambda row, by, data: services.claim(row, by),
    "release": lambda row, by, data: services.release(row, by),
    "redact": lambda row, by, data: services.redact(
        row,
        by,
        data.get("title", "").strip()[:160],
        data.get("text", "").strip(),
        data.getlist("left_out"),
        _judgement(data),
        seen=data.get("seen", ""),
    ),
    "ask": lambda row, by, data: services.ask(row, by, data.get("question", "")),
    "risk": lambda row, by, data: services.mark_risky(row, by, data.get("is_risky") == "yes"),
    "escalate": lambda row, by, data: services.escalate(row, by, data.get("why", "")),
    "second": lambda row, by, data: services.second(
        row, by, data.get("opinion", ""), seen=data.get("seen", "")
    ),
    "object": lambda row, by, data: services.object_to(
        row, by, data.get("opinion", ""), seen=data.get("seen", "")
    ),
    "invite": lambda row, by, data: services.invite(row, by, data.get("party", "")),
    "publish": lambda row, by, data: services.publish(
        row,
        by,
        _judgement(data),
        _number(data.get("invitation", "")),
        seen=data.get("seen", ""),
    ),
    "take-down": lambda row, by, data: services.take_down(
        row, by, data.get("reason", ""), data.get("explanation", "")
    ),
    "decline": lambda row, by, data: services.decline(
        row, by, data.get("reason", ""), data.get("explanation", ""), seen=data.get("seen", "")
    ),
}


@admin.register(Flag)
class FlagAdmin(ModeratorAdmin):
    """What readers say should not stand there so."""

    list_display = ["__str__", "made_at", "closed_at", "closed_by"]
    list_filter = [("closed_at", admin.EmptyFieldListFilter), "is_odd"]
    list_select_related = ["perspective", "response__dialogue", "closed_by"]
    ordering = ["closed_at", "made_at"]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show a flag; take what came of it."""
        if not may_moderate(request.user):
            raise PermissionDenied
        if not (str(object_id).isascii() and str(object_id).isdigit()):
            raise Http404
        flag = get_object_or_404(
            Flag.objects.select_related("perspective", "response__dialogue"), pk=object_id
        )
        fault = ""
        if request.method == "POST":
            try:
                services.close_flag(flag, request.user, request.POST.get("outcome", ""))
            except RefusedError as error:
                fault = str(error)
            else:
                return redirect("admin:contributions_flag_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Flag"),
            "opts": self.opts,
            "record": flag,
            "flag": flag,
            "fault": fault,
            "sent": getattr(flag.perspective, "contribution", None),
        }
        status = 400 if fault else 200
        return TemplateResponse(request, "admin/moderation/flag.html", context, status=status)
