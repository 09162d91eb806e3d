"""The app behind a real socket, in threads of the test.

Werkzeug's development server leaves a file open when a browser drops the line while the
file is sent, and a warning is an error here; the standard library's server closes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask


class Quiet(WSGIRequestHandler):
    """Answers without a line on standard error for every request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Threaded(ThreadingMixIn, WSGIServer):
    """One thread a request, and none left behind when it stops."""

    # A page that waits for an answer of its own must not wait for the one before it.
    daemon_threads = False
    # Everything that a browser asks for at once finds a place in the queue.
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle is no fault of the app."""


@contextmanager
def serving(app: Flask, port: int = 0) -> Iterator[str]:
    """The address of the app, until the block ends as if the server had been killed."""
    server = make_server("127.0.0.1", port, app, server_class=Threaded, handler_class=Quiet)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
