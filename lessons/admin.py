"""The lessons in the admin."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from lessons.models import (
    BaselineChecklist,
    BaselineQuestion,
    BaselineSection,
    BaselineSource,
    Evidence,
    GlossaryName,
    GlossaryTerm,
    Lesson,
    LessonPartnershipType,
    LessonSource,
    LessonTheme,
    PracticePointer,
)
from portal.admin import ContentAdmin, OrderedInline, PublishableAdmin
from portal.desk.filters import StateFilter, TermFilter
from portal.desk.options import DeskInline


class PracticePointerInline(OrderedInline):
    """Practice pointers of a lesson."""

    model = PracticePointer


class LessonSourceInline(OrderedInline):
    """Sources of a lesson."""

    model = LessonSource


class EvidenceInline(DeskInline):
    """Cases that speak to a lesson."""

    model = Evidence
    autocomplete_fields = ["case"]


class ThemeFilter(TermFilter):
    """The themes of a lesson."""

    title = _("theme")
    parameter = "theme"
    links = LessonTheme


class PartnershipTypeFilter(TermFilter):
    """The partnership types of a lesson."""

    title = _("SDG 17 partnership type")
    parameter = "sdg17"
    links = LessonPartnershipType


@admin.register(Lesson)
class LessonAdmin(PublishableAdmin):
    """Lessons with pointers, evidence and sources."""

    list_display = ["number", "title", "standing", "report_chapter", "updated_at"]
    list_display_links = ["title"]
    list_filter = [StateFilter, ThemeFilter, PartnershipTypeFilter]
    search_fields = ["title", "summary", "discussion", "sources__title", "sources__publisher"]
    prepopulated_fields = {"slug": ["title"]}
    fieldsets = [
        (None, {"fields": ["number", "title", "slug", "summary", "discussion"]}),
        (_("What it is about"), {"fields": ["audiences", "themes", "partnership_types"]}),
        (_("The 2022 report"), {"fields": ["seed_paragraph", "report_chapter"]}),
        PublishableAdmin.PUBLICATION,
    ]
    inlines = [PracticePointerInline, EvidenceInline, LessonSourceInline]


@admin.register(Evidence)
class EvidenceAdmin(ContentAdmin):
    """Links between lessons and cases, to search: they are edited, and reviewed, on the lesson."""

    list_display = ["lesson", "case", "stance"]
    list_select_related = ["lesson", "case"]
    list_filter = ["stance", "lesson"]
    search_fields = ["note", "lesson__title", "case__title"]
    show_facets = admin.ShowFacets.ALWAYS

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes here, except with its lesson or case."""
        return obj is None and super().has_delete_permission(request)


class BaselineSourceInline(OrderedInline):
    """Sources of the checklist."""

    model = BaselineSource


@admin.register(BaselineChecklist)
class BaselineChecklistAdmin(ContentAdmin):
    """The checklist itself."""

    list_display = ["title"]
    search_fields = ["title", "purpose"]

    inlines = [BaselineSourceInline]


class BaselineQuestionInline(OrderedInline):
    """Questions of a section."""

    model = BaselineQuestion


@admin.register(BaselineSection)
class BaselineSectionAdmin(ContentAdmin):
    """Sections of the checklist with their questions."""

    list_display = ["name", "slug", "position"]
    search_fields = ["name"]
    inlines = [BaselineQuestionInline]
    filter_horizontal = ["based_on"]


@admin.register(BaselineQuestion)
class BaselineQuestionAdmin(ContentAdmin):
    """All questions of the checklist, to search and filter."""

    list_display = ["question", "section", "answer_type", "red_flag"]
    list_select_related = ["section"]
    list_filter = ["section", "answer_type", "red_flag"]
    search_fields = ["question", "why", "how"]
    show_facets = admin.ShowFacets.ALWAYS


class GlossaryNameInline(OrderedInline):
    """Other names of a term."""

    model = GlossaryName


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ContentAdmin):
    """Glossary terms with their other names."""

    desk_group = "words"
    list_display = ["term", "expansion", "definition"]
    search_fields = ["term", "expansion", "definition", "other_names__name"]
    prepopulated_fields = {"slug": ["term"]}
    inlines = [GlossaryNameInline]
