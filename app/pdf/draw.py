"""A pen that writes page operators: text, strokes and the marks of app.charts.

It appends operators itself instead of calling the canvas for each stroke, because that is
where the time of a report goes. Its y counts downwards from the upper edge, as people read.
"""

from collections.abc import Iterable
from functools import singledispatchmethod
from typing import Any, Final

from reportlab.lib.rl_accel import escapePDF

from app.charts.marks import (
    Anchor,
    Chart,
    Diamond,
    Dot,
    Group,
    Line,
    Mark,
    Path,
    Rect,
    Role,
    Text,
    Tick,
)
from app.pdf.theme import (
    CHART_LABEL,
    CHART_VALUE,
    FILLS,
    STROKES,
    THIN,
    WHITE,
    Colour,
    Run,
    Style,
    runs,
)
from app.pdf.wrapping import width_of

CIRCLE: Final = 0.5523
"""Length of a Bézier curve's handle that makes a quarter of a circle of radius 1."""
TEXT_STYLES: Final = {Role.VALUE: CHART_VALUE}


class Pen:
    """Draws on one page or one reusable form that is `height` points high."""

    def __init__(self, canvas: Any, height: float) -> None:
        self.canvas = canvas
        self.height = height
        self.operators: list[str] = []
        self._fill: Colour | None = None
        self._stroke: Colour | None = None
        self._line_width: float | None = None

    # text

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` with its baseline at y, beginning at x."""
        for run in runs(text, style.face):
            self._run(x, y, run, style)
            x += run.width * style.size

    def text_right(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` ending at x."""
        self.text(x - width_of(text, style), y, text, style)

    def text_middle(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` centred on x."""
        self.text(x - width_of(text, style) / 2, y, text, style)

    def _run(self, x: float, y: float, run: Run, style: Style) -> None:
        if run.original is not None:
            spoken = run.original.encode("utf-16-be").hex().upper()
            self.operators.append(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
        if run.face is None:
            self._boxes(x, y, run, style)
        else:
            self._letters(x, y, run, style)
        if run.original is not None:
            self.operators.append("EMC")

    def _letters(self, x: float, y: float, run: Run, style: Style) -> None:
        self.fill(style.colour)
        place = f"1 0 0 1 {x:.2f} {self.height - y:.2f} Tm"
        shown = " ".join(
            f"{name} {style.size:g} Tf ({text}) Tj" for name, text in self._encoded(run)
        )
        self.operators.append(f"BT {place} {shown} ET")

    def _encoded(self, run: Run) -> Iterable[tuple[str, str]]:
        """The run as the document's font subsets encode it."""
        document = self.canvas._doc
        font: Any = run.face and run.face.font
        if not getattr(font, "_dynamicFont", False):
            return [(document.getInternalFontName(font.fontName), font.formatForPdf(run.text))]
        return [
            (font.getSubsetInternalName(subset, document), escapePDF(text))
            for subset, text in font.splitString(run.text, document)
        ]

    def _boxes(self, x: float, y: float, run: Run, style: Style) -> None:
        """A dotted box for each character that no face of this machine can draw."""
        self.stroke(style.colour, THIN)
        side = style.size * 0.56
        for number in range(len(run.text)):
            left = x + number * style.size * 0.66 + 0.5
            bottom = self.height - y
            box = f"{left:.2f} {bottom:.2f} {side:.2f} {side:.2f} re"
            self.operators.append(f"[0.6 1] 0 d {box} S [] 0 d")

    # strokes and shapes

    def fill(self, colour: Colour) -> None:
        if colour != self._fill:
            self._fill = colour
            self.operators.append("{:g} {:g} {:g} rg".format(*colour))

    def stroke(self, colour: Colour, width: float) -> None:
        if colour != self._stroke:
            self._stroke = colour
            self.operators.append("{:g} {:g} {:g} RG".format(*colour))
        if width != self._line_width:
            self._line_width = width
            self.operators.append(f"{width:g} w")

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: float
    ) -> None:
        """A straight line from `start` to `end`."""
        self.stroke(colour, width)
        (x1, y1), (x2, y2) = start, end
        top = self.height
        self.operators.append(f"{x1:.2f} {top - y1:.2f} m {x2:.2f} {top - y2:.2f} l S")

    def rect(self, x: float, y: float, size: tuple[float, float], colour: Colour) -> None:
        """A filled rectangle whose upper left corner is (x, y)."""
        self.fill(colour)
        width, height = size
        bottom = self.height - y - height
        self.operators.append(f"{x:.2f} {bottom:.2f} {width:.2f} {height:.2f} re f")

    def _outline(self, points: Iterable[tuple[float, float]], dx: float, dy: float) -> str:
        steps = [f"{x + dx:.2f} {self.height - y - dy:.2f}" for x, y in points]
        return f"{steps[0]} m " + " ".join(f"{step} l" for step in steps[1:])

    def form(self, name: str, x: float, y: float, height: float) -> None:
        """Stamp a reusable form with its upper left corner at (x, y)."""
        inner = self.canvas._doc.getXObjectName(name)
        place = f"1 0 0 1 {x:.2f} {self.height - y - height:.2f} cm"
        self.operators.append(f"q {place} /{inner} Do Q")

    # charts

    def marks(self, marks: Iterable[Mark], x: float, y: float) -> None:
        """Draw marks with their origin at (x, y)."""
        for mark in marks:
            self._mark(mark, x, y)

    @singledispatchmethod
    def _mark(self, mark: object, dx: float, dy: float) -> None:
        raise TypeError(f"no such mark: {mark!r}")

    @_mark.register
    def _(self, mark: Line, dx: float, dy: float) -> None:
        self.line(
            (mark.x1 + dx, mark.y1 + dy),
            (mark.x2 + dx, mark.y2 + dy),
            FILLS[mark.role],
            STROKES.get(mark.role, THIN),
        )

    @_mark.register
    def _(self, mark: Tick, dx: float, dy: float) -> None:
        top, bottom = (mark.x + dx, mark.y + dy), (mark.x + dx, mark.y + mark.height + dy)
        self.line(top, bottom, FILLS[mark.role], STROKES.get(mark.role, THIN))

    @_mark.register
    def _(self, mark: Rect, dx: float, dy: float) -> None:
        self.rect(mark.x + dx, mark.y + dy, (mark.width, mark.height), FILLS[mark.role])

    @_mark.register
    def _(self, mark: Dot, dx: float, dy: float) -> None:
        self.fill(FILLS[mark.role])
        self.stroke(WHITE, 0.8)  # a white rim keeps a dot readable on whatever lies below
        x, y, radius = mark.x + dx, self.height - mark.y - dy, mark.radius
        handle = radius * CIRCLE
        self.operators.append(
            f"{x + radius:.2f} {y:.2f} m "
            f"{x + radius:.2f} {y + handle:.2f} {x + handle:.2f} {y + radius:.2f} "
            f"{x:.2f} {y + radius:.2f} c "
            f"{x - handle:.2f} {y + radius:.2f} {x - radius:.2f} {y + handle:.2f} "
            f"{x - radius:.2f} {y:.2f} c "
            f"{x - radius:.2f} {y - handle:.2f} {x - handle:.2f} {y - radius:.2f} "
            f"{x:.2f} {y - radius:.2f} c "
            f"{x + handle:.2f} {y - radius:.2f} {x + radius:.2f} {y - handle:.2f} "
            f"{x + radius:.2f} {y:.2f} c b"
        )

    @_mark.register
    def _(self, mark: Diamond, dx: float, dy: float) -> None:
        self.fill(WHITE)
        self.stroke(FILLS[mark.role], STROKES.get(mark.role, THIN))
        x, y, radius = mark.x, mark.y, mark.radius
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        self.operators.append(self._outline(corners, dx, dy) + " b")

    @_mark.register
    def _(self, mark: Path, dx: float, dy: float) -> None:
        if mark.closed:
            self.fill(FILLS[mark.role])
        else:
            self.stroke(FILLS[mark.role], STROKES.get(mark.role, THIN))
        self.operators.append(
            self._outline(mark.points, dx, dy) + (" h f" if mark.closed else " S")
        )

    @_mark.register
    def _(self, mark: Text, dx: float, dy: float) -> None:
        style = TEXT_STYLES.get(mark.role, CHART_LABEL)
        write = {
            Anchor.START: self.text,
            Anchor.MIDDLE: self.text_middle,
            Anchor.END: self.text_right,
        }[mark.anchor]
        write(mark.x + dx, mark.y + dy, mark.text, style)

    @_mark.register
    def _(self, mark: Group, dx: float, dy: float) -> None:
        self.marks(mark.marks, dx, dy)


def ground_name(chart: Chart) -> str:
    """The name under which charts of one kind and size share their ground."""
    return f"{chart.kind}{chart.variant}-{chart.width:g}-{chart.height:g}"
