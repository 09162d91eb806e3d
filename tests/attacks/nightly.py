"""What `make test-nightly` does at full size, and every change at one that still proves it."""

import os

IS_NIGHTLY = os.environ.get("FULL_CIRCLE_NIGHTLY") == "1"
SIZES = [25, 200, 5000] if IS_NIGHTLY else [25, 200]
"""Companies in which somebody watches, or reads logs, while people answer one after the other."""
