"""Starts the web server: `python -m app.server`."""

import argparse
import sys

from app.server.running import HOST, PORT, serve
from config import Config, ConfigError


def main() -> None:
    """Serve until told to stop; settings that cannot be used end it with a sentence for each."""
    parser = argparse.ArgumentParser(
        prog="python -m app.server",
        description="Serve Full Circle over HTTP.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--host", default=HOST, help="the address to listen at")
    parser.add_argument("--port", type=int, default=PORT, help="the port to listen at")
    parser.add_argument("--processes", type=int, default=1, help="web processes to start")
    told = parser.parse_args()
    try:
        settings = Config.from_environment()
    except ConfigError as error:
        sys.exit(str(error))
    serve(host=told.host, port=told.port, processes=told.processes, settings=settings)


if __name__ == "__main__":
    main()
