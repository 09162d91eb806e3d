"""The current app's settings, for services that know no Flask."""

from typing import cast

from flask import current_app

from config import Config


def settings() -> Config:
    """The settings that the current app was built with."""
    return cast(Config, current_app.config["SETTINGS"])
