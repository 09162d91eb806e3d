"""A pen that writes page operators: text, strokes and the marks of app.charts.

It appends operators itself instead of calling ReportLab's canvas for each stroke, because that
is where the time of a report goes. Its y counts downwards from the upper edge, as people read.

Decoration (rules, boxes) is collected by colour and drawn below everything else, in one
artifact; text and figures follow in the order in which they are written.
"""

from collections.abc import Iterable
from typing import Any, Final

from app.charts.marks import Anchor, Chart, Mark, Role, Text
from app.pdf.engine.faces import in_first_chapter
from app.pdf.engine.fonts import FontBook
from app.pdf.engine.objects import escaped
from app.pdf.engine.shapes import operators_of
from app.pdf.engine.shaping import runs
from app.pdf.engine.tags import Element, Tag
from app.pdf.engine.theme import (
    CHART_LABEL,
    CHART_VALUE,
    Colour,
    Style,
    filling,
    stroking,
)
from app.pdf.engine.wrapping import width_of

TEXT_STYLES: Final = {Role.VALUE: CHART_VALUE}


NOWHERE: Final = Element(Tag.ARTIFACT, [])


class Pen:
    """Draws on one page or one reusable form that is `height` points high."""

    def __init__(self, fonts: FontBook, height: float) -> None:
        self.fonts = fonts
        self.height = height
        self.operators: list[str] = []
        self.open: list[Element] = [NOWHERE]
        """The elements that are open, the innermost last; a form is part of none."""
        self._current = NOWHERE
        self._style: Style | None = None
        self._boxes: dict[Colour, list[str]] = {}
        self._rules: dict[tuple[Colour, float], list[str]] = {}

    def begin(self) -> None:
        """Called when another element is open than before: a page notes what follows."""

    @property
    def draws_figure(self) -> bool:
        """Whether strokes belong to a picture instead of being decoration."""
        return False

    # text

    def text(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` with its baseline at y, beginning at x."""
        if self.open[-1] is not self._current:
            self.begin()
        codes = in_first_chapter(text)
        if codes is None:
            self._in_other_faces(x, y, text, style)
            return
        if style is not self._style:
            self._choose(style)
            self.operators.append(f"BT {style.operators}")
        else:
            self.operators.append("BT ")
        self.operators.append(f"1 0 0 1 {x:.1f} {self.height - y:.1f} Tm({escaped(codes)})Tj ET\n")

    def text_right(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` ending at x."""
        self.text(x - width_of(text, style), y, text, style)

    def text_middle(self, x: float, y: float, text: str, style: Style) -> None:
        """Write `text` centred on x."""
        self.text(x - width_of(text, style) / 2, y, text, style)

    def _choose(self, style: Style) -> None:
        self._style = style
        self.fonts.use(style.face, 0)

    def _in_other_faces(self, x: float, y: float, text: str, style: Style) -> None:
        """Text with letters outside the first chapter: run by run, with the words kept."""
        self._style = None
        self.operators.append(f"{filling(style.colour)} ")
        for run in runs(text, style.face):
            if run.original is not None:
                spoken = run.original.encode("utf-16-be").hex().upper()
                self.operators.append(f"/Span <</ActualText <FEFF{spoken}>>> BDC\n")
            shown = self.fonts.shown(run, style.size)
            self.operators.append(f"BT 1 0 0 1 {x:.1f} {self.height - y:.1f} Tm {shown} ET\n")
            if run.original is not None:
                self.operators.append("EMC\n")
            x += run.width * style.size

    # strokes and shapes

    def line(
        self, start: tuple[float, float], end: tuple[float, float], colour: Colour, width: float
    ) -> None:
        """A straight line from `start` to `end`."""
        (x1, y1), (x2, y2), top = start, end, self.height
        path = f"{x1:.1f} {top - y1:.1f} m {x2:.1f} {top - y2:.1f} l"
        if self.draws_figure:
            self._at_once(f"{stroking(colour)} {width:g} w {path} S\n")
        else:
            self._rules.setdefault((colour, width), []).append(path)

    def rect(self, x: float, y: float, size: tuple[float, float], colour: Colour) -> None:
        """A filled rectangle whose upper left corner is (x, y)."""
        width, height = size
        path = f"{x:.1f} {self.height - y - height:.1f} {width:.1f} {height:.1f} re"
        if self.draws_figure:
            self._at_once(f"{filling(colour)} {path} f\n")
        else:
            self._boxes.setdefault(colour, []).append(path)

    def _at_once(self, operators: str) -> None:
        if self.open[-1] is not self._current:
            self.begin()
        self._style = None
        self.operators.append(operators)

    # charts and forms

    def marks(self, marks: Iterable[Mark], x: float, y: float) -> None:
        """Draw marks with their origin at (x, y), the words last, on top."""
        shapes: list[str] = []
        words: list[Any] = []
        for mark in marks:
            if type(mark) is Text:
                words.append(mark)
            else:
                shapes.append(operators_of(mark))
        if shapes:
            if self.open[-1] is not self._current:
                self.begin()
            drawn = "".join(shapes)
            self.operators.append(f"q 1 0 0 -1 {x:.2f} {self.height - y:.2f} cm\n{drawn}Q\n")
        for word in words:
            style = TEXT_STYLES.get(word.role, CHART_LABEL)
            WRITES[word.anchor](self, x + word.x, y + word.y, word.text, style)

    def form(self, name: str, x: float, y: float, height: float) -> None:
        """Stamp a reusable form with its upper left corner at (x, y)."""
        if self.open[-1] is not self._current:
            self.begin()
        place = f"1 0 0 1 {x:.2f} {self.height - y - height:.2f} cm"
        self.operators.append(f"q {place} /{name} Do Q\n")

    def image(self, name: str, x: float, y: float, size: tuple[float, float]) -> None:
        """Put the picture `name` with its upper left corner at (x, y)."""
        if self.open[-1] is not self._current:
            self.begin()
        width, height = size
        place = f"{width:.2f} 0 0 {height:.2f} {x:.2f} {self.height - y - height:.2f} cm"
        self.operators.append(f"q {place} /{name} Do Q\n")

    # what has been drawn

    def decoration(self) -> str:
        """Boxes, then rules, by colour; empty where there are none."""
        boxes = (
            f"{filling(colour)} {' '.join(found)} f\n" for colour, found in self._boxes.items()
        )
        rules = (
            f"{stroking(colour)} {width:g} w {' '.join(found)} S\n"
            for (colour, width), found in self._rules.items()
        )
        return "".join([*boxes, *rules])

    def drawn(self) -> str:
        """Everything drawn so far, decoration first."""
        return self.decoration() + "".join(self.operators)


WRITES: Final = {
    Anchor.START: Pen.text,
    Anchor.MIDDLE: Pen.text_middle,
    Anchor.END: Pen.text_right,
}


def ground_name(chart: Chart) -> str:
    """The name under which charts of one kind and size share their ground."""
    return f"{chart.kind}{chart.variant}-{chart.width:g}-{chart.height:g}"
