"""Asks one address whether it answers: politely, and only addresses that are public.

Nothing is downloaded: HEAD first, and where that is refused GET, of which only the head is read.
"""

import asyncio
import ipaddress
import socket
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from portal.links.models import LinkFault, LinkState

MOST_REDIRECTS = 5
REDIRECTS = {301, 302, 303, 307, 308}
# Answers by which sites keep programs or strangers out: they say nothing of the page.
UNCLEAR = {401, 402, 403, 407, 429, 451, 503, 999}
# IPv6 addresses that end in an IPv4 address: NAT64 (RFC 6052), IPv4-compatible (RFC 4291).
TRANSLATED = [ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96")]


@dataclass(frozen=True)
class Answer:
    """What came of asking: a status code, or else a fault; and where it led on to, if it did."""

    status: int | None = None
    fault: LinkFault | None = None
    final_address: str = ""

    @property
    def state(self) -> LinkState:
        """How the address stands after this answer."""
        if self.status is not None and self.status < 400:
            return LinkState.ANSWERS
        return LinkState.UNCLEAR if self.status in UNCLEAR else LinkState.BROKEN


class NoAnswerError(Exception):
    """An address cannot be asked, or does not answer."""

    def __init__(self, fault: LinkFault) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass
class _Host:
    """The one place in front of a host, and when it is free again (seconds, the loop's clock)."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0


class Manners:
    """One request at a time for each host, with a pause between two, and some at once in all."""

    def __init__(self, at_once: int, pause: float) -> None:
        self._all = asyncio.Semaphore(at_once)
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)
        self._pause = pause  # seconds

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until this host may be asked; the pause begins when the request has ended."""
        place = self._hosts[host]
        clock = asyncio.get_running_loop()
        async with place.lock:
            await asyncio.sleep(max(0.0, place.free_at - clock.time()))
            async with self._all:
                try:
                    yield
                finally:
                    place.free_at = clock.time() + self._pause


class Asker:
    """Asks addresses through one client. `timeout` is in seconds, for one request."""

    def __init__(
        self, client: httpx.AsyncClient, manners: Manners, timeout: float, allow_private: bool
    ) -> None:
        self._client = client
        self._manners = manners
        self._timeout = timeout
        self._allow_private = allow_private

    async def ask(self, address: str) -> Answer:
        """Ask an address; once more where the network failed. Never raises for a bad address."""
        try:
            return await self._follow(address)
        except NoAnswerError as first:
            if first.fault not in (LinkFault.TIMEOUT, LinkFault.NO_CONNECTION):
                return Answer(fault=first.fault)
        try:
            return await self._follow(address)
        except NoAnswerError as second:
            return Answer(fault=second.fault)

    async def _follow(self, address: str) -> Answer:
        """Follow redirects to the last answer. Raises NoAnswerError."""
        url = _url(address)
        for hop in range(MOST_REDIRECTS + 1):
            status, location = await self._status(url)
            if status not in REDIRECTS or not location:
                return Answer(status=status, final_address=str(url)[:2000] if hop else "")
            url = _url(location, url)
        raise NoAnswerError(LinkFault.REDIRECTS)

    async def _status(self, url: httpx.URL) -> tuple[int, str]:
        """Give the status code and the redirect of one address: HEAD, then GET where it fails."""
        status, location = await self._request("HEAD", url)
        if status >= 400:
            status, location = await self._request("GET", url)
        return status, location

    async def _request(self, method: str, url: httpx.URL) -> tuple[int, str]:
        """Send one request and read no more of the answer than its head. Raises NoAnswerError."""
        async with self._manners.turn(url.host):
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await self._send(method, url)
                    await answer.aclose()
            except (TimeoutError, httpx.TimeoutException) as error:
                raise NoAnswerError(LinkFault.TIMEOUT) from error
            except (httpx.NetworkError, httpx.RemoteProtocolError) as error:
                raise NoAnswerError(LinkFault.NO_CONNECTION) from error
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise NoAnswerError(LinkFault.PROTOCOL) from error
        return answer.status_code, answer.headers.get("location", "")

    async def _send(self, method: str, url: httpx.URL) -> httpx.Response:
        """Send a request to the first place of a host that takes a connection."""
        *places, last = await self._places(url)
        for place in places:
            try:
                return await self._send_to(place, method, url)
            except httpx.ConnectError:
                continue
        return await self._send_to(last, method, url)

    async def _send_to(self, place: str, method: str, url: httpx.URL) -> httpx.Response:
        """Send a request for an address of the web to one network address.

        Leaving it to the client would look the host up again, and that could give another, private
        place. The host's name goes along: in the request, and for the certificate.
        """
        request = self._client.build_request(method, url)
        request.extensions["sni_hostname"] = url.host
        request.url = url.copy_with(host=place)
        return await self._client.send(request, stream=True)

    async def _places(self, url: httpx.URL) -> list[str]:
        """Give the network addresses of a host. Raises NoAnswerError if one is not public."""
        places = await _look_up(url.host, url.port or 0)
        if not self._allow_private and not all(map(is_public, places)):
            raise NoAnswerError(LinkFault.PRIVATE)
        return places


def _url(address: str, base: httpx.URL | None = None) -> httpx.URL:
    """Give an address in parts, without its fragment. Raises NoAnswerError for no web address."""
    try:
        url = (base.join(address) if base else httpx.URL(address)).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise NoAnswerError(LinkFault.NO_ADDRESS) from error
    if url.scheme not in ("http", "https") or not url.host:
        raise NoAnswerError(LinkFault.NO_ADDRESS)
    return url


async def _look_up(host: str, port: int) -> list[str]:
    """Give the network addresses of a host. Raises NoAnswerError where there is none."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NoAnswerError(LinkFault.NO_HOST) from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Say whether a network address is one of the public internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    reached = _wrapped(parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed
    return reached.is_global and not reached.is_multicast


def _wrapped(
    address: ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Give the IPv4 address that a network may translate an IPv6 address to, or itself."""
    if any(address in network for network in TRANSLATED):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
