"""How granian is run: the only place that says so."""

from typing import Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

HOST: Final = "127.0.0.1"
PORT: Final = 8000
GATE: Final = "app.server.gate:create_gate"
HEAD_WITHIN: Final = 15
"""Seconds for the head of a request to arrive, and for which an idle connection is kept."""
LARGEST_HEAD: Final = 64 * 1024
CONNECTIONS: Final = 4096
"""Connections that one process holds at once."""


def serve(gate: str = GATE, *, host: str = HOST, port: int = PORT, processes: int = 1) -> None:
    """Serve what the function named `gate` makes, until told to stop."""
    Server(
        gate,
        factory=True,
        address=host,
        port=port,
        workers=processes,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        http1_settings=HTTP1Settings(
            header_read_timeout=1000 * HEAD_WITHIN, max_buffer_size=LARGEST_HEAD
        ),
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
        log_access=False,  # who saves when is nobody's business
    ).serve()
