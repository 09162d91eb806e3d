"""The app as it would be without the filter that keeps the fill-in out of access logs."""

import logging

from flask import Flask

import app
from app.infra.quiet import ACCESS_LOGS


def create_app() -> Flask:
    """The app from the environment, every access line allowed."""
    made = app.create_app()
    for name in ACCESS_LOGS:
        logging.getLogger(name).filters.clear()
    return made
