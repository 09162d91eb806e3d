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

    SURPRISE = "surprise"
    WORK_ON = "work_on"


MARK_WORDS: Final = {
    ActionMark.WORK_ON: "Work on this",
    ActionMark.SURPRISE: "Surprises me",
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


PLAN_WORDS: Final = {
    "behaviour": "What I will do differently",
    "situation": "In which situation",
    "first_step": "First step in the next two weeks",
    "helper": "Who helps me, and with what",
    "sign": "How I will notice that it works",
    "review_on": "I look back on",
}
"""The six fields of a planned behaviour, wherever it stands."""
PLAN_HINTS: Final = {
    "behaviour": "one behaviour that others can see",
    "situation": "when, where and with whom it matters most",
    "first_step": "something you can finish",
    "helper": "whom you tell, and what you ask them to watch for",
    "sign": "what others will see, hear or say",
    "review_on": "a date before the next review",
}


Tick = tuple[int, ActionMark]
"""A mark on a statement."""


class ActionPlanFullError(ReviewError):
    """A third behaviour would be planned."""


@dataclass(frozen=True)
class Action:
    """One behaviour to work on until the next quarter, in the person's own words."""

    statement: int
    text: str
    """The statement as it was asked in that quarter."""
    behaviour: str
    """What the person will do differently."""
    situation: str
    """When, where and with whom."""
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
    short_name: str = ""
    """The statement in two or three words; empty where the questionnaire gives none."""

    @property
    def title(self) -> str:
        """The statement as a heading: its short name, or its words."""
        return self.short_name or self.text

    @property
    def called(self) -> str:
        """The statement in the middle of a sentence: its short name, or its words in quotes."""
        if self.short_name:
            return self.short_name[:1].lower() + self.short_name[1:]
        return f"“{self.text.rstrip('.')}”"


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
    goes_on: bool = False
    """Whether the plan for the coming quarter, as far as the reader sees it, has it again."""

    @property
    def impression_words(self) -> str:
        return impression_words(self.impression) if self.impression else ""

    @property
    def going_words(self) -> str:
        """What the person said of it on the way; empty when they did not."""
        return GOING_WORDS[self.item.going].lower() if self.item.going else ""


@dataclass(frozen=True)
class ActionPlan:
    """Marks and the planned behaviours of one quarter."""

    marks: frozenset[Tick]
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
        return [number for number in self._marked(ActionMark.WORK_ON) if self.item(number) is None]

    @property
    def surprises(self) -> list[int]:
        return self._marked(ActionMark.SURPRISE)

    @property
    def chosen(self) -> list[int]:
        """Statements that are planned or marked "work on this"."""
        planned = {item.statement for item in self.items}
        return sorted(planned | set(self._marked(ActionMark.WORK_ON)))

    def _marked(self, mark: ActionMark) -> list[int]:
        return sorted(number for number, each in self.marks if each is mark)

    def refuse_more_marks(self, ticks: Mapping[Tick, bool]) -> None:
        """Raise ActionPlanFullError when `ticks` would mark a third statement "work on this".

        More than two may stay from a time when that was possible, as long as none is added.
        """
        before = set(self.chosen)
        wanted = {number: on for (number, mark), on in ticks.items() if mark is ActionMark.WORK_ON}
        after = {number for number in before if wanted.get(number, True) or self.item(number)}
        added = {number for number, on in wanted.items() if on} - before
        if added and len(after | added) > limits.PLANNED:
            raise ActionPlanFullError(
                f"“{MARK_WORDS[ActionMark.WORK_ON]}” is for {limits.PLANNED} statements at most, "
                "because more than that rarely happens: untick one of them first."
            )

    def refuse_a_third(self, statement: int) -> None:
        """Raise ActionPlanFullError when two other behaviours are planned already."""
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
