"""The app, with a second access log beside: what it would hold without the filter of ours."""

import logging
import os
from pathlib import Path

from flask import Flask

import app
from app.infra.hidden_traffic import ACCESS_LOGS


class Tap(logging.Filter):
    """Writes every line to a file of its own before the next filter may drop it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass."""
        with self.file.open("a") as out:
            out.write(f"{record.getMessage()}\n")
        return True


def create_app() -> Flask:
    """The app from the environment, its access log tapped."""
    made = app.create_app()
    for name in ACCESS_LOGS:
        logging.getLogger(name).filters.insert(0, Tap(Path(os.environ["UNFILTERED_LOG"])))
    return made
