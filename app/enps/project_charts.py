"""A figure before an improvement and since: the dot now with its range, a stroke above before."""

from typing import Final

from markupsafe import Markup

from app.charts.marks import Anchor, Chart, Role, Text, Tick
from app.charts.ranges import HALVES, SCALE, Ruler, Span, grid, span
from app.charts.svg import svg
from app.domain.reports.score_change import signed
from app.projects.queries import ProjectLine

PERCENT: Final = (0, 50, 100)
WIDTH: Final = 272.0
HEIGHT: Final = 40.0
MIDDLE: Final = 14.0
STROKE: Final = 9.0


def before_and_since(line: ProjectLine) -> Markup:
    """The picture of a project that was held against its figure; empty before."""
    if line.outcome is None:
        return Markup("")
    ticks = _ticks(line)
    ruler = Ruler(ticks, WIDTH)
    now, low, high = line.outcome.now, line.outcome.low, line.outcome.high
    shown = Span(now, max(low, ticks[0]), min(high, ticks[-1]))
    before = Tick(ruler.x_at(line.outcome.before), MIDDLE - STROKE - 3, STROKE, Role.PREVIOUS)
    numbers = tuple(
        Text(
            ruler.x_at(tick),
            HEIGHT - 3,
            signed(tick) if ticks == HALVES else str(tick),
            Role.LABEL,
            Anchor.MIDDLE,
        )
        for tick in ticks
    )
    ground = (*grid(ruler, HEIGHT - 14), *numbers)
    words = (
        f"{line.shown(line.outcome.before)} before, {line.shown(now)} since, "
        f"likely between {line.shown(shown.low)} and {line.shown(shown.high)}"
    )
    marks = (*span(shown, ruler, MIDDLE), before)
    return svg(Chart("before-and-since", WIDTH, HEIGHT, words, ground, marks))


def _ticks(line: ProjectLine) -> tuple[int, ...]:
    if line.project.figure == "score":
        return HALVES
    return PERCENT if line.is_about_shares else SCALE
