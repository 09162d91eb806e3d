"""Between granian and the app: receives requests whole, then lets a thread answer them.

granian's own way to a WSGI app binds a thread as soon as the head of a request is there. Its
RSGI interface hands over the body in pieces on an event loop, where waiting costs nothing.
"""

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from app.server.receiving import Receiver, RefusedError

THREADS: Final = 4
"""Requests that the app answers at once in one process."""
Environ = dict[str, Any]
App = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class FileOnDisk:
    """An open file that the app wants to send: granian reads it itself, piece by piece."""

    def __init__(self, file: IO[bytes], _size: int = 0) -> None:
        self.file = file
        self.close = file.close

    @property
    def path(self) -> str | None:
        """Where the file lies; None when it has no name, as temporary ones."""
        name = getattr(self.file, "name", None)
        return name if isinstance(name, str) and Path(name).is_file() else None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.file)


@dataclass
class AppResponse:
    """What the app answers: its status, its headers, and the body or the file that holds it."""

    status: int = 500
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    path: str | None = None

    def start(self, status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        """Take status and headers, as WSGI apps give them."""
        self.status, self.headers = int(status.partition(" ")[0]), headers


class Gate:
    """What granian calls for every request."""

    def __init__(self, app: App, receiver: Receiver) -> None:
        self.app = app
        self.receiver = receiver
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Receive one request, have it answered, and send the answer."""
        try:
            async with self.receiver.body(scope.headers, protocol) as body:
                loop = asyncio.get_running_loop()
                answer = await loop.run_in_executor(self.threads, self._ask, scope, body)
        except RefusedError as refusal:
            headers = [("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store")]
            protocol.response_str(int(refusal.status), headers, f"{refusal}\n")
            return
        if answer.path:
            protocol.response_file(answer.status, answer.headers, answer.path)
        else:
            # The thread is free by now, however slowly the client reads.
            protocol.response_bytes(answer.status, answer.headers, answer.body)

    def _ask(self, scope: Any, body: bytes) -> AppResponse:
        answer = AppResponse()
        pieces = self.app(environ_of(scope, body), answer.start)
        try:
            if isinstance(pieces, FileOnDisk) and pieces.path:
                answer.path = pieces.path
            else:
                answer.body = b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        return answer


def environ_of(scope: Any, body: bytes) -> Environ:
    """The request as WSGI (PEP 3333) describes one."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileOnDisk,
    }
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    if "_" in name:  # X_Forwarded_For would look like X-Forwarded-For, which a proxy checks
        return
    key = name.upper().replace("-", "_")
    if key in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        environ[key] = value
        return
    key = f"HTTP_{key}"
    mark = "; " if key == "HTTP_COOKIE" else ","
    environ[key] = f"{environ[key]}{mark}{value}" if key in environ else value


def create_gate() -> Gate:
    """The gate before an app that is built from the environment's settings."""
    from app import create_app

    app = create_app()
    return Gate(app, Receiver(largest=app.config["MAX_CONTENT_LENGTH"]))
