"""The case studies in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import amounts_brought, assess, with_amounts
from casestudies.desk import filters
from casestudies.desk.export import PickedAdmin, export_action
from casestudies.desk.forms import CaseForm
from casestudies.desk.position import position_map
from casestudies.desk.sources import FigureForm, FigureFormSet, SourceFormSet
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
from casestudies.search import CASE_INDEX
from portal.admin import ContentAdmin, OrderedInline, PublishableAdmin, RecreatedFormSet
from portal.desk.filters import StateFilter
from portal.desk.sections import rows_of
from portal.vocabulary_admin import VocabularyAdmin


class CaseCompanyInline(OrderedInline):
    """Companies of a case."""

    model = CaseCompany
    verbose_name, verbose_name_plural = _("company"), _("companies")
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
    formset = SourceFormSet


class FigureInline(OrderedInline):
    """Figures of a case, resting on its own sources."""

    model = Figure
    form = FigureForm
    formset = FigureFormSet
    exclude = ["position", "source"]  # the form's own field names the source by its place
    fields = ["label", "value", "unit", "year", "claimed_by", "source", "order"]

    class Media:
        js = ["desk/sources.js"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Figure]:
        """Fetch the sources with their rows: who may only look reads their titles."""
        return super().get_queryset(request).select_related("source")


class PartyInline(OrderedInline):
    """Parties of a case."""

    model = Party


@admin.register(CaseStudy)
class CaseStudyAdmin(PickedAdmin, PublishableAdmin):
    """Case studies with everything that belongs to them."""

    actions = [*PublishableAdmin.actions, export_action]
    form = CaseForm
    joined = ("collection",)
    list_display = [
        "title",
        "standing",
        "mine",
        "outcome_status",
        "score",
        "updated_at",
    ]
    list_filter = [
        StateFilter,
        filters.CompletenessFilter,
        filters.CollectionFilter,
        filters.LastCheckedFilter,
        filters.CountryFilter,
        filters.CompanyFilter,
        filters.ThemeFilter,
        filters.PartnershipTypeFilter,
        filters.OutcomeFilter,
        filters.StageFilter,
        filters.AsgmStatusFilter,
        filters.ReportFilter,
    ]
    search_index = CASE_INDEX
    search_fields = [
        "title",
        "summary",
        "mine",
        "place",
        "context",
        "what_was_done",
        "outcome_note",
        "companies__name",
        "companies__aliases",
        "countries__name",
        "sources__title",
        "sources__publisher",
    ]
    search_help_text = _("Finds words in the text, in companies and their other names, in sources.")
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["countries", "collection"]
    readonly_fields = [*PublishableAdmin.readonly_fields, "position_map", "what_to_do_next"]
    # In the order in which a reader meets it on the public page.
    fieldsets = [
        (_("Title and summary"), {"fields": ["title", "slug", "summary"]}),
        (
            _("Where and when"),
            {
                "fields": [
                    "mine",
                    "countries",
                    "place",
                    ("latitude", "longitude"),
                    "position_map",
                    ("year_from", "year_to"),
                    ("mine_stage", "asgm_status"),
                ]
            },
        ),
        rows_of(CaseCompanyInline),
        rows_of(PartyInline),
        (_("Context"), {"fields": ["context"]}),
        (_("What was done"), {"fields": ["what_was_done"]}),
        rows_of(OutcomeInline),
        rows_of(ChallengeInline),
        rows_of(CaseLessonInline),
        (
            _("What became of it"),
            {"fields": [("outcome_status", "outcome_as_of"), "outcome_note", "status_drivers"]},
        ),
        rows_of(FigureInline),
        (_("The setting"), {"fields": CaseStudy.FIELDS, "classes": ["collapse"]}),
        (_("What it is about"), {"fields": ["themes", "partnership_types", "approaches"]}),
        rows_of(SourceInline),
        (_("Provenance"), {"fields": ["collection", "in_wgc_report", "last_checked"]}),
        (_("How complete the record is"), {"fields": ["what_to_do_next"]}),
        PublishableAdmin.PUBLICATION,
    ]
    # In the order in which they are saved: sources before the figures that rest on them.
    inlines = [
        CaseCompanyInline,
        OutcomeInline,
        ChallengeInline,
        CaseLessonInline,
        SourceInline,
        FigureInline,
        PartyInline,
    ]

    class Media:
        js = ["desk/map.js"]

    def for_form(self, rows: Any) -> Any:
        """Have the case bring along what its score is made of."""
        return with_amounts(rows)

    @admin.display(description=_("On the map"))
    def position_map(self, case: CaseStudy) -> SafeString:
        """Give the map on which the site is shown, and set by a click."""
        return position_map(case)

    @admin.display(description=_("complete"), ordering="completeness")
    def score(self, case: CaseStudy) -> int:
        """Give the score of the record, of 100."""
        return case.completeness

    @admin.display(description=_("What to do next"))
    def what_to_do_next(self, case: CaseStudy) -> str:
        """Give the score as last saved, and what would add most to it first."""
        if not case.pk:
            return gettext("Save first: then you will see what the record lacks.")
        context = {"assessment": assess(case, timezone.localdate(), amounts_brought(case))}
        return render_to_string("admin/record/_next_steps.html", context)


@admin.register(Country)
class CountryAdmin(ContentAdmin):
    """Countries."""

    list_display = ["name", "code", "alpha3", "sub_region"]
    list_filter = ["sub_region"]
    search_fields = ["name", "code", "alpha3", "name_fr", "name_es", "name_pt"]
    show_facets = admin.ShowFacets.ALWAYS


@admin.register(Company)
class CompanyAdmin(VocabularyAdmin, ContentAdmin):
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
        return companies.annotate(
            cases_count=Count("cases", filter=Q(cases__working_copy_of=None), distinct=True)
        )

    @admin.display(description=_("case studies"), ordering="cases_count")
    def number_of_cases(self, company: Any) -> int:
        """Give the number of cases that name the company, published or not."""
        return int(company.cases_count)


@admin.register(Collection)
class CollectionAdmin(VocabularyAdmin, ContentAdmin):
    """Collections."""

    list_display = ["name", "slug", "position"]
    list_editable = ["position"]
    search_fields = ["name"]
    prepopulated_fields = {"slug": ["name"]}


class TermAdmin(VocabularyAdmin, ContentAdmin):
    """A term of a controlled vocabulary."""

    desk_group = "words"
    list_display = ["name", "slug", "position", "number_of_cases"]
    list_editable = ["position"]
    search_fields = ["name", "definition"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        """Add the number of cases."""
        records = Q(case_items__content_object__working_copy_of=None)
        counted = Count("case_items", filter=records)
        return super().get_queryset(request).annotate(cases_count=counted)

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

    desk_group = "words"
    list_display = ["name", "position"]
    search_fields = ["name"]


class GoalSourceInline(OrderedInline):
    """Sources of the guide to the goal."""

    model = GoalSource


@admin.register(Goal)
class GoalAdmin(ContentAdmin):
    """The goal itself."""

    desk_group = "words"
    list_display = ["number", "name"]
    search_fields = ["name", "statement"]

    inlines = [GoalSourceInline]


@admin.register(Target)
class TargetAdmin(ContentAdmin):
    """Targets."""

    desk_group = "words"
    list_display = ["number", "partnership_type", "paraphrase"]
    list_select_related = ["partnership_type"]
    list_filter = ["partnership_type", "wording_seen"]
    search_fields = ["number", "paraphrase", "relevance"]
    show_facets = admin.ShowFacets.ALWAYS
