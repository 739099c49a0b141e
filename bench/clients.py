"""HTTP clients in processes of their own, on plain sockets, so that they are not what is measured.

A connection is kept open for as long as the server keeps it.
"""

import gzip
import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Self

from bench.places import BASE, python

AHEAD = 0.1  # seconds in which all clients get ready
MOST_CLIENTS = 8


@dataclass(frozen=True)
class Target:
    """What to ask whom, and what status is right. Several paths are asked in turn."""

    port: int
    paths: Sequence[str]
    status: int = 200
    headers: Sequence[tuple[str, str]] = ()

    def requests(self) -> list[bytes]:
        """Give the requests as bytes."""
        lines = [f"Host: 127.0.0.1:{self.port}", "Accept-Encoding: gzip"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        rest = "\r\n".join(lines)
        return [f"GET {path} HTTP/1.1\r\n{rest}\r\n\r\n".encode() for path in self.paths]


@dataclass
class Response:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    closes: bool


class Connection:
    """One client's connection; it is made anew when the server has closed it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.socket: socket.socket | None = None

    def ask(self, request: bytes) -> Response:
        """Send a request and read the whole answer."""
        fresh = self.socket is None
        try:
            return self._ask(request)
        except OSError:
            self.close()
            if fresh:
                raise
            return self._ask(request)  # the server had closed a connection that was idle

    def _ask(self, request: bytes) -> Response:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=600)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        response = self._read(self.socket)
        if response.closes:
            self.close()
        return response

    def _read(self, connection: socket.socket) -> Response:
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more(connection)
        first, *lines = data[:end].decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
        status = int(first.split(" ", 2)[1])
        body = data[end + 4 :]
        if status not in (204, 304):
            if "content-length" in headers:
                length = int(headers["content-length"])
                while len(body) < length:
                    body += self._more(connection)
            elif headers.get("transfer-encoding") == "chunked":
                while not body.endswith(b"0\r\n\r\n"):
                    body += self._more(connection)
            else:
                raise RuntimeError("an answer without a length")
        return Response(status, headers, body, headers.get("connection", "").lower() == "close")

    @staticmethod
    def _more(connection: socket.socket) -> bytes:
        data = connection.recv(262_144)
        if not data:
            raise ConnectionResetError
        return data

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def ask(target: Target) -> Response:
    """Ask once."""
    connection = Connection(target.port)
    try:
        response = connection.ask(target.requests()[0])
    finally:
        connection.close()
    if response.status != target.status:
        raise RuntimeError(f"{target.paths[0]}: status {response.status}, not {target.status}")
    return response


def text_of(response: Response) -> str:
    """Give an answer's text."""
    packed = response.headers.get("content-encoding") == "gzip"
    return (gzip.decompress(response.body) if packed else response.body).decode()


def work(target: Target, number: int, start: float, seconds: float) -> list[float]:
    """Ask from the given moment on; give the milliseconds of each answer."""
    requests = target.requests()
    connection = Connection(target.port)
    place = number * len(requests) // MOST_CLIENTS  # clients begin at different addresses
    times = []
    time.sleep(max(0, start - time.monotonic()))
    try:
        while not times or time.monotonic() < start + seconds:
            request = requests[place % len(requests)]
            place += 1
            started = time.perf_counter()
            response = connection.ask(request)
            times.append((time.perf_counter() - started) * 1000)
            if response.status != target.status:
                raise RuntimeError(f"status {response.status}, not {target.status}")
    finally:
        connection.close()
    return times


class Clients:
    """Client processes that stay ready: a job a line in, the times of it a line out.

    They end by themselves when this process does, however it ends. Use as a context.
    """

    def __enter__(self) -> Self:
        self.processes = [
            subprocess.Popen(
                python("-m", "bench.clients"),
                cwd=BASE,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                bufsize=1,
                start_new_session=True,
            )
            for _ in range(MOST_CLIENTS)
        ]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()

    def measure(self, target: Target, clients: int, seconds: float) -> tuple[list[float], float]:
        """Let some clients ask at once; give all times, and the requests a second."""
        start = time.monotonic() + AHEAD
        busy = self.processes[:clients]
        for number, process in enumerate(busy):
            assert process.stdin is not None
            process.stdin.write(json.dumps([asdict(target), number, start, seconds]) + "\n")
        found: list[list[float]] = []
        for process in busy:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise RuntimeError("a client stopped")
            found.append(json.loads(line))
        # Each client's own rate: the last answers come after the time is over.
        rate = sum(len(times) / (sum(times) / 1000) for times in found)
        return [one for times in found for one in times], rate


def main() -> None:
    """Be one client: do the jobs that come on standard input."""
    for line in sys.stdin:
        target, *job = json.loads(line)
        sys.stdout.write(json.dumps(work(Target(**target), *job)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
