"""What stands before every view."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header
from django.utils.translation import gettext as _

from portal.corpus import current_state, one_reading
from portal.pagecache import Page, PageCache, address_of, etag_of


class AddressLengthMiddleware:
    """Answer 414 to an address longer than `settings.LONGEST_ADDRESS` bytes, before any work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Refuse an over-long address; pass on any other."""
        length = len(request.path.encode()) + len(request.META.get("QUERY_STRING", "")) + 1
        if length > settings.LONGEST_ADDRESS:
            return HttpResponse(
                _("This address is too long. Please choose fewer filters or a shorter search."),
                status=414,
                content_type="text/plain; charset=utf-8",
            )
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Compress what is not compressed already."""

    COMPRESSED = ("application/pdf", "application/vnd.openxml", "image/png")

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress an answer, unless that would only cost time."""
        if response.get("Content-Type", "").startswith(self.COMPRESSED):
            return response
        return super().process_response(request, response)


class PublicPageMiddleware:
    """Answer for public pages from what is known of them: 304, or the bytes kept in this process.

    Nothing personal passes here: a request with any cookie or credentials goes on to its view, and
    an answer that sets a cookie or varies by it is not kept. The corpus version is read first, so
    that a page made while the corpus changes can only be kept under the older version.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.pages = PageCache(settings.PAGE_CACHE_BYTES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or pass on and keep what comes back."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_reading():
            if _is_personal(request):
                return self.get_response(request)
            return self._public(request)

    def _public(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request that may come from anybody."""
        try:
            address = address_of(request)
        except DisallowedHost:
            return self.get_response(request)
        state = current_state()
        etag = etag_of(address, state)
        if etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            return HttpResponseNotModified(headers={"ETag": etag})
        is_compressed = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        key = f"{is_compressed} {address}"
        if page := self.pages.get(key, state):
            return page.as_response()
        response = self.get_response(request)
        if _is_for_everybody(response):
            response["ETag"] = etag
            response["Cache-Control"] = "no-cache"  # keep it, but ask each time whether it changed
            # What is sent while it is made has no bytes to keep; some is kept elsewhere.
            if isinstance(response, HttpResponse) and not hasattr(response, "is_on_disk"):
                self.pages.put(key, state, Page(response.content, tuple(response.items())))
        return response


def _is_personal(request: HttpRequest) -> bool:
    """Say whether a request says who sends it."""
    return bool(request.COOKIES) or "HTTP_AUTHORIZATION" in request.META


def _is_for_everybody(response: HttpResponseBase) -> bool:
    """Say whether an answer may be given to other visitors too."""
    return (
        response.status_code == 200
        and getattr(response, "is_public", False)
        and not response.cookies
        and not has_vary_header(response, "Cookie")
    )
