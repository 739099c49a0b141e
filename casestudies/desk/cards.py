"""What waits among the cases: those to be compared with their sources again."""

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from casestudies.completeness import Level, gaps
from casestudies.desk.filters import LONG_AGO, NEVER, is_stale
from casestudies.models import CaseStudy
from portal.desk.dashboard import ROWS, Card, Link, Row, change_address, list_address, register
from portal.desk.states import watch

LABEL = CaseStudy._meta.label_lower


def _stale(request: HttpRequest) -> Card | None:
    """Give the published cases that were not checked for a year, those never checked first."""
    owner = admin.site.get_model_admin(CaseStudy)
    if not owner.has_view_permission(request):
        return None
    cases = owner.get_queryset(request).filter(is_stale(), state="published")
    first = cases.order_by(F("last_checked").asc(nulls_first=True), "title")
    rows = tuple(
        Row(
            title,
            change_address(LABEL, key),
            date_format(checked, "DATE_FORMAT") if checked else _("never checked"),
        )
        for key, title, checked in first.values_list("pk", "title", "last_checked")[:ROWS]
    )
    links = (
        Link(_("Never checked"), list_address(LABEL, f"?checked={NEVER}&state=published")),
        Link(_("Over 12 months ago"), list_address(LABEL, f"?checked={LONG_AGO}&state=published")),
    )
    return Card(
        _("To be checked against their sources"),
        rows,
        cases.count(),
        links if rows else (),
        _("Every published case was checked in the last 12 months."),
    )


def _gaps(request: HttpRequest) -> Card | None:
    """Give the published cases whose records are least complete."""
    owner = admin.site.get_model_admin(CaseStudy)
    if not owner.has_view_permission(request):
        return None
    rows = tuple(
        Row(title, change_address(LABEL, key), _("%(score)d of 100") % {"score": score})
        for key, title, score in gaps().values_list("pk", "title", "completeness")[:ROWS]
    )
    links = tuple(
        Link(level.label, list_address(LABEL, f"?completeness={level.value}&state=published"))
        for level in (Level.SPARSE, Level.PARTIAL)
    )
    empty = _("Every published record is nearly complete.")
    return Card(_("Least complete"), rows, None, links if rows else (), empty)


watch(CaseStudy)
register(_gaps, order=30)
register(_stale, order=40)
