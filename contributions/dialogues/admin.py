"""The dialogues in the admin: drafting and closing them, and judging what people answered."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contributions.dialogues import closing, moderation
from contributions.dialogues.models import Dialogue, DialogueTheme, Response, Statement
from contributions.dialogues.vocabulary import TextState
from contributions.vocabulary import DeclineReason
from portal.admin import ContentAdmin, OrderedInline, PublishableAdmin
from portal.curation.history import origin_of
from portal.curation.workflow import RefusedError
from portal.desk.filters import StateFilter, TermFilter


class StatementInline(OrderedInline):
    """Statements of a dialogue: fixed as soon as somebody has responded."""

    model = Statement

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether statements may be changed."""
        return super().has_change_permission(request, obj) and not _is_fixed(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether statements may be added."""
        return super().has_add_permission(request, obj) and not _is_fixed(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether statements may be taken out."""
        return super().has_delete_permission(request, obj) and not _is_fixed(request, obj)


def _is_fixed(request: HttpRequest, dialogue: Any) -> bool:
    """Say whether somebody has responded already; asked once a request."""
    if not isinstance(dialogue, Dialogue) or dialogue.pk is None:
        return False
    known: dict[int, bool] = request.__dict__.setdefault("has_responses", {})
    if dialogue.pk not in known:
        origin = origin_of(dialogue)
        assert isinstance(origin, Dialogue)
        known[dialogue.pk] = closing.has_responses(origin)
    return known[dialogue.pk]


class ThemeFilter(TermFilter):
    """The themes of a dialogue."""

    title = gettext_lazy("theme")
    parameter = "theme"
    links = DialogueTheme


@admin.register(Dialogue)
class DialogueAdmin(PublishableAdmin):
    """Dialogues with their statements; published ones can be closed before their last day."""

    list_display = ["title", "state", "how_far", "opens_on", "closes_on", "updated_at"]
    list_filter = [StateFilter, ThemeFilter]
    search_fields = ["title", "question", "background"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["lessons"]
    change_form_template = "contributions/dialogues/desk/change_form.html"
    fieldsets = [
        (None, {"fields": ["title", "slug", "question", "background", "draft_text"]}),
        (gettext_lazy("Who and when"), {
            "fields": ["convenors", "asked", ("opens_on", "closes_on"), "rules"],
        }),
        (gettext_lazy("What it is about"), {"fields": ["themes", "lessons"]}),
        (gettext_lazy("Report, after the end"), {"fields": ["we_asked", "you_said", "we_did"]}),
        PublishableAdmin.PUBLICATION,
    ]  # fmt: skip
    inlines = [StatementInline]

    @admin.display(description=gettext_lazy("status"))
    def how_far(self, dialogue: Dialogue) -> str:
        """Say how far a published dialogue has come."""
        return str(dialogue.status.label) if dialogue.is_published else ""

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a dialogue is closed."""
        page = self.admin_site.admin_view(self.close_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_close"
        return [path("<int:key>/close/", page, name=name), *super().get_urls()]

    def close_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Ask why a dialogue is closed early, and close it."""
        dialogue = self._required(request, key)
        assert isinstance(dialogue, Dialogue)
        if not self.has_publish_permission(request):
            raise PermissionDenied
        refused: list[str] = []
        if request.method == "POST":
            try:
                closing.close_early(dialogue, request.user, request.POST.get("reason", ""))  # type: ignore[arg-type]
            except RefusedError as error:
                refused = error.reasons
            else:
                messages.success(request, _("Closed: “%(title)s”.") % {"title": dialogue})
                return self._to(dialogue)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Close early"),
            "opts": self.opts,
            "record": dialogue,
            "refused": refused,
        }
        template = "contributions/dialogues/desk/close.html"
        return TemplateResponse(request, template, context, status=409 if refused else 200)


Judge = Callable[[Response, Any, "JudgementForm"], None]
STEPS: dict[str, Judge] = {
    "claim": lambda response, by, form: moderation.claim(response, by, form.edition, form.note),
    "release": lambda response, by, form: moderation.release(response, by, form.edition, form.note),
    "publish": lambda response, by, form: moderation.publish(response, by, form.edition, form.note),
    "decline": lambda response, by, form: moderation.decline(
        response, by, form.edition, form.cleaned_data["reason"], form.note
    ),
    "flag": lambda response, by, form: moderation.flag(response, by, form.edition, form.note),
    "let-in": lambda response, by, form: moderation.let_in(response, by, form.edition, form.note),
    "shut-out": lambda response, by, form: moderation.shut_out(
        response, by, form.edition, form.note
    ),
}


class JudgementForm(forms.Form):
    """What a moderator says of a response. Publishing asks for the question of harm."""

    step = forms.ChoiceField(choices=[(name, name) for name in STEPS])
    seen = forms.CharField()
    is_harmless = forms.BooleanField(
        label=gettext_lazy(
            "I have asked myself: could this expose an informal miner, a whistle-blower or a "
            "child? It does not."
        ),
        required=False,
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"),
        choices=[("", "---------"), *DeclineReason.choices],
        required=False,
    )
    remark = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For your colleagues. No names, and no words of the response."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    @property
    def edition(self) -> str:
        """Which words were judged."""
        return str(self.cleaned_data["seen"])

    @property
    def note(self) -> str:
        """The note."""
        return str(self.cleaned_data["remark"]).strip()

    def clean(self) -> dict[str, Any]:
        """Ask the question of harm before anything is published."""
        values = super().clean() or {}
        if values.get("step") == "publish" and not values.get("is_harmless"):
            self.add_error("is_harmless", _("Answer this before you publish."))
        return values


@admin.register(Response)
class ResponseAdmin(ContentAdmin):
    """What people answered, for those who may moderate; nobody edits it, and nobody deletes it."""

    list_display = [
        "sent_at",
        "dialogue",
        "kind",
        "excerpt",
        "text_state",
        "standing",
        "is_flagged",
        "claimed_by",
    ]
    list_display_links = ["sent_at", "excerpt"]
    list_select_related = ["dialogue", "claimed_by"]
    list_filter = ["text_state", "standing", "is_flagged", "dialogue"]
    search_fields = ["text", "code"]
    ordering = ["sent_at", "pk"]
    list_per_page = 50
    actions = None
    show_facets = admin.ShowFacets.ALWAYS

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Say whether the list stands on the desk."""
        return moderation.may_moderate(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say whether the person may read responses."""
        return moderation.may_moderate(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes what others said."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes: a response is declined, shut out, or withdrawn by its author."""
        return False

    @admin.display(description=gettext_lazy("text"))
    def excerpt(self, response: Response) -> str:
        """Give the beginning of the text."""
        return f"{response.text[:80]}…" if len(response.text) > 80 else response.text or "–"

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a response is judged."""
        page = self.admin_site.admin_view(self.judge_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_judge"
        return [path("<int:key>/judge/", page, name=name), *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Lead from the list to the page on which a response is judged."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if not object_id.isdecimal():
            raise Http404
        return redirect(self._judge_url(int(object_id)))

    def judge_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """Show a response with all that was done to it, and take a step."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Response.objects.select_related(
            "dialogue", "country", "claimed_by", "reply_to__dialogue"
        )
        response = get_object_or_404(rows, pk=key)
        form = JudgementForm(request.POST) if request.method == "POST" else JudgementForm()
        refused: list[str] = []
        if form.is_bound and form.is_valid():
            try:
                STEPS[form.cleaned_data["step"]](response, request.user, form)
            except RefusedError as error:
                refused = error.reasons
            else:
                messages.success(request, _("Done."))
                if form.cleaned_data["step"] == "claim":
                    return redirect(self._judge_url(response.pk))
                following = Response.objects.waiting().exclude(pk=response.pk).first()
                if following is not None:
                    return redirect(self._judge_url(following.pk))
                return redirect(reverse("admin:contributions_response_changelist"))
        return self._judge_page(request, response, form, refused)

    def _judge_page(
        self, request: HttpRequest, response: Response, form: JudgementForm, refused: list[str]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Response"),
            "opts": self.opts,
            "response": response,
            "votes": response.votes.select_related("statement").order_by("statement__position"),
            "steps": response.steps.all(),
            "form": form,
            "seen": moderation.edition_of(response),
            "refused": refused,
            "can_publish": response.text and response.text_state != TextState.PUBLISHED,
            "can_decline": response.text and response.text_state != TextState.DECLINED,
        }
        template = "contributions/dialogues/desk/judge.html"
        is_wrong = form.is_bound and (refused or not form.is_valid())
        return TemplateResponse(request, template, context, status=409 if is_wrong else 200)

    def _judge_url(self, key: int) -> str:
        return reverse("admin:contributions_response_judge", args=[key])
