"""The current app's settings, for services that know no Flask."""

from datetime import date
from typing import cast

from flask import current_app

from app.infra import clock
from config import Config


def settings() -> Config:
    """The settings that the current app was built with."""
    return cast(Config, current_app.config["SETTINGS"])


def company_day() -> date:
    """The calendar day it is where the company is."""
    return clock.today(settings().zone)
