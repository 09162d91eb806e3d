"""The least that any program must do for a report: its operators written by hand, then zlib.

What is drawn and where is known beforehand (recorded once, outside the measured time): no
layout, no words chosen, no tags, no structure tree. What remains is turning numbers and texts
into bytes, compressing seven pages and joining the file; fonts and grounds are ready.
"""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from app.charts.marks import Diamond, Dot, Line, Path, Rect, Text, Tick
from app.domain.reports.contents import PersonalReport
from app.pdf.engine.operators import Pen
from app.pdf.engine.sheet import Sheet
from app.pdf.engine.theme import FILLS, STROKES, Colour
from app.pdf.pages.personal import render

HEIGHT = 842.0


@dataclass
class Page:
    """What one page shows, as plain numbers and texts."""

    texts: list[tuple[str, float, Colour, float, float, str]] = field(default_factory=list)
    lines: list[tuple[Colour, float, float, float, float, float]] = field(default_factory=list)
    boxes: list[tuple[Colour, float, float, float, float]] = field(default_factory=list)
    dots: list[tuple[Colour, float, float, float]] = field(default_factory=list)
    outlines: list[tuple[Colour, bool, list[tuple[float, float]]]] = field(default_factory=list)
    grounds: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Recording:
    """The pages of a report, and the objects that never change (fonts, grounds)."""

    pages: list[Page]
    ready: bytes


def recorded(report: PersonalReport) -> Recording:
    """What the report shows, taken from one run of the real thing."""
    pages: dict[int, Page] = {}
    with _watched(pages):
        made = render(report)
    return Recording([page for page in pages.values() if page.texts], _ready(made))


def _ready(made: bytes) -> bytes:
    """Fonts and grounds as they stand in the file: as many bytes, copied as they are."""
    streams = (
        one for one in pikepdf.open(BytesIO(made)).objects if isinstance(one, pikepdf.Stream)
    )
    return b"".join(
        one.read_raw_bytes() for one in streams if one.get("/Length1") or one.get("/BBox")
    )


@contextmanager
def _watched(pages: dict[int, Page]) -> Iterator[None]:
    originals = {name: getattr(Pen, name) for name in NOTES}
    kept: list[Pen] = []  # so that no later pen gets the id of an earlier one

    def watching(name: str, note: Callable[..., None]) -> Callable[..., Any]:
        def call(pen: Pen, *rest: Any) -> Any:
            if isinstance(pen, Sheet):
                kept.append(pen)
                note(pages.setdefault(id(pen), Page()), *rest)
            return originals[name](pen, *rest)

        return call

    for name, note in NOTES.items():
        setattr(Pen, name, watching(name, note))
    try:
        yield
    finally:
        for name, original in originals.items():
            setattr(Pen, name, original)


def _note_text(page: Page, x: float, y: float, text: str, style: Any) -> None:
    page.texts.append((style.face.name, style.size, style.colour, x, HEIGHT - y, text))


def _note_line(page: Page, start: Any, end: Any, colour: Any, width: float) -> None:
    page.lines.append((colour, width, start[0], HEIGHT - start[1], end[0], HEIGHT - end[1]))


def _note_rect(page: Page, x: float, y: float, size: Any, colour: Any) -> None:
    page.boxes.append((colour, x, HEIGHT - y - size[1], size[0], size[1]))


def _note_form(page: Page, _name: str, x: float, y: float, height: float) -> None:
    page.grounds.append((x, HEIGHT - y - height))


def _note_marks(page: Page, marks: Any, x: float, y: float) -> None:
    for mark in marks:
        if not isinstance(mark, Text):  # words are written through Pen.text
            SHAPES[type(mark)](page, mark, x, HEIGHT - y)


def _note_stroke(page: Page, mark: Line, x: float, top: float) -> None:
    width = STROKES.get(mark.role, 0.5)
    ends = (x + mark.x1, top - mark.y1, x + mark.x2, top - mark.y2)
    page.lines.append((FILLS[mark.role], width, *ends))


