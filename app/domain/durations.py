"""How long things last that people are told of: named once, for rules and for words."""

from datetime import timedelta
from typing import Final

from app.domain.plurals import counted

SETTLED: Final = timedelta(days=30)
"""So long an account or the HR role is new: its word does not count fully yet."""
OBJECTION: Final = timedelta(days=14)
"""So long an account in new hands reads no report: the owner of the old address may object."""
INVITED: Final = timedelta(days=14)
"""So long a link to a first password works."""
FORGOTTEN: Final = timedelta(minutes=60)
"""So long a link works that replaces a password."""
FRESH: Final = timedelta(minutes=15)
"""So long after giving their password people of HR act on accounts and cycles without it."""
FACTOR_STEP: Final = timedelta(minutes=10)
"""So long a page that asks for a second factor works, or offers one."""
FACTOR_READING: Final = timedelta(minutes=30)
"""So long after giving their second factor people read others' reports without it."""
SIGNED_IN: Final = timedelta(days=7)
"""So long a session lasts at most, however often somebody comes."""
IDLE: Final = timedelta(hours=12)
"""So long after the last visit a session ends."""
IDLE_STEP: Final = timedelta(hours=1)
"""How exactly it is known when somebody came last."""
HR_IDLE: Final = timedelta(minutes=30)
"""The same for people of HR, who can change accounts and cycles."""
HR_IDLE_STEP: Final = timedelta(minutes=5)
SIGN_INS_KEPT: Final = timedelta(days=90)
"""So long it is kept on which days somebody signed in, for themselves alone."""
LINKED: Final = timedelta(days=3)
"""So long the word of somebody of HR does not count after a link set their password."""
REQUEST_HOLDS: Final = timedelta(days=14)
"""So long what one person of HR asked for waits for a second one."""
END_HOLDS: Final = timedelta(days=3)
"""The same for an end without results: the answers may come back and be lost again."""
NAMES_KEPT: Final = timedelta(days=30)
"""So long after publishing it is kept who took part."""
MAILS_TRIED: Final = timedelta(days=3)
"""So long a mail is tried that gets nothing but temporary answers."""
MAILS_KEPT: Final = timedelta(days=30)
"""So long it is kept that a mail about a cycle was sent, without its words."""
HALF_QUARTER: Final = timedelta(days=45)
"""So long after their report people are asked how their plan is going."""
REMINDERS_APART: Final = timedelta(hours=48)
"""So long after a reminder the next one is possible."""


def lasting(duration: timedelta) -> str:
    """How long that is, as people say it: "14 days", "48 hours", "60 minutes"."""
    hours = duration // timedelta(hours=1)
    if hours > 48:
        return counted(duration.days, "day")
    return counted(hours, "hour") if hours > 1 else counted(duration.seconds // 60, "minute")
