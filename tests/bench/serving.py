"""Real servers, started as in production, each in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.server.running import GATE
from config import Config

SERVE = (
    "import sys; from app.server.running import serve; "
    "serve(sys.argv[1], port=int(sys.argv[2]), processes=int(sys.argv[3]))"
)


def environment_of(settings: Config) -> dict[str, str]:
    """What a process needs to find these settings in its environment."""
    return {
        "FULL_CIRCLE_SECRET_KEY": settings.secret_key,
        "DATABASE_URL": settings.database_url,
        "FULL_CIRCLE_DATA": str(settings.data_folder),
        "FULL_CIRCLE_KEYS": str(settings.keys),
    }


@contextmanager
def served(
    environment: Mapping[str, str], gate: str = GATE, *, processes: int = 1
) -> Iterator[int]:
    """Serve what `gate` makes, by default our app, on a free port until the block ends."""
    with served_by_process(environment, gate, processes=processes) as (port, _):
        yield port


@contextmanager
def served_by_process(
    environment: Mapping[str, str], gate: str = GATE, *, processes: int = 1
) -> Iterator[tuple[int, int]]:
    """The same with the number of the process that looks after those that answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, gate, str(port), str(processes)],
        env={**os.environ, **environment},
    )
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait()


def children_of(process: int) -> list[int]:
    """The numbers of the processes that a process has started and that still run."""
    kept = Path(f"/proc/{process}/task/{process}/children")
    return [int(number) for number in kept.read_text().split()] if kept.exists() else []


def _wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")
