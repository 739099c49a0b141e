"""What stands before every view."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _


class AddressLengthMiddleware:
    """Answer 414 to an address longer than `settings.LONGEST_ADDRESS` bytes, before any work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse an over-long address; pass on any other."""
        length = len(request.path.encode()) + len(request.META.get("QUERY_STRING", "")) + 1
        if length > settings.LONGEST_ADDRESS:
            return HttpResponse(
                _("This address is too long. Please choose fewer filters or a shorter search."),
                status=414,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)
