"""Pages with open forms, and pages behind private links."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

UTF_8 = ("utf-8", "utf8")
View = Callable[..., HttpResponse]


def open_form(view: View) -> View:
    """Say of a view that anybody may send its form: kept by no cache, known to no other site.

    It needs no CSRF token, since what a form may do follows from its ticket or its private link and
    never from a cookie (portal/sending/tickets.py): a form may be sent after days, from a phone
    that keeps no cookies.
    """

    @csrf_exempt
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # In other encodings halves of characters come in that nothing can store or show.
        if (request.content_params or {}).get("charset", "utf-8").lower() not in UTF_8:
            raise BadRequest(_("Forms are read in UTF-8 only."))
        response = view(request, *args, **kwargs)
        # The address may be a private link: no page that is visited next may learn it.
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded
