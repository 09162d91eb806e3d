"""A sheet for the talk about a report: what is clear, what to ask, and what to leave out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.plurals import counted
from app.domain.release.policy import Hidden, Shown
from app.domain.reports.action_plan import Action
from app.domain.reports.contents import (
    Conclusion,
    Kind,
    PersonalReport,
    StatementLine,
    safe_name,
)
from app.domain.reports.words import reason_words
from app.domain.statistics.differences import Direction

MINUTES: Final = 20
QUESTIONS: Final = 3
ASKED: Final = {
    (Kind.CHANGE, Direction.UP): (
        "Colleagues see {} more often than before. What did you do differently?"
    ),
    (Kind.CHANGE, Direction.DOWN): (
        "Colleagues see {} less often than before. What has changed around you?"
    ),
    (Kind.LOW, Direction.NONE): "When was {} hard in the last weeks, and what made it hard?",
    (Kind.STRENGTH, Direction.NONE): "{} stands out. Where else could others profit from it?",
    (Kind.TWO_VIEWS, Direction.NONE): (
        "You and your colleagues see {} differently. What might each have seen?"
    ),
    (Kind.OPINIONS, Direction.NONE): "Opinions on {} differ. Who sees you in which situations?",
}
WITHOUT_STATEMENT: Final = {
    Kind.PATTERN: "Which difference surprised you most, and what have you seen that fits it?",
    Kind.WHOLE: "What has this quarter been like for you, and what fits what colleagues say?",
    Kind.COMPETENCY: "Which situation comes to mind when you read this, a good or a hard one?",
}
PLANNED: Final = "You want to work on {}. What is your first step, and when?"
LOOKED_BACK: Final = "You worked on {}. What did you try, and what happened?"
ALWAYS: Final = (
    "What in the report fits what you have seen yourself, and what does not?",
    "What would make the next quarter better, for you or for those who work with you?",
)
GOES_ON: Final = "You go on with {}. What has worked so far, and what will you do differently now?"
HELP: Final = {
    Kind.LOW: "What can I do, so that {} gets easier?",
    Kind.CHANGE: "What helped {} this quarter, what was in its way, and what can I do?",
    Kind.TWO_VIEWS: "Whom could I ask with you what they have seen of {}?",
    Kind.OPINIONS: "With whom does {} go well, and what can I do for the other cases?",
    Kind.STRENGTH: "What can I give you, so that {} finds more room in your work?",
    Kind.PATTERN: "When shall I tell you what I see, so that you need no report for it?",
    Kind.WHOLE: "What can I take off you, or give you, in the next weeks?",
    Kind.COMPETENCY: "Which task of the next weeks fits that, and how can I help with it?",
}
"""How to help, by what is clear; the first kind that the report has."""
HELP_PLAN: Final = "What can I do, so that {} works, and when shall we look at it again?"
LAST: Final = "What should I do more of, or less of, in the next quarter?"
GUESS: Final = (
    "“Who could have given you that?” Nobody can know, and guessing hurts the wrong person."
)
WHY: Final = "“Why only {}?” It asks for a defence. Ask for a situation instead."
WRONG: Final = "“You see yourself wrongly.” Both views have seen something: ask what."
NOTHING: Final = (
    "“So there is nothing to talk about.” No clear difference is not no wish: ask what {name} "
    "would like to do more of."
)
COMPARE: Final = "“Others in the team are better at this.” The report compares nobody with others."
HOW_TO_READ: Final = (
    "“Clear” is more than chance explains. In the pictures the dot is what colleagues say on "
    "average, the line through it where the true average likely lies, the diamond what {name} "
    "answered; the stroke above is last quarter, the one below the company."
)
PURPOSE: Final = (
    "For this talk only. Pay, promotion and contracts are no subject of it: the review was "
    "promised to serve development."
)


@dataclass(frozen=True)
class TalkSheet:
    """What somebody who reads a report takes into the talk with its subject; one page."""

    report: PersonalReport
    reader: str

    @property
    def title(self) -> str:
        return f"{MINUTES} minutes with {self.report.name}"

    @property
    def answered(self) -> str:
        """How many answered, and that both read the same."""
        raters, name = self.report.raters, self.report.name
        if isinstance(raters, Hidden):
            said = f"{reason_words(raters)[:1].upper()}{reason_words(raters)[1:]}."
        else:
            said = f"{counted(raters, 'colleague')} answered."
        return f"{said} {name} reads the same report as you do, and knows that you do."

    @property
    def how_to_read(self) -> str:
        """What “clear” means and what the pictures show, for a sheet that lies alone on a table."""
        return HOW_TO_READ.replace("{name}", self.report.name)

    @property
    def plan(self) -> tuple[Action, ...]:
        """What the person chose and shared."""
        return self.report.plan

    @property
    def questions(self) -> tuple[str, ...]:
        """Three to ask: about what was tried, what is clear, and how to help."""
        found = list(dict.fromkeys(self._questions()))
        return (*found[: QUESTIONS - 1], self._help())

    def _help(self) -> str:
        """How to help: with what was chosen and shared, or else with what is clear."""
        if self.plan:
            return HELP_PLAN.format(f"“{self.plan[0].behaviour.rstrip('.')}”")
        kinds = {one.kind: one for one in reversed(self.report.said)}
        for kind, question in HELP.items():
            if kind in kinds:
                return question.format(kinds[kind].called or "it")
        return LAST

    @property
    def to_avoid(self) -> tuple[str, str]:
        """Two sentences that end a talk, and what to say in their place."""
        return GUESS, self._second_to_avoid()

    @property
    def file_name(self) -> str:
        name = safe_name(f"{self.report.cycle_name} - talk with {self.report.name}")
        return f"Full Circle {name}.pdf"

    def _questions(self) -> Iterator[str]:
        going_on = {one.item.title for one in self.report.looking_back if one.goes_on}
        for past in self.report.looking_back:
            yield (GOES_ON if past.goes_on else LOOKED_BACK).format(past.item.called)
        for item in self.plan:
            if item.title not in going_on:
                yield PLANNED.format(item.called)
        # Hard things before easy ones: time for them runs out first.
        for one in sorted(self.report.said, key=lambda one: one.kind is not Kind.LOW):
            yield self._about(one)
        yield from ALWAYS

    def _about(self, one: Conclusion) -> str:
        line = self.report.line(one.statement)
        if line is None:
            return WITHOUT_STATEMENT[one.kind]
        asked = ASKED[one.kind, _way(one, line)].format(line.called)
        return f"{asked[:1].upper()}{asked[1:]}"

    def _second_to_avoid(self) -> str:
        kinds = {one.kind: one for one in self.report.said}
        low = self.report.line(kinds[Kind.LOW].statement) if Kind.LOW in kinds else None
        if low is not None and isinstance(low.colleagues, Shown):
            return WHY.format(low.colleagues.text)
        if Kind.PATTERN in kinds or Kind.TWO_VIEWS in kinds:
            return WRONG
        return COMPARE if kinds else NOTHING.replace("{name}", self.report.name)


def _way(one: Conclusion, line: StatementLine) -> Direction:
    if one.kind is not Kind.CHANGE:
        return Direction.NONE
    rose = Direction.UP in (line.change, line.change_longer)
    return Direction.UP if rose else Direction.DOWN
