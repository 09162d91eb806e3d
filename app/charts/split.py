"""A whole in three parts: one bar, each part with its percent."""

from app.charts.marks import Anchor, Chart, Line, Mark, Rect, Role, Text

ROLES = (Role.SHARE, Role.COLLEAGUES, Role.BAND)
BAR = 22.0
NARROWEST_LABEL = 8
"""Percent; in a narrower part the figure would not fit, and the table beside it has it."""


def split_bar(
    parts: tuple[tuple[str, int], ...], *, title: str, width: float = 480, height: float = 40
) -> Chart:
    """`parts` are (name, percent), left to right; they add up to 100."""
    marks: list[Mark] = []
    x = 0.0
    for (name, percent), role in zip(parts, ROLES, strict=True):
        span = percent / 100 * width
        marks.append(Rect(x, 0, span, BAR, role))
        if x:
            marks.append(Line(x, 0, x, BAR, Role.GRID))
        if percent >= NARROWEST_LABEL:
            middle = x + span / 2
            marks.append(Text(middle, height - 6, f"{name} {percent} %", Role.LABEL, Anchor.MIDDLE))
        x += span
    return Chart("split", width, height, title, ground=(), marks=tuple(marks))
