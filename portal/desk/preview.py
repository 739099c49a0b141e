"""How a text in Markdown will look, before it is saved."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.markdown import render

LONGEST_TEXT = 100_000  # characters
FIELD = "_preview"  # names the field whose text is to be shown
FRAGMENT = "_fragment"  # asks for the text alone, without a page around it


@require_POST
def preview(request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> HttpResponse:
    """Render a field of a form that is being written, cleaned as it is on every save.

    413 for a text beyond the limit. Writes nothing.
    """
    text = request.POST.get(request.POST.get(FIELD, ""), "")
    too_long = len(text) > LONGEST_TEXT
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Preview"),
        "html": "" if too_long else render(text),
        "too_long": too_long,
        "limit": LONGEST_TEXT,
    }
    template = "desk/_preview.html" if FRAGMENT in request.POST else "desk/preview.html"
    return TemplateResponse(request, template, context, status=413 if too_long else 200)
