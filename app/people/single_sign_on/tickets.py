"""What a browser's session remembers of sign-ins that it began, until it comes back with them.

Each is taken once: whoever comes back with it again, or in another browser, finds nothing.
"""

from collections.abc import MutableMapping
from dataclasses import astuple
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from app.domain.errors import ReviewError
from app.infra import clock
from app.infra.openid.proving import Ticket

KEY: Final = "tickets"
MOST: Final = 3
"""Windows in which a sign-in may be under way; the oldest is forgotten first."""
LIFE: Final = timedelta(minutes=15)
LONGEST_TARGET: Final = 500
REPLAYED: Final = (
    "This sign-in was used already, was begun in another browser, or took more than "
    f"{LIFE.seconds // 60} minutes. Please begin again."
)


class Errand(StrEnum):
    """What somebody went to a provider for."""

    SIGN_IN = "sign in"
    CONFIRM = "confirm"
    LINK = "link"


def begun(
    session: MutableMapping[str, Any], name: str, ticket: Ticket, *, errand: Errand, target: str
) -> None:
    """Remember that a sign-in with the provider `name` was begun."""
    moment = int(clock.now().timestamp())
    new = [name, errand.value, target[:LONGEST_TARGET], moment, *astuple(ticket)]
    session[KEY] = [*session.get(KEY, []), new][-MOST:]


def take_ticket(
    session: MutableMapping[str, Any], name: str, state: str
) -> tuple[Ticket, Errand, str]:
    """The sign-in that comes back with `state`, and no second time. Raises ReviewError."""
    waiting = session.get(KEY, [])
    session[KEY] = [one for one in waiting if one[4] != state]
    for kept, errand, target, moment, *ticket in waiting:
        age = clock.now().timestamp() - moment
        if ticket[0] == state and kept == name and 0 <= age <= LIFE.total_seconds():
            return Ticket(*ticket), Errand(errand), target
    raise ReviewError(REPLAYED)
