"""The key of the charts: each sign, and what it means."""

from functools import cache

from app.charts.marks import Chart, Diamond, Dot, Line, Mark, Rect, Role, Tick

WIDTH = 30.0
HEIGHT = 16.0


MIDDLE, CENTRE = HEIGHT / 2, WIDTH / 2
SIGNS: tuple[tuple[str, str, tuple[Mark, ...]], ...] = (
    # What the sign looks like, what it means, what draws it.
    (
        "dot on a line",
        "what colleagues said on average, and the range in which the true average likely lies",
        (
            Line(3, MIDDLE, WIDTH - 3, MIDDLE, Role.INTERVAL),
            Dot(CENTRE, MIDDLE, 3.8, Role.COLLEAGUES),
        ),
    ),
    ("diamond", "the own answer", (Diamond(CENTRE, MIDDLE, 5.8, Role.OWN),)),
    (
        "stroke above a line",
        "above the line: colleagues last quarter",
        (
            Line(6, MIDDLE + 2, WIDTH - 6, MIDDLE + 2, Role.INTERVAL),
            Tick(CENTRE, MIDDLE - 7, 7, Role.PREVIOUS),
        ),
    ),
    (
        "stroke below a line",
        "below the line: the whole company",
        (
            Line(6, MIDDLE - 2, WIDTH - 6, MIDDLE - 2, Role.INTERVAL),
            Tick(CENTRE, MIDDLE, 7, Role.COMPANY),
        ),
    ),
    (
        "three columns",
        "share of ratings 1 or 2 / 3 / 4 or 5, where there are enough of them",
        (
            Rect(3, MIDDLE + 3, 7, 4, Role.SHARE),
            Rect(11.5, MIDDLE - 1, 7, 8, Role.SHARE),
            Rect(20, MIDDLE - 6, 7, 13, Role.SHARE),
        ),
    ),
)


@cache
def keys() -> tuple[tuple[Chart, str], ...]:
    """Every sign of a report's charts and what it means."""
    return tuple(
        (Chart("key", WIDTH, HEIGHT, sign, (), marks), words) for sign, words, marks in SIGNS
    )
