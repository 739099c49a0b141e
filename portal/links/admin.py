"""Checked addresses in the admin: read-only, with the records that cite them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from portal.links.cited import Citation, citations
from portal.links.models import LinkCheck
from portal.safety.admin import ReadOnlyAdmin


class CitedChangeList(ChangeList):
    """A page of addresses, with the records that cite them: a query a kind of source."""

    def get_results(self, request: HttpRequest) -> None:
        """Fetch the page and what cites its addresses."""
        super().get_results(request)
        rows = list(self.result_list)
        cited = citations([row.address for row in rows])
        for row in rows:
            row.citations = cited[row.address]
        self.result_list = rows


@admin.register(LinkCheck)
class LinkCheckAdmin(ReadOnlyAdmin):
    """Source addresses as `manage.py check_links` found them."""

    list_display = ["address", "state", "outcome", "cited_by", "broken_since", "checked_at"]
    list_filter = ["state", "fault", "checked_at"]
    search_fields = ["address", "final_address"]
    fields = ["link", "state", "outcome", "led_on", "broken_since", "checked_at", "cited_by"]
    list_per_page = 50

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Give the list that knows what cites an address."""
        return CitedChangeList

    @admin.display(description=_("outcome"))
    def outcome(self, row: LinkCheck) -> str:
        """Say what came of the last check."""
        return row.outcome

    @admin.display(description=_("address"))
    def link(self, row: LinkCheck) -> str:
        """Lead to the address, to look oneself."""
        return _out(row.address)

    @admin.display(description=_("led on to"))
    def led_on(self, row: LinkCheck) -> str:
        """Lead to where the address led on to."""
        return _out(row.final_address)

    @admin.display(description=_("cited by"))
    def cited_by(self, row: LinkCheck) -> str:
        """Lead to the records that cite the address."""
        cited = getattr(row, "citations", None)
        if cited is None:
            cited = citations([row.address])[row.address]
        return format_html_join(mark_safe("<br>"), "{}", ((_edit(each),) for each in cited))


def _out(address: str) -> str:
    """Give a link out of the desk; the address itself is the text."""
    if not address.startswith(("http://", "https://")):
        return address or "–"
    return format_html('<a href="{0}" rel="noreferrer">{0}</a>', address)


def _edit(citation: Citation) -> str:
    """Give a link to the form of a record, where there is one."""
    meta = citation.record._meta
    try:
        place = reverse(
            f"admin:{meta.app_label}_{meta.model_name}_change", args=[citation.record.pk]
        )
    except NoReverseMatch:
        return str(citation.record)
    return format_html('<a href="{}">{}</a>', place, citation.record)
