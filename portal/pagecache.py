"""Finished public pages, kept in this process until the corpus changes.

A page may be kept when it is the same for everybody: `@public_page` on its view says so. The
middleware (portal/middleware.py) then gives it an ETag made of the corpus version, its address and
the build, answers 304 to a browser that has it already, and keeps its compressed bytes.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from hashlib import blake2b
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language

from portal.corpus import CorpusState
from portal.env import BASE

P = ParamSpec("P")
OVERHEAD = 1_000  # bytes that an entry takes besides its body, roughly
LARGEST = 1_000_000  # bytes of one page; a larger file would push out too many others

R = TypeVar("R", bound=HttpResponseBase)


def public_page(
    view: Callable[Concatenate[HttpRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], R]:
    """Say of a view that its pages are the same for everybody at one corpus version.

    An answer to an address with parameters is kept only where the view itself says so (`not_kept`).
    """

    @wraps(view)
    def marked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R:
        response = view(request, *args, **kwargs)
        if not hasattr(response, "is_public"):
            response.is_public = not request.GET  # type: ignore[attr-defined]
        return response

    return marked


def not_kept(response: R, when: object) -> R:
    """Say of one answer of a public view that it is not worth keeping, if `when` holds.

    Addresses with parameters that mean nothing are endless: they must not fill the cache.
    """
    response.is_public = not when  # type: ignore[attr-defined]
    return response


def address_of(request: HttpRequest) -> str:
    """Give what a page depends on besides the corpus; the order of parameters does not matter.

    The day is part of it: dialogues open and close by date, and no page may say otherwise.
    """
    pairs = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    query = urlencode(sorted(pairs))
    where = f"{request.scheme}://{request.get_host()}{request.path}?{query}"
    return f"{where}#{get_language()} {timezone.localdate()}"


def etag_of(address: str, state: CorpusState) -> str:
    """Give the entity tag of a public page."""
    text = f"{build()} {state.number} {state.moment} {address}"
    return f'W/"{blake2b(text.encode(errors="replace"), digest_size=12).hexdigest()}"'


@cache
def build() -> str:
    """Give a short name of the code, templates and style sheets that this process runs."""
    digest = blake2b(digest_size=8)
    for folder in ("portal", *sorted(settings.CONTENT_APPS), "templates", "static"):
        for path in sorted((BASE / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """A finished answer."""

    body: bytes
    headers: tuple[tuple[str, str], ...]

    def as_response(self) -> HttpResponse:
        """Give the answer anew."""
        return HttpResponse(self.body, headers=dict(self.headers))


class PageCache:
    """Pages of the present corpus version; those not asked for longest go first."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.size = 0
        self._state: CorpusState | None = None
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, state: CorpusState) -> Page | None:
        """Give a page, if there is one of this corpus version."""
        with self._lock:
            if state != self._state:
                return None
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: str, state: CorpusState, page: Page) -> None:
        """Keep a page that was made when the corpus was at this version or a later one."""
        cost = len(page.body) + OVERHEAD
        if cost > min(self.most_bytes, LARGEST):
            return
        with self._lock:
            if state != self._state:
                if self._state is not None and state.number < self._state.number:
                    return  # made before the last change, and late
                self._pages.clear()
                self.size = 0
                self._state = state
            previous = self._pages.pop(key, None)
            if previous is not None:
                self.size -= len(previous.body) + OVERHEAD
            self._pages[key] = page
            self.size += cost
            while self.size > self.most_bytes:
                _key, dropped = self._pages.popitem(last=False)
                self.size -= len(dropped.body) + OVERHEAD

    def __len__(self) -> int:
        return len(self._pages)
