"""A whole in three parts: one bar; the table beside it names the parts, at any width."""

from app.charts.marks import Chart, Line, Mark, Rect, Role

ROLES = (Role.SHARE, Role.COLLEAGUES, Role.BAND)
"""Of the parts from left to right, for the bar and for whoever explains its colours."""


def split_bar(
    shares: tuple[int, ...], *, title: str, width: float = 480, height: float = 22
) -> Chart:
    """`shares` are percent, left to right; they add up to 100."""
    marks: list[Mark] = []
    x = 0.0
    for percent, role in zip(shares, ROLES, strict=True):
        span = percent / 100 * width
        marks.append(Rect(x, 0, span, height, role))
        if x:
            marks.append(Line(x, 0, x, height, Role.GRID))
        x += span
    return Chart("split", width, height, title, ground=(), marks=tuple(marks))
