"""What the sheets of one document share: fonts, structure, reusable forms, numbered objects."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.charts.marks import Mark
from app.pdf.engine.fonts import FontBook
from app.pdf.engine.letterhead import Letterhead
from app.pdf.engine.objects import Objects, stream
from app.pdf.engine.operators import Pen
from app.pdf.engine.tags import Element, Tags

PAPERS: Final = {"A4": (595.28, 841.89), "letter": (612.0, 792.0)}
MARGINS: Final = {"A4": (92.0, 66.0), "letter": (76.0, 60.0)}
"""Above and below the text of a page; letter paper is shorter."""
FONTS, COLOURS, RESOURCES = 1, 2, 3
"""The first objects of every file: its fonts, its named colours, and what all pages share."""


@dataclass(frozen=True)
class FormXObject:
    """A reusable piece of a page as it stands in the file, and the chapters of its words."""

    alias: str
    body: bytes
    fonts: FontBook


def _form(alias: str, size: tuple[float, float], pen: Pen) -> FormXObject:
    entries = {
        "Type": "/XObject",
        "Subtype": "/Form",
        "BBox": f"[0 0 {size[0]:.2f} {size[1]:.2f}]",
        "Resources": f"<</Font {FONTS} 0 R/ColorSpace {COLOURS} 0 R>>",
    }
    body = stream(pen.drawn().encode("latin-1"), entries)
    return FormXObject(alias, body, pen.fonts)


@lru_cache(maxsize=256)
def _ground(name: str, size: tuple[float, float], marks: tuple[Mark, ...]) -> FormXObject:
    """The ground of a kind of chart, drawn and compressed once in the process."""
    pen = Pen(FontBook(), size[1])
    pen.marks(marks, 0, 0)
    return _form(f"G{name.replace('.', '_')}", size, pen)


class Materials:
    """Everything that sheets of one document draw with."""

    def __init__(self, letterhead: Letterhead) -> None:
        self.letterhead = letterhead
        self.width, self.height = PAPERS[letterhead.paper]
        self.margins = MARGINS[letterhead.paper]
        self.fonts = FontBook()
        self.tags = Tags()
        self.objects = Objects()
        self.objects.reserve(RESOURCES)
        self.forms: dict[str, FormXObject] = {}
        self.links: list[tuple[Element, int, str]] = []
        """Links as (element, number of the annotation, its entries so far)."""

    def lay_ground(self, name: str, size: tuple[float, float], marks: tuple[Mark, ...]) -> None:
        """Make the ground of a chart known to this file unless it is already."""
        if name not in self.forms:
            self.forms[name] = _ground(name, size, marks)

    def define(self, name: str, size: tuple[float, float], draw: Callable[[Pen], None]) -> None:
        """Make the form `name` unless it is there already."""
        if name not in self.forms:
            pen = Pen(self.fonts, size[1])
            draw(pen)
            self.forms[name] = _form(name, size, pen)
