"""Text cut into runs as they are drawn: the papers' own family, and shaped letters of others.

Runs stand in the order of drawing, from left to right. A letter that no typeface has is
written as its code ("[U+12000]"), an emoji as its name; the text layer keeps the character.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

import uharfbuzz

from app.pdf.engine.bidi import in_visual_order, is_right_to_left
from app.pdf.engine.clusters import clusters
from app.pdf.engine.faces import Face
from app.pdf.engine.other_scripts import (
    Typeface,
    is_unseen,
    typeface_for,
)

MIRRORED = str.maketrans("()[]{}<>«»\u2039\u203a", ")(][}{><»«\u203a\u2039")


@dataclass(frozen=True)
class Shape:
    """A letter with what belongs to it as it is drawn, in units of its typeface."""

    text: str
    """What it says."""
    advance: int
    """How far the next shape begins to its right."""
    parts: tuple[tuple[int, int, int], ...]
    """Its glyphs as (number, how far to the right, how far up)."""


@dataclass(frozen=True)
class Run:
    """Letters in the papers' own family; `original` is what they say when that differs."""

    face: Face
    text: str
    original: str | None = None

    @property
    def width(self) -> float:
        """Width at size 1."""
        return sum(map(self.face.widths.__getitem__, self.text))


@dataclass(frozen=True)
class ShapedRun:
    """Shapes of another typeface, from left to right."""

    typeface: Typeface
    shapes: tuple[Shape, ...]
    original: None = None

    @property
    def width(self) -> float:
        """Width at size 1."""
        return sum(shape.advance for shape in self.shapes) / self.typeface.unit


def runs(text: str, face: Face) -> list[Run | ShapedRun]:
    """`text` cut where another typeface must step in, in the order in which it is drawn."""
    if face.widths.keys() >= set(text):
        return [Run(face, text)]
    if not is_right_to_left(text):
        return list(_part(text, face, turned=False))
    return [
        run
        for part, turned in in_visual_order(text)
        for run in _in_direction(_part(part, face, turned=turned), turned=turned)
    ]


def _in_direction(found: Iterable[Run | ShapedRun], *, turned: bool) -> Iterable[Run | ShapedRun]:
    return reversed(list(found)) if turned else found


def _part(text: str, face: Face, *, turned: bool) -> Iterator[Run | ShapedRun]:
    """The runs of a part that runs in one direction, in the order of the text."""
    for drawn_by, found in groupby(clusters(text), key=lambda one: _drawn_by(one, face)):
        part = "".join(found)
        if isinstance(drawn_by, Typeface):
            yield _shaped(part, drawn_by, turned=turned)
        elif drawn_by is face:
            yield Run(face, part[::-1].translate(MIRRORED) if turned else part)
        else:
            yield from (Run(face, _stand_in(one), one) for one in clusters(part))


def _drawn_by(cluster: str, face: Face) -> Face | Typeface | None:
    """Who draws a cluster: the papers' own family where it can, None where nobody can."""
    if face.widths.keys() >= set(cluster):
        return face
    return typeface_for(cluster, face.weight)


def _shaped(text: str, typeface: Typeface, *, turned: bool) -> ShapedRun:
    """The shapes of `text`, joined, stacked and placed as its script asks for."""
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if turned else "ltr"
    uharfbuzz.shape(typeface.font, buffer)
    placed = list(zip(buffer.glyph_infos, buffer.glyph_positions, strict=True))
    starts = sorted({info.cluster for info, _ in placed})
    says = {start: text[start:end] for start, end in pairwise([*starts, len(text)])}
    return ShapedRun(
        typeface,
        tuple(
            _shape(says[start], glyphs)
            for start, glyphs in groupby(placed, key=lambda pair: pair[0].cluster)
        ),
    )


def _shape(text: str, glyphs: Iterable[tuple[Any, Any]]) -> Shape:
    """One cluster of HarfBuzz's glyphs, each with its place."""
    parts, pen = [], 0
    for info, place in glyphs:
        parts.append((info.codepoint, pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return Shape(text, pen, tuple(parts))


def _stand_in(cluster: str) -> str:
    """What is written for a cluster that no typeface draws."""
    seen = [letter for letter in cluster if not is_unseen(letter)]
    if all(unicodedata.category(letter) in {"So", "Sk"} for letter in seen):
        return " ".join(f"[{unicodedata.name(letter).lower()}]" for letter in seen)
    return "".join(f"[U+{ord(letter):04X}]" for letter in seen)


def unprintable(text: str, face: Face) -> list[str]:
    """The letters of `text` that papers can only write as codes, each once, as they come."""
    if face.widths.keys() >= set(text):
        return []
    return list(dict.fromkeys(one for one in clusters(text) if _drawn_by(one, face) is None))
