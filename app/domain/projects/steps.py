"""The five steps of a project and the one way through them."""

from enum import StrEnum
from typing import Final

from app.domain.errors import WrongStateError


class ProjectState(StrEnum):
    """Where a project stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    UNDER_WAY = "under way"
    DONE = "done"
    LOOKED_AT = "looked at"


WAY: Final = tuple(ProjectState)
WORKED_ON: Final = (ProjectState.PROPOSED, ProjectState.AGREED, ProjectState.UNDER_WAY)
"""States in which something is still to be done, so that a date can pass."""


def next_state(state: ProjectState) -> ProjectState | None:
    """The step after this one; None after the last."""
    place = WAY.index(state) + 1
    return WAY[place] if place < len(WAY) else None


def advance(current: ProjectState, target: ProjectState) -> ProjectState:
    """The next step. Raises WrongStateError when `target` is not it."""
    if next_state(current) is not target:
        raise WrongStateError(f"A project that is {current} cannot become {target}.")
    return target
