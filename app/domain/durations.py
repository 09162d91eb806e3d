"""How long things last that people are told of: named once, for rules and for words."""

from datetime import timedelta
from typing import Final

SETTLED: Final = timedelta(days=30)
"""So long an account or the HR role is new: its word does not count fully yet."""
OBJECTION: Final = timedelta(days=14)
"""So long an account in new hands reads no report: the owner of the old address may object."""
NAMES_KEPT: Final = timedelta(days=30)
"""So long after publishing it is kept who was asked about whom."""
