"""The page of a large people list in each of its states: nothing for axe, no window too narrow."""

import pytest
from playwright.sync_api import Page

from app.infra.db import db, transaction
from app.people.imports import background, working
from app.people.large_import import ImportStage, LargeImport
from tests.browser.test_accessibility import Stage, address, faults_of, page, stage
from tests.browsing import Browser
from tests.features.people.large_lists import LIST, look_at_whole
from tests.features.people.test_import import upload

__all__ = ["address", "page", "stage"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]
ACCEPTED = "meta-refresh"
"""Without scripts a page looks again only so. It says that it does; nothing on it can be lost."""


def test_no_state_of_an_import_has_a_fault(
    stage: Stage, page: Page, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "AT_ONCE", 10)
    browser = Browser(stage.app, stage.people["hr"])
    cookie = browser.get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
    upload(browser, *LIST)
    found = []
    undo = (ImportStage.UNDO_ASKED, ImportStage.UNDO_WRITING, ImportStage.UNDO_REFUSED)
    for state in (ImportStage.READING, ImportStage.READY, ImportStage.WRITING, None, *undo):
        if state is ImportStage.READY:
            working.go_on()
            look_at_whole(browser)
        else:
            show(state)
        page.goto("/people/import")
        faults = faults_of(page, is_new=lambda _shapes: True)
        found += [f"{state}: {fault}" for fault in faults if ACCEPTED not in fault]

    assert found == []


def show(state):
    """Let the import stand in this state; None is one that was given back."""
    with transaction():
        row = db.session.get_one(LargeImport, 1)
        row.stage, row.done, row.total = state or ImportStage.READY, 41_000, 100_000
        if state is None:
            row.preview, row.refusal = "", background.GAVE_UP
