"""A team's report, from released scores alone: no names, no ranking, three questions to discuss.

Everything in it is the average of at least five printed numbers, so it tells nothing that those
do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, sqrt
from typing import Final

from app.domain.release.policy import Hidden, Score, Shares, Shown
from app.domain.reports.contents import StatementLine, safe_name
from app.domain.reports.marks import changes_between, stands_out
from app.domain.reports.wording import in_order_of
from app.domain.reports.words import agreement_word
from app.domain.statistics.differences import Change
from app.domain.statistics.spread import PRINTING_VARIANCE

SMALLEST_TEAM: Final = 5
QUARTERS: Final = 4
QUESTIONS: Final = 3
ASKED: Final = (
    (
        "change",
        Change.DOWN,
        "“{}” was seen less often than last quarter. What has changed around us?",
    ),
    (
        "change",
        Change.UP,
        "“{}” was seen more often than last quarter. What did we do, and how do we keep it?",
    ),
    (
        "stands_out",
        Change.DOWN,
        "“{}” is seen less often than our other behaviours. Where does it get hard, and what "
        "would make it easier?",
    ),
    (
        "stands_out",
        Change.UP,
        "“{}” is seen more often than our other behaviours. What makes it possible here?",
    ),
)
DIFFERING: Final = "Opinions about “{}” differ. When is it there, and when is it missing?"
ALWAYS: Final = (
    "Which of these behaviours matters most for what we want to reach next quarter?",
    "Which number surprises us, and what have we seen that fits it or speaks against it?",
    "What one thing would make working together easier, and who begins with it?",
)
NOTES: Final = (
    "Each score is the plain average of the released scores of everybody in the team who has one.",
    "It describes how a group is seen, not how well it is led. Teams do different work: this page "
    "compares the team with itself over time, and with the company, with no other team.",
    "A score needs at least {} people of the team. The line through it is its 95 % interval.",
)


@dataclass(frozen=True)
class TeamQuarter:
    """What was released about the members of a team in one cycle."""

    cycle_name: str
    texts: Sequence[str]
    identities: tuple[str, ...]
    """What each statement is, whatever its number and spelling."""
    members: Sequence[Sequence[Score]]
    """For each member with a released report the scores of all statements."""


@dataclass(frozen=True)
class TeamLine:
    """One statement: the newest quarter as a row of a chart, and the score of every quarter."""

    line: StatementLine
    quarters: tuple[Score, ...]
    """Oldest first, this one last; where the statement was not asked with this meaning, why."""


@dataclass(frozen=True)
class TeamCover:
    """Whose team, and the frame it is printed in."""

    company: str
    manager: str
    published_on: date


@dataclass(frozen=True)
class TeamReport:
    """How a team is seen, ready to be shown or printed."""

    company: str
    manager: str
    cycle_name: str
    published_on: date
    members: int
    quarters: tuple[str, ...]
    finding: str
    lines: tuple[TeamLine, ...]
    questions: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """For example "Full Circle 2026 Q3 - team of Bob Example.pdf"."""
        return f"Full Circle {safe_name(f'{self.cycle_name} - team of {self.manager}')}.pdf"


def compose_team(
    cover: TeamCover,
    quarters: Sequence[TeamQuarter],
    *,
    competencies: Sequence[str],
    company: Sequence[Score],
    smallest: int = SMALLEST_TEAM,
) -> TeamReport:
    """Put a team's report together; `quarters` oldest first, at most four, the newest last.

    `competencies` and `company` belong to the statements of the newest quarter.
    """
    scores = [_scores(quarter, smallest) for quarter in quarters]
    lines = _lines(quarters, scores, competencies, company)
    rows = [one.line for one in lines]
    return TeamReport(
        company=cover.company,
        manager=cover.manager,
        cycle_name=quarters[-1].cycle_name,
        published_on=cover.published_on,
        members=len(quarters[-1].members),
        quarters=tuple(quarter.cycle_name for quarter in quarters),
        finding=_finding(rows),
        lines=lines,
        questions=_questions(rows),
        notes=tuple(note.format(smallest) for note in NOTES),
    )


def _lines(
    quarters: Sequence[TeamQuarter],
    scores: Sequence[Sequence[Score]],
    competencies: Sequence[str],
    company: Sequence[Score],
) -> tuple[TeamLine, ...]:
    """One per statement; a statement is known in earlier quarters by its identity."""
    asked_now, now = quarters[-1].identities, scores[-1]
    known = [
        in_order_of(asked_now, quarter.identities, found)
        for quarter, found in zip(quarters, scores, strict=True)
    ]
    before: Sequence[Score | None] = known[-2] if len(known) > 1 else [None] * len(now)
    changes, marks = changes_between(before, now), stands_out(now)
    return tuple(
        TeamLine(
            StatementLine(
                number=place + 1,
                competency=competencies[place],
                text=text,
                colleagues=now[place],
                own=None,
                company=company[place],
                previous=before[place],
                change=changes[place],
                stands_out=marks[place],
            ),
            tuple(scores_then[place] for scores_then in known),
        )
        for place, text in enumerate(quarters[-1].texts)
    )


def _scores(quarter: TeamQuarter, smallest: int) -> list[Score]:
    return [
        team_score([member[place] for member in quarter.members], smallest=smallest)
        for place in range(len(quarter.texts))
    ]


def team_score(scores: Sequence[Score], *, smallest: int = SMALLEST_TEAM) -> Score:
    """The mean of released means, in points 1-5; hidden below `smallest` of them.

    Its error is that of the members' errors and of printing one decimal.
    """
    shown = [score for score in scores if isinstance(score, Shown)]
    if len(shown) < max(smallest, SMALLEST_TEAM):
        return Hidden(f"fewer than {max(smallest, SMALLEST_TEAM)} people have a score")
    n = len(shown)
    squares = sum(score.standard_error**2 for score in shown)
    return Shown(
        mean=floor(sum(round(10 * score.mean) for score in shown) / n + 0.5) / 10,
        raters=sum(score.raters for score in shown),
        standard_error=sqrt(squares / n**2 + PRINTING_VARIANCE),
        shares=_shares([score.shares for score in shown if score.shares], smallest),
    )


def _shares(found: Sequence[Shares], smallest: int) -> Shares | None:
    """The mean of released distributions, in whole percent that add up to 100."""
    if len(found) < max(smallest, SMALLEST_TEAM):
        return None
    low = floor(sum(shares.low for shares in found) / len(found) + 0.5)
    high = min(floor(sum(shares.high for shares in found) / len(found) + 0.5), 100 - low)
    return Shares(low, 100 - low - high, high)


def _finding(lines: Sequence[StatementLine]) -> str:
    shown = sum(isinstance(line.colleagues, Shown) for line in lines)
    if not shown:
        return "No scores of this team this quarter: too few of its people have one."
    moved = sum(line.change in (Change.UP, Change.DOWN) for line in lines)
    apart = sum(line.stands_out in (Change.UP, Change.DOWN) for line in lines)
    if moved:
        return f"{_statements(moved)} moved since last quarter by more than chance explains."
    if apart:
        return f"{_statements(apart)} stand apart from the team's own average."
    return "The team is seen much alike across all statements, within what chance explains."


def _statements(count: int) -> str:
    words = ("No", "One", "Two", "Three", "Four", "Five", "Six")
    name = words[count] if count < len(words) else str(count)
    return f"{name} statement" if count == 1 else f"{name} statements"


def _questions(lines: Sequence[StatementLine]) -> tuple[str, ...]:
    """Three: what the data ask first, then what every team may ask itself."""
    asked, used = [], set[int]()
    for mark, direction, question in ASKED:
        found = next((one for one in lines if getattr(one, mark) is direction), None)
        if found is not None and found.number not in used:
            used.add(found.number)
            asked.append(question.format(found.text.rstrip(".")))
    differing = next((one for one in lines if _differs(one) and one.number not in used), None)
    if differing is not None:
        asked.append(DIFFERING.format(differing.text.rstrip(".")))
    return tuple([*asked, *ALWAYS][:QUESTIONS])


def _differs(line: StatementLine) -> bool:
    shares = line.colleagues.shares if isinstance(line.colleagues, Shown) else None
    return shares is not None and agreement_word(shares) == "opinions differ"
