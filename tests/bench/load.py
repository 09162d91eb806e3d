"""Many clients at once against a real server, each on a connection that it keeps.

A request is written as ready bytes and an answer read up to its length, so that the clients,
which share one interpreter, cost little beside the server.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.bench.calls import RefusedError

Request = Callable[[int], bytes]
"""The next request of the client with this number."""


@dataclass(frozen=True)
class Load:
    """How long answers took with so many clients at once, in milliseconds, and how many came."""

    clients: int
    p10: float
    p50: float
    p95: float
    p99: float
    per_second: float


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the line."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {text}" for name, text in headers.items()]
    lines += [f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body


class Line:
    """A connection to the server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, ready: bytes) -> bytes:
        """Send a request, and return the answer's body. Raises RefusedError unless it is a 200."""
        self.socket.sendall(ready)
        head, rest = self._head()
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(rest) < length:
            rest += self._more()
        if not head.startswith(b"HTTP/1.1 200"):
            raise RefusedError(f"the server answered {head[:40]!r}: {rest[:200]!r}")
        return rest

    def _head(self) -> tuple[bytes, bytes]:
        content = b""
        while b"\r\n\r\n" not in content:
            content += self._more()
        head, _, rest = content.partition(b"\r\n\r\n")
        return head, rest

    def _more(self) -> bytes:
        content = self.socket.recv(65536)
        if not content:
            raise RefusedError("the server hung up")
        return content


def put_under(port: int, clients: int, requests: int, following: Request) -> Load:
    """Let so many clients send so many requests together, each the next when one is answered."""
    start = threading.Barrier(clients)

    def one(client: int) -> tuple[float, float, list[float]]:
        line, taken = Line(port), []
        start.wait()
        began = time.perf_counter()
        for _ in range(requests // clients):
            ready = following(client)
            sent = time.perf_counter()
            line.ask(ready)
            taken.append(1000 * (time.perf_counter() - sent))
        line.socket.close()
        return began, time.perf_counter(), taken

    with ThreadPoolExecutor(clients) as pool:
        lines = list(pool.map(one, range(clients)))
    times = sorted(ms for _, _, taken in lines for ms in taken)
    seconds = max(end for _, end, _ in lines) - min(began for began, _, _ in lines)
    p10, p50, p95, p99 = (times[int(len(times) * share)] for share in (0.1, 0.5, 0.95, 0.99))
    return Load(clients, p10, p50, p95, p99, len(times) / seconds)
