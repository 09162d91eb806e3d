"""How much fits into what people type; every page, check and message takes it from here."""

from typing import Final

COMMENT: Final = 1000
"""A comment about a colleague, or about the company."""
