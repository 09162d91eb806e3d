"""A person's own plan: what a report meant to them, and at most two behaviours to work on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.domain import limits
from app.domain.errors import ReviewError
from app.domain.release.policy import Hidden, Score
from app.domain.reports.focus import Impression, impression_words

LONGEST_LINE: Final = 300
FARTHEST: Final = timedelta(days=366)
TOTALS_FROM: Final = 20
"""Fewest people of whom HR is told how many planned something."""


class ActionMark(StrEnum):
    """What a statement's result was to the person it is about."""

    EXPECTED = "expected"
    SURPRISE = "surprise"
    WORK_ON = "work_on"


MARK_WORDS: Final = {
    ActionMark.EXPECTED: "expected",
    ActionMark.SURPRISE: "surprise",
    ActionMark.WORK_ON: "work on this",
}


class Going(StrEnum):
    """What a person says of a planned behaviour on the way to the next quarter."""

    WELL = "well"
    SLOWLY = "slowly"
    NOT_YET = "not_yet"


GOING_WORDS: Final = {
    Going.WELL: "It goes well",
    Going.SLOWLY: "It goes slowly",
    Going.NOT_YET: "Not begun yet",
}


class ActionPlanFullError(ReviewError):
    """A third behaviour would be planned."""


@dataclass(frozen=True)
class Action:
    """One behaviour to work on until the next quarter, in the person's own words."""

    statement: int
    text: str
    """The statement as it was asked in that quarter."""
    situation: str
    first_step: str
    helper: str
    sign: str
    review_on: date
    """When the person looks back on it."""
    is_shared: bool = False
    """Whether the frozen readers of the report may read it; never HR."""
    asks_colleagues: bool = False
    """Whether raters of the next review may be asked if they see it more often."""
    going: Going | None = None
    """What the person said of it on the way; nobody else reads that."""


@dataclass(frozen=True)
class LookBack:
    """What was planned a quarter ago, beside what became of that statement."""

    cycle_name: str
    item: Action
    outcome: str
    """A complete sentence; no verdict."""
    before: Score | None = None
    after: Score | None = None
    """Colleagues' scores then and now; None where they cannot be compared."""
    impression: Impression | Hidden | None = None
    """What colleagues themselves see of it; None where they were not asked."""

    @property
    def impression_words(self) -> str:
        return impression_words(self.impression) if self.impression else ""

    @property
    def going_words(self) -> str:
        """What the person said of it on the way; empty when they did not."""
        return GOING_WORDS[self.item.going].lower() if self.item.going else ""


@dataclass(frozen=True)
class ActionPlan:
    """Marks by statement and the planned behaviours of one quarter."""

    marks: Mapping[int, ActionMark]
    items: Sequence[Action]

    def item(self, statement: int) -> Action | None:
        """The plan for a statement, or None."""
        return next((item for item in self.items if item.statement == statement), None)

    @property
    def has_room(self) -> bool:
        return len(self.items) < limits.PLANNED

    @property
    def to_plan(self) -> list[int]:
        """Statements marked "work on this" that are not planned yet."""
        return [
            number
            for number, mark in sorted(self.marks.items())
            if mark is ActionMark.WORK_ON and self.item(number) is None
        ]

    @property
    def surprises(self) -> list[int]:
        return [
            number for number, mark in sorted(self.marks.items()) if mark is ActionMark.SURPRISE
        ]

    def refuse_more_marks(self, chosen: Mapping[int, ActionMark | None]) -> None:
        """Raise PlanFullError when `chosen` would mark more than two statements "work on this".

        More than two may stay from a time when that was possible, as long as none is added.
        """
        before = {number for number, mark in self.marks.items() if mark is ActionMark.WORK_ON}
        asked = {number for number, mark in chosen.items() if mark is ActionMark.WORK_ON}
        kept = before - {number for number in chosen if self.item(number) is None}
        if asked - before and len(asked | kept) > limits.PLANNED:
            raise ActionPlanFullError(
                f"“Work on this” is for {limits.PLANNED} statements at most, because more than "
                "that rarely happens: choose another mark for one of them and save again."
            )

    def refuse_a_third(self, statement: int) -> None:
        """Raise PlanFullError when two other behaviours are planned already."""
        if self.item(statement) is None and not self.has_room:
            raise ActionPlanFullError(
                f"Your plan holds {limits.PLANNED} behaviours already. Take one off it first: "
                "two that happen are worth more than three that do not."
            )


def date_fault(chosen: date, *, today: date, before: date | None) -> str:
    """Why a date to look back on does not do; empty when it does.

    One that was `before` in the plan may stay, also when it has passed.
    """
    if chosen == before or today <= chosen <= today + FARTHEST:
        return ""
    if chosen < today:
        return "Please choose a date that is still to come."
    return "Please choose a date within the next twelve months."
