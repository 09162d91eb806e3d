"""The leaders of the demo company: what they were mailed lately, read, and say thank you for."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from app.domain.heard import WORKING_DAYS
from app.heard.queries import comments_for
from app.heard.services import mail_leaders
from app.infra import clock
from app.infra.db import transaction
from app.leaders import services
from app.leaders.services import LeaderChoice
from app.people.models import Person

LEADERS: Final = (0, 1)
"""Their lines in NORDLICHT: the managing director, and the head of customer care."""
MAILS: Final = 4
"""On so many working days they were mailed."""
READ: Final = {0: 9, 1: 4}
THANKED_EVERY: Final = 3


def choose_leaders(persons: Sequence[Person]) -> None:
    """Let HR choose them; `persons` in the order of NORDLICHT."""
    emails = tuple(persons[place].email for place in LEADERS)
    services.choose(LeaderChoice(emails, frozenset(WORKING_DAYS)), by=None)


def mail_and_mark(ids: Sequence[int], *, now: datetime, random: Random) -> None:
    """Mail them as on the last working days, and let them mark some of what they may hear."""
    for day in _working_days_before(now):
        with clock.travel(day):
            mail_leaders(random)
    for place, count in READ.items():
        leader = ids[place]
        with transaction():
            # The newest quarter comes first: that is the one which everybody looks at.
            for number, one in enumerate(comments_for(leader)[:count]):
                is_thanked = number % THANKED_EVERY == 0
                services.mark(one.id, one.cycle_id, by=leader, is_thanked=is_thanked)


def _working_days_before(now: datetime) -> Iterator[datetime]:
    """The same hour on the last working days, the earliest first."""
    days = (now - timedelta(days=back) for back in range(MAILS + 4, 0, -1))
    yield from [day for day in days if day.weekday() in WORKING_DAYS][-MAILS:]
