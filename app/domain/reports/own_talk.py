"""What somebody takes into the talk about their own report: a calm next step, three questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.reports.contents import Kind, PersonalReport

FIRST: Final = {
    Kind.LOW: "Which situation comes to mind for {}? One is enough; it needs no excuse.",
    Kind.CHANGE: "What was different this quarter for {}: what you did, or what is around you?",
    Kind.STRENGTH: "Where would you like to do more of this: {}?",
    Kind.TWO_VIEWS: "What might colleagues have seen of {} that you have not, or the other way?",
    Kind.OPINIONS: "In which situations do people see you so differently: {}?",
    Kind.PATTERN: "On which statement would you like to hear an example, and from whom?",
    Kind.WHOLE: "What was this quarter like for you, and what of it is in the report?",
    Kind.COMPETENCY: "Which situation comes to mind when you read this, a good or a hard one?",
}
"""About what is clear; the first kind that the report has."""
WISH: Final = "What would make the next quarter better, for you or for those who work with you?"
SHARED: Final = "Your plan is shared: which part of it needs somebody’s help?"
PLANNED: Final = "Do you want to tell what you plan? Nobody sees it unless you share it."
HELP: Final = "What would help you: time, a sign in the right moment, or one task less?"
SEEN: Final = "What has {} seen, and when? A report cannot say that; a person can."
COMMENTS: Final = "Read the comments first: a sentence often explains a number."
SLEEP: Final = "Sleep on it. Nothing has to be answered or decided today."
TWO_PEOPLE: Final = (
    "Ask two people you trust what they have seen, and when; do not ask who answered what."
)
MORE: Final = "Ask two people you trust: “What should I do more of?”"


@dataclass(frozen=True)
class OwnTalk:
    """The sheet of the person whom the report is about."""

    report: PersonalReport
    partners: Sequence[str]
    """Names of those who read the report and talk about it."""

    @property
    def title(self) -> str:
        if len(self.partners) == 1:
            return f"Before you talk to {self.partners[0]}"
        return "Before you talk about your report"

    @property
    def has_low(self) -> bool:
        """Whether something in the report is low, or the whole of it."""
        found = (*self.report.said, *self.report.also)
        return any(
            one.kind is Kind.LOW or (one.kind is Kind.WHOLE and "less often" in one.clause)
            for one in found
        )

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do first."""
        return tuple(self._steps())

    @property
    def questions(self) -> tuple[str, str, str]:
        """Three to think about: what is clear, what would help, what somebody has seen."""
        plan = self.report.plan
        second = HELP
        if plan:
            second = SHARED if any(item.is_shared for item in plan) else PLANNED
        who = self.partners[0] if len(self.partners) == 1 else "somebody you trust"
        return self._first(), second, SEEN.format(who)

    def _steps(self) -> Iterator[str]:
        if self.report.keep or self.report.try_next:
            yield COMMENTS
        if self.has_low:
            yield SLEEP
            yield TWO_PEOPLE
        else:
            yield MORE

    def _first(self) -> str:
        kinds = {one.kind: one for one in reversed(self.report.said)}
        for kind, question in FIRST.items():
            if kind in kinds:
                return question.format(kinds[kind].called)
        return WISH
