"""The charts of the company page, each with its numbers as text beside it."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from app.charts.marks import Anchor, Chart, Dot, Line, Mark, Path, Rect, Role, Text
from app.charts.ranges import Ruler, Span, grid, span
from app.charts.svg import svg
from app.domain.enps.direct import DirectCounts
from app.domain.enps.score import StanceCounts
from app.domain.reports.board_room import shortened
from app.domain.reports.company import CompanyFigures, ScoreQuarter
from app.domain.reports.score_change import signed

LONGEST: Final = 8
SCORES: Final = (-100, -50, 0, 50, 100)
SCORE_HEIGHT: Final = 40.0
GUTTER: Final = 1.0
TREND_WIDTH: Final = 400.0
TREND_HEIGHT: Final = 190.0
PAPER_HEIGHT: Final = 130.0
LETTER: Final = 6.0
"""Points of a letter in the name of a quarter, rather too many than too few."""
TREND_TOP: Final = 10.0
TREND_FOOT: Final = 22.0
TREND_LEFT: Final = 38.0
TREND_RIGHT: Final = 22.0
WITHOUT_CROWDING: Final = 6
REASONS_SHOWN: Final = 5
LABEL: Final = Role.LABEL
MIDDLE: Final = Anchor.MIDDLE
STANCES: Final = (
    ("detractors", "0–6", Role.LESS),
    ("passives", "7–8", Role.SHARE),
    ("promoters", "9–10", Role.COLLEAGUES),
)
"""From left to right, as the score runs from -100 to +100: name, answers, role in a chart."""


def score_bar(answers: StanceCounts | DirectCounts) -> Markup:
    """The score with its interval as SVG."""
    return svg(score_picture(answers))


def score_picture(answers: StanceCounts | DirectCounts) -> Chart:
    """The score with its interval on the whole range from -100 to +100, numbers below."""
    low, high = answers.interval
    name = "eNPS" if isinstance(answers, StanceCounts) else "more less less"
    words = f"{name} {signed(answers.score)}, likely between {signed(low)} and {signed(high)}"
    wide = Ruler(SCORES, 320.0)
    numbers = tuple(
        Text(wide.x_at(tick), SCORE_HEIGHT - 3, signed(tick), LABEL, MIDDLE) for tick in SCORES
    )
    ground = (*grid(wide, SCORE_HEIGHT - 16), *numbers)
    marks = span(Span(answers.score, low, high), wide, (SCORE_HEIGHT - 16) / 2)
    return Chart("score", wide.width, SCORE_HEIGHT, words, ground, marks)


class ShareOfGroup(NamedTuple):
    """One of the three groups of respondents."""

    name: str
    answers: str
    role: Role
    share: int


def parts_of(answers: StanceCounts) -> list[ShareOfGroup]:
    """Detractors, passives and promoters with their shares, in this order."""
    return [
        ShareOfGroup(*stance, share)
        for stance, share in zip(STANCES, reversed(answers.shares), strict=True)
    ]


def shares_bar(answers: StanceCounts, *, width: float = 320, height: float = 28) -> Markup:
    """The three groups as one bar."""
    return _bar_of(parts_of(answers), width, height)


COMPARISONS: Final = (("less", Role.LESS), ("the same", Role.SHARE), ("more", Role.COLLEAGUES))


def comparisons_of(counts: DirectCounts) -> list[ShareOfGroup]:
    """Who would recommend less, the same and more than before, with their shares."""
    return [
        ShareOfGroup(name, "", role, share)
        for (name, role), share in zip(COMPARISONS, reversed(counts.shares), strict=True)
    ]


def direct_bar(counts: DirectCounts) -> Markup:
    """The answers to the direct question as one bar."""
    return _bar_of(comparisons_of(counts), 320, 28)


def _bar_of(parts: Sequence[ShareOfGroup], width: float, height: float) -> Markup:
    marks: list[Mark] = []
    left = 0.0
    for part in parts:
        wide = part.share * width / 100
        if wide:
            marks.append(Rect(left, 0, max(wide - GUTTER, 0.5), height, part.role))
        left += wide
    words = ", ".join(f"{part.share} % {part.name}" for part in parts)
    return svg(Chart("shares", width, height, words, (), tuple(marks)))


def reason_bar(share: int, *, width: float = 100, height: float = 12) -> Markup:
    """The share of one side that named a reason, out of all of them."""
    ground = (Rect(0, 0, width, height, Role.SHARE_BASE),)
    bar = (Rect(0, 0, share * width / 100, height, Role.COLLEAGUES),) if share else ()
    return svg(Chart("reason", width, height, f"{share} %", ground, bar))


def trend_chart(quarters: Sequence[ScoreQuarter]) -> Markup:
    """The score over the quarters as SVG."""
    return svg(trend_picture(quarters))


def on_paper(figures: CompanyFigures) -> list[Chart]:
    """The charts of the board’s paper: a trend from two quarters on."""
    several = len(figures.trend) > 1
    return [trend_picture(figures.trend, height=PAPER_HEIGHT)] if several else []


def trend_picture(quarters: Sequence[ScoreQuarter], *, height: float = TREND_HEIGHT) -> Chart:
    """The score of up to eight quarters with its intervals, on the whole range."""
    last = quarters[-LONGEST:]
    step = (TREND_WIDTH - TREND_LEFT - TREND_RIGHT) / len(last)
    every = 2 if len(last) > WITHOUT_CROWDING else 1
    path: list[tuple[float, float]] = []
    marks: list[Mark] = []
    for place, quarter in enumerate(last):
        x = TREND_LEFT + (place + 0.5) * step
        if (len(last) - 1 - place) % every == 0:
            marks.append(Text(x, height - 4, _name(quarter, step * every), LABEL, MIDDLE))
        if isinstance(quarter.answers, StanceCounts):
            path.append((x, _y_at(quarter.answers.score, height)))
            marks.extend(_quarter(quarter.answers, x, height))
    if len(path) > 1:
        marks.insert(0, Path(tuple(path), Role.COLLEAGUES))
    words = "eNPS by quarter; the table below has the numbers"
    return Chart("score-trend", TREND_WIDTH, height, words, _trend_ground(height), tuple(marks))


def _name(quarter: ScoreQuarter, room: float) -> str:
    """The name of a quarter as far as it fits between its neighbours’."""
    return shortened(quarter.cycle_name, int(room / LETTER))


def _y_at(points: float, height: float) -> float:
    return TREND_TOP + (100 - points) / 200 * (height - TREND_TOP - TREND_FOOT)


def _trend_ground(height: float) -> tuple[Mark, ...]:
    ground: list[Mark] = []
    for points in SCORES:
        role, y = (Role.GRID if points else Role.AXIS), _y_at(points, height)
        ground.append(Line(TREND_LEFT, y, TREND_WIDTH, y, role))
        ground.append(Text(TREND_LEFT - 6, y + 4, signed(points), LABEL, Anchor.END))
    return tuple(ground)


def _quarter(answers: StanceCounts, x: float, height: float) -> tuple[Mark, ...]:
    low, high = answers.interval
    y = _y_at(answers.score, height)
    return (
        Line(x, _y_at(low, height), x, _y_at(high, height), Role.INTERVAL),
        Dot(x, y, 4.5, Role.COLLEAGUES),
        Text(x + 8, y - 6, signed(answers.score), Role.VALUE),
    )
