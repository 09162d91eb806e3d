"""Charts on the answer scale from 1 to 5: one statement, one competency, one difference."""

from functools import lru_cache

from app.charts.marks import (
    Anchor,
    Chart,
    Diamond,
    Dot,
    Line,
    Mark,
    Rect,
    Role,
    Text,
    Tick,
)
from app.domain.release.policy import Hidden, Score, Shares, Shown
from app.domain.reports.contents import CompetencyLine, StatementLine
from app.domain.reports.words import (
    gap_words,
    number_words,
    score_with_range,
    score_words,
    statement_words,
)
from app.domain.scale import OPTIONS

MARGIN = 10.0
DOT = 3.8
DIAMOND = 5.8
TICK = 6.5
BIN_CENTRES = (1.5, 3.0, 4.5)
"""Where ratings of 1-2, of 3 and of 4-5 stand on the scale."""
BIN_WIDTH = 0.9


def x_at(value: float, width: float) -> float:
    """Where `value` lies on a scale drawn `width` points wide."""
    return MARGIN + (value - 1) / (OPTIONS - 1) * (width - 2 * MARGIN)


@lru_cache(maxsize=64)
def grid(width: float, height: float) -> tuple[Mark, ...]:
    """Five hairlines, the same behind every row, so that rows read as one picture."""
    places = (x_at(option, width) for option in range(1, OPTIONS + 1))
    return tuple(Line(x, 0, x, height, Role.GRID) for x in places)


@lru_cache(maxsize=16)
def scale_head(*, width: float = 220, height: float = 12) -> Chart:
    """The numbers 1 to 5 above a column of rows."""
    ground = tuple(
        Text(x_at(option, width), height - 3, str(option), Role.LABEL, Anchor.MIDDLE)
        for option in range(1, OPTIONS + 1)
    )
    return Chart("head", width, height, "Scale from 1 to 5", ground, ())


def statement_row(
    line: StatementLine, *, width: float = 220, height: float = 28, dot: float = DOT
) -> Chart:
    """One statement: distribution, mean with interval, own answer, last quarter, company.

    `dot` is the radius of the mean: a small one leaves more of a narrow interval to be seen.
    Last quarter's tick stands above the middle and the company's below it, so that they
    differ without colour; the own diamond is larger than the dot it may coincide with.
    """
    middle = height / 2
    marks = [
        *_bins(line.colleagues, width, height),
        *_interval(line.colleagues, middle, width),
        *_tick(line.previous, middle - TICK - DOT, width, Role.PREVIOUS),
        *_tick(line.company, middle + DOT, width, Role.COMPANY),
        *_diamond(line.own, middle, width),
        *_dot(line.colleagues, middle, width, dot),
    ]
    return Chart(
        "statement", width, height, statement_words(line), grid(width, height), tuple(marks)
    )


def before_after(before: Score, after: Score, *, width: float = 220, height: float = 28) -> Chart:
    """A score that somebody worked on: dot and line now, the stroke above them before."""
    middle = height / 2
    marks = [
        *_interval(after, middle, width),
        *_tick(before, middle - TICK - DOT, width, Role.PREVIOUS),
        *_dot(after, middle, width),
    ]
    title = f"Before: {score_with_range(before)}; after: {score_with_range(after)}"
    return Chart("before-after", width, height, title, grid(width, height), tuple(marks))


def dumbbell(line: StatementLine, *, width: float = 220, height: float = 24) -> Chart:
    """The own answer and colleagues' mean, joined by the difference between them."""
    middle = height / 2
    marks: list[Mark] = []
    if line.own is not None and isinstance(line.colleagues, Shown):
        own, theirs = x_at(line.own, width), x_at(line.colleagues.mean, width)
        marks.append(Line(own, middle, theirs, middle, Role.GAP))
    marks.extend(_diamond(line.own, middle, width))
    marks.extend(_dot(line.colleagues, middle, width))
    title = f"Own answer: {number_words(line.own)}; colleagues: {score_words(line.colleagues)}"
    if line.gap is not None:
        title += f"; own is {gap_words(line)}"
    return Chart("dumbbell", width, height, title, grid(width, height), tuple(marks))


def competency_dots(line: CompetencyLine, *, width: float = 220, height: float = 24) -> Chart:
    """A competency: colleagues' mean, the own view and the company."""
    middle = height / 2
    marks = [
        *_tick(line.company, middle + DOT, width, Role.COMPANY),
        *_diamond(line.own, middle, width),
        *_dot(line.colleagues, middle, width),
    ]
    title = (
        f"Colleagues: {score_words(line.colleagues)}; own: {number_words(line.own)}; "
        f"company: {number_words(line.company)}"
    )
    return Chart("competency", width, height, title, grid(width, height), tuple(marks))


def pair_dots(
    one: Score, other: Score, *, names: tuple[str, str], width: float = 220, height: float = 24
) -> Chart:
    """Two groups of colleagues on one statement: a dot and a tick across the middle."""
    middle = height / 2
    marks: list[Mark] = [
        *_tick(other, middle - TICK, width, Role.OWN, 2 * TICK),
        *_dot(one, middle, width),
    ]
    title = f"{names[0]}: {score_words(one)}; {names[1]}: {score_words(other)}"
    return Chart("pair", width, height, title, grid(width, height), tuple(marks))


def _bins(score: Score, width: float, height: float) -> list[Mark]:
    """The released distribution as three columns standing where their ratings lie."""
    if isinstance(score, Hidden) or score.shares is None:
        return []
    return _columns(score.shares, width, height)


def _columns(shares: Shares, width: float, height: float) -> list[Mark]:
    column = BIN_WIDTH / (OPTIONS - 1) * (width - 2 * MARGIN)
    marks: list[Mark] = []
    for centre, share in zip(BIN_CENTRES, shares, strict=True):
        left = x_at(centre, width) - column / 2
        tall = (height - 2) * share / 100
        if tall:
            marks.append(Rect(left, height - tall, column, tall, Role.SHARE))
        marks.append(Line(left, height, left + column, height, Role.SHARE_BASE))
    return marks


def _interval(score: Score, middle: float, width: float) -> list[Mark]:
    """The whisker around a mean."""
    if isinstance(score, Hidden):
        return []
    left, right = x_at(score.low, width), x_at(score.high, width)
    return [Line(left, middle, right, middle, Role.INTERVAL)]


def _dot(score: Score | float, middle: float, width: float, radius: float = DOT) -> list[Mark]:
    if isinstance(score, Hidden):
        return []  # the reason stands in words beside the chart, and in its title
    mean = score.mean if isinstance(score, Shown) else score
    return [Dot(x_at(mean, width), middle, radius, Role.COLLEAGUES)]


def _diamond(own: float | None, middle: float, width: float) -> list[Mark]:
    return [] if own is None else [Diamond(x_at(own, width), middle, DIAMOND, Role.OWN)]


def _tick(
    score: Score | float | None, top: float, width: float, role: Role, height: float = TICK
) -> list[Mark]:
    if score is None or isinstance(score, Hidden):
        return []
    mean = score.mean if isinstance(score, Shown) else score
    return [Tick(x_at(mean, width), top, height, role)]
