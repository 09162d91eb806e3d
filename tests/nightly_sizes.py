"""What `make test-nightly` does at full size, and every change at one that still proves it."""

import os
from typing import Any

import pytest

IS_NIGHTLY = os.environ.get("FULL_CIRCLE_NIGHTLY") == "1"
IS_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
SIZES = [25, 200, 5000] if IS_NIGHTLY else [25] if IS_POSTGRESQL else [25, 200]
"""Companies in which somebody watches, or reads logs, while people answer one after the other.

What is watched are pages, lengths and our own lines, which are the same on both databases.
"""
SIZES_OF_DUMPS: list[Any] = [25, 200]
if IS_NIGHTLY or not IS_POSTGRESQL:
    SIZES_OF_DUMPS += [pytest.param(5000, marks=pytest.mark.slow)]
"""Companies of which copies are searched; playing 5,000 on PostgreSQL takes half a minute."""
