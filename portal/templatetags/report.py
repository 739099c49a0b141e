"""`{% report_error title %}`: how to say that a page is wrong."""

from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.template.context import Context
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("partials/_report.html", takes_context=True)
def report_error(context: Context, title: str) -> dict[str, Any]:
    """Offer a message to the curators in which the page and the questions already stand.

    Where no address is published, the page about corrections says what to do.
    """
    contact = settings.CONTACT_EMAIL
    address = context["request"].build_absolute_uri(context["request"].path)
    message = {
        "subject": _("Error in: %(title)s") % {"title": title},
        "body": _("Page: %(address)s\n\nWhat is wrong:\n\nWhat it should say:\n\nPublic source:\n")
        % {"address": address},
    }
    mail = f"mailto:{contact}?{urlencode(message, quote_via=quote)}" if contact else ""
    return {"contact": contact, "mail": mail}
