"""A team's report, from released scores alone: no names, no ranking, three questions to discuss.

Everything in it is the average of at least five printed numbers, so it tells nothing that those
do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, sqrt
from typing import Final

from app.domain import limits
from app.domain.release.policy import Hidden, Score, Shares, Shown
from app.domain.reports.contents import StatementLine, safe_name
from app.domain.reports.findings import overall_change_words
from app.domain.reports.measured import Measured, company_of, competencies_of
from app.domain.reports.noteworthy import Comparison, Noteworthy, apart, changes, is_clear, marks_of
from app.domain.reports.wording import NOT_COMPARABLE
from app.domain.reports.words import agreement_word
from app.domain.statistics.contrasts import Average
from app.domain.statistics.differences import Direction
from app.domain.statistics.spread import PRINTING_VARIANCE

SMALLEST_TEAM: Final = limits.TEAM
QUARTERS: Final = 4
QUESTIONS: Final = 3
MOST_NAMED: Final = 3
"""So many statements are named that stand apart: of ten, none would be heard."""
ASKED: Final = (
    (
        "change",
        Direction.DOWN,
        "“{}” was seen less often than last quarter. What has changed around us?",
    ),
    (
        "change",
        Direction.UP,
        "“{}” was seen more often than last quarter. What did we do, and how do we keep it?",
    ),
    (
        "stands_out",
        Direction.DOWN,
        "“{}” is low for us beside our other behaviours. Where does it get hard, and what "
        "would make it easier?",
    ),
    (
        "stands_out",
        Direction.UP,
        "“{}” is high for us beside our other behaviours. What makes it possible here?",
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
    "A score needs at least {} people of the team. The line through it is its likely range.",
)
APART: Final = (
    "A statement is named where it differs from the team’s other statements by more than chance "
    "explains, after the company’s averages were taken off: what everybody finds hard is nobody’s "
    "weakness. At most three are named, those furthest from the others."
)
APART_ALONE: Final = (
    "A statement is named where it differs from the team’s other statements by more than chance "
    "explains; at most three are, those furthest from the others. The company’s averages are not "
    "known, so one that everybody finds hard may be named as well."
)


@dataclass(frozen=True)
class TeamQuarter:
    """What was released about the members of a team in one cycle."""

    cycle_name: str
    texts: Sequence[str]
    identities: tuple[str, ...]
    """What each statement is, whatever its number and spelling."""
    members: Sequence[Measured]
    """For each member with a released report the scores of all statements."""


@dataclass(frozen=True)
class TeamLine:
    """One statement: the newest quarter as a row of a chart, and the score of every quarter."""

    identity: str
    """What the statement is, whatever its number and spelling."""
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
    known = [_as_asked(quarters[-1].identities, quarter) for quarter in quarters]
    marks = _marks(known, competencies, company, smallest)
    scores = _scores(known, smallest)
    lines = _lines(quarters[-1], scores, marks, competencies=competencies, company=company)
    rows = [one.line for one in lines]
    knows_company = company_of(company) is not None
    return TeamReport(
        company=cover.company,
        manager=cover.manager,
        cycle_name=quarters[-1].cycle_name,
        published_on=cover.published_on,
        members=len(quarters[-1].members),
        quarters=tuple(quarter.cycle_name for quarter in quarters),
        finding=_finding(rows, marks),
        lines=lines,
        questions=_questions(rows),
        notes=tuple(
            note.format(smallest) for note in (*NOTES, APART if knows_company else APART_ALONE)
        ),
    )


def _as_asked(now: Sequence[str], quarter: TeamQuarter) -> list[Measured]:
    """The members' scores of the newest quarter's statements `now`, by their identities."""
    return [member.as_asked(now, quarter.identities) for member in quarter.members]


def _marks(
    known: Sequence[Sequence[Measured]],
    competencies: Sequence[str],
    company: Sequence[Score],
    smallest: int,
) -> Noteworthy:
    """What moved and what stands out, from the printed means of everybody in the team."""
    *earlier, now = [
        Average([member.printed for member in members], least=max(smallest, SMALLEST_TEAM))
        for members in known
    ]
    _, groups = competencies_of(competencies)
    tests = apart(now, company_of(company), competencies=groups)
    if earlier:
        longer = Average(earlier) if len(earlier) > 1 else None
        tests |= changes(now, earlier[-1], longer, competencies=groups)
    return marks_of(tests)


def _lines(
    quarter: TeamQuarter,
    scores: Sequence[Sequence[Score]],
    marks: Noteworthy,
    *,
    competencies: Sequence[str],
    company: Sequence[Score],
) -> tuple[TeamLine, ...]:
    """One per statement, with the team's score of every quarter."""
    texts = quarter.texts
    named = _named(scores[-1], company, marks)
    before: Sequence[Score | None] = scores[-2] if len(scores) > 1 else [None] * len(texts)
    return tuple(
        TeamLine(
            quarter.identities[place],
            StatementLine(
                number=place + 1,
                competency=competencies[place],
                text=text,
                colleagues=scores[-1][place],
                own=None,
                company=company[place],
                previous=before[place],
                change=marks.of(Comparison.STATEMENT, place),
                change_longer=marks.of(Comparison.STATEMENT_LONGER, place),
                stands_out=named.get(place, Direction.NONE),
            ),
            tuple(then[place] for then in scores),
        )
        for place, text in enumerate(texts)
    )


