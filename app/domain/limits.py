"""How much fits into what people type; every page, check and message takes it from here."""

from typing import Final

COMMENT: Final = 1000
"""A comment about a colleague, or about the company."""
PASSWORD: Final = 12
"""Fewest characters of a password."""
PLANNED: Final = 2
"""Most behaviours that somebody works on until the next quarter."""
TEAM: Final = 5
"""Fewest people of a team of which a manager is told how many have sent, or given a report."""
FOCUS: Final = 10
"""Fewest colleagues who say whether they see a behaviour less, the same or more."""
REST: Final = 5
"""Fewest people outside a group whose total is told beside that of everybody, unless nobody is."""
SMALL_COMPANY: Final = 100
"""A company is small below so many people. There a direct question is asked beside the 0-10
question, and where fewer answered the last four quarters together stand beside the score."""
