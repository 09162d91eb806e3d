"""The gate before the app: what it hands over, and who cannot hold it up."""

import asyncio
import os
import signal
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from flask import Flask, request, send_file

from app.server.gate import Gate, environ_of
from app.server.receiving import Receiver
from tests.bench.serving import children_of, environment_of, served, served_by_process
from tests.conftest import make_settings

PATIENCE = 20
"""Seconds for a process to be there again, on a machine that does much else."""
HALF_A_POST = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nabc"
)


class Headers:
    """Headers as granian gives them; one may stand there twice."""

    def __init__(self, *pairs):
        self.pairs = pairs

    def get(self, key, default=None):
        return dict(self.pairs).get(key, default)

    def __contains__(self, key):
        return key in dict(self.pairs)

    def items(self):
        return list(self.pairs)


@dataclass
class Exchange:
    """What granian gives for one request, and what it was told to answer."""

    chunks: tuple[bytes, ...] = ()
    told: list[Any] = field(default_factory=list)

    async def __aiter__(self):
        for chunk in self.chunks:
            yield chunk

    def response_str(self, *answer):
        self.told.append(answer)

    response_bytes = response_file = response_str


def scope_of(*headers, method="GET", path="/", query=""):
    return SimpleNamespace(
        method=method,
        path=path,
        query_string=query,
        server="127.0.0.1:8000",
        client="[::1]:4711",
        scheme="http",
        http_version="1.1",
        headers=Headers(*headers),
    )


def asked(app, scope, *chunks):
    exchange = Exchange(chunks)
    asyncio.run(Gate(app, Receiver(largest=1000)).__rsgi__(scope, exchange))
    (answer,) = exchange.told
    return answer


@pytest.fixture
def echo():
    app = Flask(__name__)

    @app.route("/<path:place>", methods=["GET", "POST"])
    def answer(place):
        return f"{place}|{request.args.get('q')}|{request.get_data(as_text=True)}"

    return app


def test_the_app_is_given_the_whole_request(echo):
    scope = scope_of(("content-length", "5"), method="POST", path="/ä b", query="q=%C3%A9")

    status, headers, body = asked(echo, scope, b"he", b"llo")

    assert status == 200
    assert ("Content-Length", str(len(body))) in headers
    assert body.decode() == "ä b|é|hello"


def test_the_app_never_sees_half_a_request(echo):
    scope = scope_of(("content-length", "5"), method="POST", path="/x")

    status, _, words = asked(echo, scope, b"he")

    assert status == 400
    assert words == "Only a part of what was sent arrived.\n"


def test_cookies_and_repeated_headers_are_joined_and_odd_names_left_out():
    scope = scope_of(
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("accept", "text/html"),
        ("accept", "*/*"),
        ("x_forwarded_for", "10.0.0.1"),
        ("content-type", "text/plain"),
    )

    environ = environ_of(scope, b"")

    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "text/html,*/*"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert environ["REMOTE_ADDR"] == "::1"


def test_a_file_is_left_to_granian_which_reads_it_piece_by_piece(tmp_path):
    app = Flask(__name__)
    file = tmp_path / "reports.zip"
    file.write_bytes(b"x" * 5000)
    app.add_url_rule("/", view_func=lambda: send_file(str(file)))

    assert asked(app, scope_of())[2] == str(file)
    assert asked(app, scope_of(("range", "bytes=0-9")))[2] == b"x" * 10
    assert asked(app, scope_of(method="HEAD"))[2] == b""


@pytest.fixture(scope="module")
def port(databases, tmp_path_factory):
    """The port of a real server."""
    folder = tmp_path_factory.mktemp("served")
    with databases.fresh(folder) as url:
        settings = make_settings(folder, database_url=url)
        with served(environment_of(settings)) as port:
            yield port


@pytest.mark.slow
def test_health_answers_while_clients_hold_half_sent_requests(port):
    with ExitStack() as held:
        for _ in range(8):  # twice as many as there are threads
            line = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            line.sendall(HALF_A_POST)

        with urlopen(f"http://127.0.0.1:{port}/ready", timeout=60) as answer:
            assert answer.status == 200


def test_a_body_that_is_too_large_is_refused_at_once_by_the_real_server(port):
    huge = HALF_A_POST.replace(b"100000", b"100000000")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(huge)

        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_process_that_dies_is_started_again_and_takes_no_other_with_it():
    with served_by_process({}, "tests.bench.bare:create_gate") as (port, parent):
        (answering,) = children_of(parent)

        os.kill(answering, signal.SIGKILL)

        assert soon(lambda: urlopen(f"http://127.0.0.1:{port}/").read()) == b"hello"
        assert children_of(parent) != [answering]


def soon(ask):
    """What `ask` finds once somebody answers again."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except (URLError, ConnectionError):
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
