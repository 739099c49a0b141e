"""The case studies in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, ForeignKey, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import Level, assess, range_of
from casestudies.models import (
    Approach,
    CaseCompany,
    CaseLesson,
    CaseStudy,
    Challenge,
    Collection,
    Company,
    Country,
    Figure,
    Goal,
    GoalGroup,
    GoalSource,
    Outcome,
    PartnershipType,
    Party,
    Source,
    Target,
    Theme,
)
from portal.admin import ContentAdmin, OrderedInline, PublishableAdmin, RecreatedFormSet


class CaseCompanyInline(OrderedInline):
    """Companies of a case."""

    model = CaseCompany
    formset = RecreatedFormSet
    autocomplete_fields = ["company"]


class OutcomeInline(OrderedInline):
    """Outcomes of a case."""

    model = Outcome


class ChallengeInline(OrderedInline):
    """Challenges of a case."""

    model = Challenge


class CaseLessonInline(OrderedInline):
    """Lessons of a case."""

    model = CaseLesson


class SourceInline(OrderedInline):
    """Sources of a case."""

    model = Source


class FigureInline(OrderedInline):
    """Figures of a case, resting on its own sources."""

    model = Figure
    verbose_name_plural = _("figures (save new sources first, then pick them here)")

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer only the sources of the case that is open."""
        if db_field.name == "source":
            match = request.resolver_match
            case = match.kwargs.get("object_id") if match else None
            own = Source.objects.filter(case_id=case) if case else Source.objects.none()
            kwargs["queryset"] = own
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PartyInline(OrderedInline):
    """Parties of a case."""

    model = Party


class LevelFilter(admin.SimpleListFilter):
    """Cases by how complete their records are."""

    title = _("completeness")
    parameter_name = "level"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Give the levels."""
        return Level.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the cases of a level."""
        level = self.value()
        if level not in Level.values:
            return queryset
        return queryset.filter(completeness__range=range_of(Level(level)))


@admin.register(CaseStudy)
class CaseStudyAdmin(PublishableAdmin):
    """Case studies with everything that belongs to them."""

    list_display = ["title", "state", "collection", "mine", "outcome_status", "score", "updated_at"]
    list_select_related = ["collection"]
    list_filter = [
        "state",
        LevelFilter,
        "collection",
        "outcome_status",
        "mine_stage",
        "asgm_status",
        "themes",
        "countries",
        "in_wgc_report",
        "last_checked",
    ]
    search_fields = ["title", "summary", "mine", "place", "companies__name", "sources__title"]
    readonly_fields = [*PublishableAdmin.readonly_fields, "what_to_do_next"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["countries", "collection"]
    fieldsets = [
        (None, {"fields": ["title", "slug", "summary", "collection"]}),
        (
            _("Where and when"),
            {
                "fields": [
                    "mine",
                    "countries",
                    "place",
                    ("latitude", "longitude"),
                    ("year_from", "year_to"),
                    ("mine_stage", "asgm_status"),
                ]
            },
        ),
        (
            _("What it is about"),
            {"fields": ["themes", "partnership_types", "approaches"], "classes": ["collapse"]},
        ),
        (_("The account"), {"fields": ["context", "what_was_done"]}),
        (
            _("What came of it"),
            {"fields": [("outcome_status", "outcome_as_of"), "outcome_note", "status_drivers"]},
        ),
        (_("The setting"), {"fields": CaseStudy.FIELDS, "classes": ["collapse"]}),
        (_("Provenance"), {"fields": ["in_wgc_report", "last_checked"]}),
        (_("How complete the record is"), {"fields": ["what_to_do_next"]}),
        PublishableAdmin.PUBLICATION,
    ]
    inlines = [
        CaseCompanyInline,
        OutcomeInline,
        ChallengeInline,
        CaseLessonInline,
        SourceInline,
        FigureInline,
        PartyInline,
    ]

    @admin.display(description=_("complete"), ordering="completeness")
    def score(self, case: CaseStudy) -> int:
        """Give the score of the record, of 100."""
        return case.completeness

    @admin.display(description=_("What to do next"))
    def what_to_do_next(self, case: CaseStudy) -> str:
        """Give the score as last saved, and what would add most to it first. One query."""
        if not case.pk:
            return gettext("Save first: then you will see what the record lacks.")
        context = {"assessment": assess(case, timezone.localdate())}
        return render_to_string("admin/record/_next_steps.html", context)


@admin.register(Country)
class CountryAdmin(ContentAdmin):
    """Countries."""

    list_display = ["name", "code", "alpha3", "sub_region"]
    list_filter = ["sub_region"]
    search_fields = ["name", "code", "alpha3", "name_fr", "name_es", "name_pt"]
    show_facets = admin.ShowFacets.ALWAYS


@admin.register(Company)
class CompanyAdmin(ContentAdmin):
    """Companies."""

    list_display = ["name", "home_country", "number_of_cases"]
    list_select_related = ["home_country"]
    list_filter = ["home_country"]
    search_fields = ["name", "aliases"]
    autocomplete_fields = ["home_country"]
    prepopulated_fields = {"slug": ["name"]}
    show_facets = admin.ShowFacets.ALWAYS

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """Add the number of cases."""
        companies: QuerySet[Company] = super().get_queryset(request)
        return companies.annotate(cases_count=Count("cases", distinct=True))

    @admin.display(description=_("case studies"), ordering="cases_count")
    def number_of_cases(self, company: Any) -> int:
        """Give the number of cases that name the company, published or not."""
        return int(company.cases_count)


@admin.register(Collection)
class CollectionAdmin(ContentAdmin):
    """Collections."""

    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class TermAdmin(ContentAdmin):
    """A term of a controlled vocabulary."""

    list_display = ["name", "slug", "position", "number_of_cases"]
    search_fields = ["name", "definition"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        """Add the number of cases."""
        return super().get_queryset(request).annotate(cases_count=Count("case_items"))

    @admin.display(description=_("case studies"), ordering="cases_count")
    def number_of_cases(self, term: Any) -> int:
        """Give the number of cases that carry the term, published or not."""
        return int(term.cases_count)


admin.site.register(Theme, TermAdmin)
admin.site.register(Approach, TermAdmin)


class TargetInline(admin.TabularInline[Target, PartnershipType]):
    """Targets that a partnership type covers."""

    model = Target
    extra = 0


@admin.register(PartnershipType)
class PartnershipTypeAdmin(TermAdmin):
    """Partnership types with their targets."""

    list_filter = ["group"]
    show_facets = admin.ShowFacets.ALWAYS
    inlines = [TargetInline]


@admin.register(GoalGroup)
class GoalGroupAdmin(ContentAdmin):
    """Groups of targets."""

    list_display = ["name", "position"]
    search_fields = ["name"]


class GoalSourceInline(OrderedInline):
    """Sources of the guide to the goal."""

    model = GoalSource


@admin.register(Goal)
class GoalAdmin(ContentAdmin):
    """The goal itself."""

    list_display = ["number", "name"]
    search_fields = ["name", "statement"]

    inlines = [GoalSourceInline]


@admin.register(Target)
class TargetAdmin(ContentAdmin):
    """Targets."""

    list_display = ["number", "partnership_type", "paraphrase"]
    list_select_related = ["partnership_type"]
    list_filter = ["partnership_type", "wording_seen"]
    search_fields = ["number", "paraphrase", "relevance"]
    show_facets = admin.ShowFacets.ALWAYS
