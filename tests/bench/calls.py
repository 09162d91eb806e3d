"""Calling a WSGI app as a server does, with a prepared environ and nothing in between."""

import io
import sys
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

WsgiApp = Callable[..., Any]
"""What a server calls: app(environ, start_response)."""


class RefusedError(Exception):
    """The app answered otherwise than a measurement needs it to."""


def environ_of(
    method: str, url: str, headers: Mapping[str, str], body: bytes = b""
) -> dict[str, Any]:
    """What a server would hand to the app for this request; the body is added by `call`."""
    address = urlsplit(url)
    fields = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in headers.items()}
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": address.path,
        "QUERY_STRING": address.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1",
        "CONTENT_TYPE": headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **fields,
    }


def call(app: WsgiApp, environ: Mapping[str, Any], body: bytes = b"") -> bytes:
    """Make one request and read its whole answer. Raises RefusedError unless it is a 200."""
    answered: list[str] = []
    chunks = app(
        {**environ, "wsgi.input": io.BytesIO(body)},
        lambda status, _headers, _error=None: answered.append(status),
    )
    try:
        content = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    if not answered[0].startswith("200"):
        raise RefusedError(f"{environ['PATH_INFO']} answered {answered[0]}: {content[:200]!r}")
    return content
