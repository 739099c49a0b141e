"""What waits among the addresses: those that lead nowhere any more."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.desk.dashboard import (
    Card,
    Link,
    Row,
    change_address,
    first_and_number,
    list_address,
    register,
)
from portal.links.cited import broken_links
from portal.links.models import LinkCheck

LABEL = LinkCheck._meta.label_lower


def _broken(request: HttpRequest) -> Card | None:
    """Give the addresses of sources that are broken, those broken longest first. One query."""
    owner = admin.site.get_model_admin(LinkCheck)
    if not owner.has_view_permission(request):
        return None
    broken, number = first_and_number(broken_links())
    rows = tuple(Row(check.address, change_address(LABEL, check.pk)) for check in broken)
    links = (Link(_("All checks"), list_address(LABEL)),)
    empty = _("No broken address is known.")
    return Card(_("Broken links"), rows, number, links, empty)


register(_broken, order=50)
