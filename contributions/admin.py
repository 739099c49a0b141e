"""The contributions in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

import contributions.dialogues.admin  # noqa: F401
from contributions.models import (
    Organisation,
    Perspective,
    PerspectivePartnershipType,
    PerspectiveSource,
    PerspectiveTheme,
)
from contributions.moderation import desk
from portal.admin import ContentAdmin, OrderedInline, PublishableAdmin
from portal.desk.filters import StateFilter, TermFilter
from portal.vocabulary_admin import VocabularyAdmin

__all__ = ["desk"]  # registers the moderators' pages


@admin.register(Organisation)
class OrganisationAdmin(VocabularyAdmin, ContentAdmin):
    """Organisations."""

    list_display = ["name", "kind", "country"]
    list_select_related = ["country"]
    list_filter = ["kind", "country"]
    search_fields = ["name"]
    autocomplete_fields = ["country"]
    show_facets = admin.ShowFacets.ALWAYS


class PerspectiveSourceInline(OrderedInline):
    """Sources of a perspective."""

    model = PerspectiveSource


class ThemeFilter(TermFilter):
    """The themes of a perspective."""

    title = _("theme")
    parameter = "theme"
    links = PerspectiveTheme


class PartnershipTypeFilter(TermFilter):
    """The partnership types of a perspective."""

    title = _("SDG 17 partnership type")
    parameter = "sdg17"
    links = PerspectivePartnershipType


@admin.register(Perspective)
class PerspectiveAdmin(PublishableAdmin):
    """Perspectives with their sources and links."""

    list_display = ["title", "organisation", "standing", "in_wgc_report", "updated_at"]
    list_select_related = ["organisation"]
    list_filter = [
        StateFilter,
        "organisation__kind",
        ThemeFilter,
        PartnershipTypeFilter,
        "in_wgc_report",
    ]
    search_fields = [
        "title",
        "body",
        "organisation__name",
        "sources__title",
        "sources__publisher",
    ]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["organisation", "lessons", "cases"]
    fieldsets = [
        (None, {"fields": ["organisation", "title", "slug", "body", "note"]}),
        (_("What it is about"), {"fields": ["themes", "partnership_types"]}),
        (_("What it speaks to"), {"fields": ["lessons", "cases"]}),
        (_("Provenance"), {"fields": ["in_wgc_report"]}),
        PublishableAdmin.PUBLICATION,
    ]
    inlines = [PerspectiveSourceInline]
