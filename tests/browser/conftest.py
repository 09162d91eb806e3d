"""A real Chromium in front of the real app, served by a thread of the test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.serving import serving

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; skipped where there is none (a failure in CI)."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The address of the app, answering on a free port of this machine."""
    with serving(app) as address:
        yield address


@pytest.fixture
def window(chromium: Browser, address: str) -> Iterator[BrowserContext]:
    """A fresh window: no cookies, nothing stored."""
    context = chromium.new_context(base_url=address, accept_downloads=True)
    context.set_default_timeout(15_000)
    yield context
    context.close()