def _note_tick(page: Page, mark: Tick, x: float, top: float) -> None:
    foot = mark.y + mark.height
    _note_stroke(page, Line(mark.x, mark.y, mark.x, foot, mark.role), x, top)


def _note_bar(page: Page, mark: Rect, x: float, top: float) -> None:
    foot = top - mark.y - mark.height
    page.boxes.append((FILLS[mark.role], x + mark.x, foot, mark.width, mark.height))


def _note_dot(page: Page, mark: Dot, x: float, top: float) -> None:
    page.dots.append((FILLS[mark.role], mark.radius, x + mark.x, top - mark.y))


def _note_diamond(page: Page, mark: Diamond, x: float, top: float) -> None:
    across, up, far = x + mark.x, top - mark.y, mark.radius
    corners = [(across, up - far), (across + far, up), (across, up + far), (across - far, up)]
    page.outlines.append((FILLS[mark.role], True, corners))


def _note_path(page: Page, mark: Path, x: float, top: float) -> None:
    points = [(x + one, top - other) for one, other in mark.points]
    page.outlines.append((FILLS[mark.role], mark.closed, points))


SHAPES: dict[type, Callable[..., None]] = {
    Line: _note_stroke,
    Tick: _note_tick,
    Rect: _note_bar,
    Dot: _note_dot,
    Diamond: _note_diamond,
    Path: _note_path,
}
NOTES: dict[str, Callable[..., None]] = {
    "text": _note_text,
    "line": _note_line,
    "rect": _note_rect,
    "form": _note_form,
    "marks": _note_marks,
}


def written(recording: Recording) -> bytes:
    """The file, by hand."""
    parts = [b"%PDF-1.7\n", recording.ready]
    places = []
    for page in recording.pages:
        content = zlib.compress(_content(page).encode("cp1252", "replace"), 6)
        places.append(sum(map(len, parts)))
        parts.append(
            b"%d 0 obj\n<</Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream\nendobj\n"
            b"%d 0 obj\n<</Type/Page/Parent 2 0 R/Resources 3 0 R/Contents %d 0 R>>\nendobj\n"
            % (len(places), len(content), content, len(places), len(places))
        )
    parts.append("".join(f"{place:010d} 00000 n\n" for place in places).encode())
    return b"".join(parts)


def _content(page: Page) -> str:
    out = []
    for (red, green, blue), x, y, width, height in page.boxes:
        out.append(f"{red} {green} {blue} rg {x:.1f} {y:.1f} {width:.1f} {height:.1f} re f\n")
    for (red, green, blue), thick, x1, y1, x2, y2 in page.lines:
        out.append(f"{red} {green} {blue} RG {thick} w {x1:.1f} {y1:.1f} m {x2:.1f} {y2:.1f} l S\n")
    out.extend([f"q 1 0 0 1 {x:.1f} {y:.1f} cm /G Do Q\n" for x, y in page.grounds])
    for (red, green, blue), is_filled, points in page.outlines:
        steps = " l ".join([f"{x:.1f} {y:.1f}" for x, y in points]).replace(" l ", " m ", 1)
        out.append(f"{red} {green} {blue} RG {steps} l {'b' if is_filled else 'S'}\n")
    out.append("1 J\n")
    for (red, green, blue), radius, x, y in page.dots:
        out.append(
            f"1 1 1 RG {2 * radius + 0.8:g} w {x:.1f} {y:.1f} m {x:.1f} {y:.1f} l S "
            f"{red} {green} {blue} RG {2 * radius:g} w {x:.1f} {y:.1f} m {x:.1f} {y:.1f} l S\n"
        )
    out.append("BT\n")
    for face, size, (red, green, blue), x, y, text in page.texts:
        said = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        out.append(
            f"/{face} {size:g} Tf {red} {green} {blue} rg 1 0 0 1 {x:.1f} {y:.1f} Tm ({said}) Tj\n"
        )
    out.append("ET\n")
    return "".join(out)
