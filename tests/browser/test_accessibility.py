"""Every page of the app, for every role, in light, in dark and on a phone, seen by axe."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from werkzeug.routing import Rule

from app.cycles.models import Cycle
from app.domain.cycle import CycleState
from app.infra.db import db
from app.people.models import Person
from app.questionnaires.models import Questionnaire
from app.results.models import ReleasedComment
from tests.browsing import Browser
from tests.factories import make_cycle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NO_PAGE = {"static", "home.health", "reports.download", "people.template", "people.export"}
"""Addresses that answer with a file or with bare words."""
WITH_SIDE_WAYS = {"home.index"}
STRANGER = "stranger"
ROLES = (STRANGER, "employee", "manager", "hr")
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 6000}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 6000}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 9000}},
}
"""Tall windows: axe cannot judge what a sticky bar may cover."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
