"""How granian is run: the only place that says so."""

from typing import Any, Final

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from app.infra import logs
from config import Config

HOST: Final = "127.0.0.1"
PORT: Final = 8000
GATE: Final = "app.server.gate:create_gate"
HEAD_WITHIN: Final = 15
"""Seconds for the head of a request to arrive, and for which an idle connection is kept."""
LARGEST_HEAD: Final = 64 * 1024
CONNECTIONS: Final = 4096
"""Connections that one process holds at once."""


JSON_LINES: Final = {"()": f"{logs.__name__}.{logs.JsonLines.__name__}"}


def serve(
    gate: str = GATE,
    *,
    host: str = HOST,
    port: int = PORT,
    processes: int = 1,
    settings: Config | None = None,
) -> None:
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
        # One process that dies takes no other with it; one that dies again at once ends all.
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
        log_dictconfig=_log_settings(settings),
        log_access=False,  # who saves when is nobody's business
    ).serve()


def _log_settings(settings: Config | None) -> dict[str, Any] | None:
    """What granian's own lines look like; None for its own way."""
    if settings is None or not logs.is_json(settings):
        return None
    return {"formatters": {"generic": JSON_LINES, "access": JSON_LINES}}
