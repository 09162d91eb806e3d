"""Text cut into lines that fit a width: measured once, the same for drawing and for heights."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final

from app.pdf.engine.bidi import is_right_to_left, with_direction_of
from app.pdf.engine.clusters import clusters, may_break_anywhere
from app.pdf.engine.faces import Face
from app.pdf.engine.shaping import runs
from app.pdf.engine.theme import Style

NARROWEST: Final = 0.5
"""A balanced heading keeps at least this share of its column."""
STEP: Final = 0.03
HAIRSBREADTH: Final = 1e-9
"""What adding up widths may lose."""
UNIT: Final = re.compile(r"%|points?\b|to [+−]?\d")
"""What stays on the line of the number before it: a unit, or the rest of a range."""


def width_of(text: str, style: Style) -> float:
    """How wide `text` is in `style`, in points."""
    return _unit_width(text, style.face) * style.size


def _unit_width(text: str, face: Face) -> float:
    try:
        return sum(map(face.widths.__getitem__, text))
    except KeyError:
        return sum(run.width for run in runs(text, face))


@lru_cache(maxsize=2048)
def wrapped(text: str, style: Style, width: float) -> tuple[str, ...]:
    """The lines of a text that many reports share (statements, notes); remembered."""
    return tuple(wrap(text, style, width))


def wrap(text: str, style: Style, width: float) -> list[str]:
    """The lines of `text`; line breaks stay, and a word wider than a line is cut.

    A line that ends between words keeps the space, so that a reader of the text layer does
    not run them together. Nothing is remembered: a comment must not stay in the process.
    """
    unit = width / style.size
    if "\n" not in text:
        return _paragraph(text, style.face, unit)
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(paragraph, style.face, unit))
    return lines


def balanced(text: str, style: Style, width: float) -> list[str]:
    """The lines of a heading, of about equal length instead of one word left over."""
    lines = wrap(text, style, width)
    narrower = width
    while len(lines) > 1:
        narrower -= width * STEP
        tried = wrap(text, style, narrower)
        if len(tried) > len(lines) or narrower < width * NARROWEST:
            break
        lines = tried
    return lines


def _paragraph(text: str, face: Face, width: float) -> list[str]:
    text = text.replace("\t", " ")
    try:
        ends = list(accumulate(map(face.widths.__getitem__, text)))
    except KeyError:
        return _by_words(text, face, width)
    if not ends or ends[-1] <= width:
        return [text]
    return list(_cut(text, ends, width + HAIRSBREADTH))


def _cut(text: str, ends: list[float], width: float) -> Iterator[str]:
    """Lines of `text` whose letters end at `ends`: each ends at the last space that fits."""
    start, used = 0, 0.0
    while ends[-1] - used > width:
        stop = bisect_right(ends, used + width, start)
        space = _last_space(text, start, stop + 1)
        stop = space + 1 if space > start else max(stop, start + 1)
        yield text[start:stop]
        start, used = stop, ends[stop - 1]
    if start < len(text):
        yield text[start:]


def _last_space(text: str, start: int, stop: int) -> int:
    """Where a line from `start` may end at last: at no space between a number and its unit."""
    last = space = text.rfind(" ", start, stop)
    while space > start and _binds(text, space):
        space = text.rfind(" ", start, space)
    return space if space > start else last


def _binds(text: str, space: int) -> bool:
    if text[space - 1].isdigit():
        return UNIT.match(text, space + 1) is not None
    return text[space - 3 : space] == " to" and text[space - 4].isdigit()


def _by_words(text: str, face: Face, width: float) -> list[str]:
    """The same for text with letters of other typefaces, which is measured word by word."""
    lines = _filled(text, face, width)
    return with_direction_of(text, lines) if is_right_to_left(text) else lines


def _filled(text: str, face: Face, width: float) -> list[str]:
    """Lines with as many words of `text` as they hold."""
    space = face.widths[" "]
    lines: list[str] = []
    line, used = "", 0.0
    for word in text.split(" "):
        size = _unit_width(word, face)
        if line and used + space + size <= width:
            line, used = f"{line} {word}", used + space + size
            continue
        if line and not (size > width and may_break_anywhere(word)):
            lines.append(f"{line} ")
            line, used = "", 0.0
        pieces = _pieces(f"{line} {word}" if line else word, face, width)
        lines.extend(pieces[:-1])
        line, used = pieces[-1], _unit_width(pieces[-1], face)
    return [*lines, line]


def _pieces(word: str, face: Face, width: float) -> list[str]:
    """A word too long for a line, cut between letters; normally the word itself."""
    if _unit_width(word, face) <= width:
        return [word]
    pieces, piece, used = [], "", 0.0
    for cluster in clusters(word):
        size = _unit_width(cluster, face)
        if piece and used + size > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + cluster, used + size
    return [*pieces, piece]


def shortened(text: str, style: Style, width: float) -> str:
    """`text` on one line, ending in "…" where it does not fit."""
    if width_of(text, style) <= width:
        return text
    kept = list(clusters(text))
    while kept and width_of(f"{''.join(kept)}…", style) > width:
        kept.pop()
    return f"{''.join(kept).rstrip()}…"
