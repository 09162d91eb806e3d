"""Text cut into lines that fit a width: measured once, the same for drawing and for heights."""

from functools import lru_cache

from app.pdf.faces import Face, is_asian, runs
from app.pdf.theme import Style


def width_of(text: str, style: Style) -> float:
    """How wide `text` is in `style`, in points."""
    return _unit_width(text, style.face) * style.size


def _unit_width(text: str, face: Face) -> float:
    if face.widths.keys() >= set(text):
        return face.width(text)
    return sum(run.width for run in runs(text, face))


@lru_cache(maxsize=2048)
def wrapped(text: str, style: Style, width: float) -> tuple[str, ...]:
    """The lines of a text that many reports share (statements, notes); remembered."""
    return tuple(wrap(text, style, width))


def wrap(text: str, style: Style, width: float) -> list[str]:
    """The lines of `text`; line breaks stay, and a word wider than a line is cut.

    Not remembered: a comment must not stay in the memory of the process.
    """
    unit = width / style.size
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_paragraph(paragraph, style.face, unit))
    return lines


def balanced(text: str, style: Style, width: float) -> list[str]:
    """The lines of a heading, of about equal length instead of one word left over."""
    lines = wrap(text, style, width)
    narrower = width
    while len(lines) > 1:
        narrower -= width * 0.03
        tried = wrap(text, style, narrower)
        if len(tried) > len(lines) or narrower < width / 2:
            break
        lines = tried
    return lines


def _paragraph(text: str, face: Face, width: float) -> list[str]:
    space = face.width(" ")
    lines: list[str] = []
    line, used = "", 0.0
    for word in text.replace("\t", " ").split(" "):
        size = _unit_width(word, face)
        if line and used + space + size <= width:
            line, used = f"{line} {word}", used + space + size
            continue
        if line and not (size > width and any(map(is_asian, word))):
            lines.append(line)
            line, used = "", 0.0
        pieces = _pieces(f"{line} {word}" if line else word, face, width)
        lines.extend(pieces[:-1])
        line, used = pieces[-1], _unit_width(pieces[-1], face)
    return [*lines, line]


def _pieces(word: str, face: Face, width: float) -> list[str]:
    """A word too long for a line, cut anywhere; normally the word itself."""
    if _unit_width(word, face) <= width:
        return [word]
    pieces, piece, used = [], "", 0.0
    for letter in word:
        size = _unit_width(letter, face)
        if piece and used + size > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + letter, used + size
    return [*pieces, piece]


def shortened(text: str, style: Style, width: float) -> str:
    """`text` on one line, ending in "…" where it does not fit."""
    if width_of(text, style) <= width:
        return text
    kept = text
    while kept and width_of(f"{kept}…", style) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"
