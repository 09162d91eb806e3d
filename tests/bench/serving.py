"""Real servers: granian, as in production, each in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

OPTIONS = "--interface wsgi --workers 1 --blocking-threads 4 --http 1 --no-ws --log-level error"


@contextmanager
def served(target: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve `target` on a free port until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    factory = ["--factory"] if target.endswith("create_app") else []
    command = [str(Path(sys.executable).parent / "granian"), *OPTIONS.split(), *factory]
    server = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port), target],
        env={**os.environ, **environment},
    )
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