def _named(
    scores: Sequence[Score], company: Sequence[Score], marks: Noteworthy
) -> dict[int, Direction]:
    """Which way the few statements stand apart that are furthest from the others, by place."""
    usual = company_of(company)
    off = {
        place: score.mean - (0.0 if usual is None else float(usual[place]))
        for place, score in enumerate(scores)
        if isinstance(score, Shown)
    }
    middle = sum(off.values()) / len(off) if off else 0.0
    clear = [place for place in off if is_clear(marks.of(Comparison.APART, place))]
    furthest = sorted(clear, key=lambda place: -abs(off[place] - middle))[:MOST_NAMED]
    return {place: marks.of(Comparison.APART, place) for place in furthest}


def _scores(known: Sequence[Sequence[Measured]], smallest: int) -> list[list[Score]]:
    """By quarter the team's score of each statement of the newest."""
    places = range(len(known[-1][0].scores)) if known[-1] else range(0)
    return [[_score_of(members, place, smallest) for place in places] for members in known]


def team_scores(members: Sequence[Measured], *, smallest: int = SMALLEST_TEAM) -> list[Score]:
    """The team’s score of each statement of one quarter, in the order of its questionnaire."""
    places = range(len(members[0].scores)) if members else range(0)
    return [_score_of(members, place, smallest) for place in places]


def _score_of(members: Sequence[Measured], place: int, smallest: int) -> Score:
    found = [member.scores[place] for member in members]
    if found and all(score == NOT_COMPARABLE for score in found):
        return NOT_COMPARABLE
    return team_score(found, smallest=smallest)


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


def _finding(lines: Sequence[StatementLine], marks: Noteworthy) -> str:
    shown = sum(isinstance(line.colleagues, Shown) for line in lines)
    if not shown:
        return "No scores of this team this quarter: too few of its people have one."
    said = [*_moved(lines, marks), *_apart(lines)]
    if not said and marks.smallest.change is not None:
        return f"Nothing moved clearly since {marks.since}, and no statement differs from the rest."
    return " ".join(said) or "No statement differs clearly from the others."


def _moved(lines: Sequence[StatementLine], marks: Noteworthy) -> Iterator[str]:
    """The whole first, then statements beside it."""
    yield from overall_change_words(marks)
    moved = sum(is_clear(line.change) or is_clear(line.change_longer) for line in lines)
    if moved:
        yield f"{_statements(moved)} moved since {marks.since} by more than chance explains."


def _apart(lines: Sequence[StatementLine]) -> Iterator[str]:
    """The few statements that are named, in words."""
    beside = " for this team beside its other statements"
    for way, name in ((Direction.UP, "High"), (Direction.DOWN, "Low")):
        texts = [f"“{one.text.rstrip('.')}”" for one in lines if one.stands_out is way]
        if texts:
            yield f"{name}{beside}: {', '.join(texts)}."
            beside = ""


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
