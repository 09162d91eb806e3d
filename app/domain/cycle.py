"""The five states of a cycle and the one way through them."""

from enum import StrEnum
from typing import Final

from app.domain.errors import WrongStateError


class CycleState(StrEnum):
    """Where a cycle stands; it only ever moves forward."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    PUBLISHED = "published"


NEXT_STATE: Final = {
    CycleState.DRAFT: CycleState.OPEN,
    CycleState.OPEN: CycleState.CLOSING,
    CycleState.CLOSING: CycleState.CLOSED,
    CycleState.CLOSED: CycleState.PUBLISHED,
}

RUNNING: Final = (CycleState.OPEN, CycleState.CLOSING)
"""While a cycle is in one of these, there are ballots of it."""


def advance(current: CycleState, target: CycleState) -> CycleState:
    """Return `target` when it is the one state after `current`.

    Raises WrongStateError otherwise: no way leads back, and none skips the count.
    """
    if NEXT_STATE.get(current) is not target:
        raise WrongStateError(f"A cycle that is {current} cannot become {target}.")
    return target
