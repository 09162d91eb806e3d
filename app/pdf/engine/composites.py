"""A cut typeface in which every shape is one glyph: a letter, or letters and marks put together.

TrueType has composite glyphs for that: a list of other glyphs and where each of them stands.
"""

from collections.abc import Iterable, Sequence
from struct import pack, pack_into, unpack_from
from typing import Any, Final

import uharfbuzz
from reportlab.pdfbase.ttfonts import TTFontMaker

from app.pdf.engine.other_scripts import Typeface
from app.pdf.engine.shaping import Shape

COPIED: Final = ("head", "hhea", "maxp")
WORDS, PLACES, MORE = 0x1, 0x2, 0x20
"""Flags of a part: its place is two 16-bit numbers, which are a place, and a part follows."""
LONG_PLACES_AT: Final = 50
"""Where `head` says that `loca` holds 32-bit numbers."""
METRICS_AT: Final = 34
"""Where `hhea` says how many widths `hmtx` holds."""
LIMITS_AT: Final = 4
"""Where `maxp` begins to say how large things get: the number of glyphs comes first."""
MOST: Final = 0xFFFF


def font_program(typeface: Typeface, shapes: Sequence[Shape]) -> tuple[bytes, list[int]]:
    """The font file with the glyphs of `shapes`, and the number of each shape's glyph in it."""
    cut, numbers = _subset(typeface, {part[0] for shape in shapes for part in shape.parts})
    tables = {tag: bytearray(cut.reference_table(tag).data) for tag in (*COPIED, "glyf", "loca")}
    glyphs, metrics = _outlines(tables), _metrics(typeface, numbers)
    found = []
    for shape in shapes:
        parts = [(numbers[number], right, up) for number, right, up in shape.parts]
        if len(parts) == 1 and parts[0][1:] == (0, 0):
            found.append(parts[0][0])
            continue
        box = _box(typeface, shape)
        found.append(len(glyphs))
        glyphs.append(_together(parts, box))
        metrics.append((max(shape.advance, 0), box[0]))
    return _file(tables, glyphs, metrics, longest=max(len(one.parts) for one in shapes)), found


def _subset(typeface: Typeface, numbers: set[int]) -> tuple[Any, dict[int, int]]:
    """The typeface with these glyphs only, in its weight, and their new numbers by the old."""
    face = typeface.font.face
    asked = uharfbuzz.SubsetInput()
    asked.glyph_set.update(numbers)
    asked.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    for axis in face.axis_infos:
        weight = min(max(typeface.weight, axis.min_value), axis.max_value)
        asked.pin_axis_location(face, axis.tag, weight)
    plan = uharfbuzz.SubsetPlan(face, asked)
    return plan.execute(), dict(plan.old_to_new_glyph_mapping)


def _outlines(tables: dict[str, bytearray]) -> list[bytes]:
    (is_long,) = unpack_from(">H", tables["head"], LONG_PLACES_AT)
    size, unit = (4, 1) if is_long else (2, 2)
    count = len(tables["loca"]) // size
    places = unpack_from(f">{count}{'L' if is_long else 'H'}", tables["loca"])
    glyphs = bytes(tables["glyf"])
    return [glyphs[places[rank] * unit : places[rank + 1] * unit] for rank in range(count - 1)]


def _metrics(typeface: Typeface, numbers: dict[int, int]) -> list[tuple[int, int]]:
    """The width of each glyph, and where its outline begins, by its new number."""
    found = {
        new: (typeface.font.get_glyph_h_advance(old), _edges(typeface, old)[0])
        for old, new in numbers.items()
    }
    return [found[number] for number in range(len(found))]


def _edges(typeface: Typeface, number: int) -> tuple[int, int, int, int]:
    """The left, lower, right and upper edge of a glyph."""
    found = typeface.font.get_glyph_extents(number)
    if found is None:
        return 0, 0, 0, 0
    return (
        found.x_bearing,
        found.y_bearing + found.height,
        found.x_bearing + found.width,
        found.y_bearing,
    )


def _box(typeface: Typeface, shape: Shape) -> tuple[int, int, int, int]:
    """The left, lower, right and upper edge of a shape."""
    edges = [
        (left + right, low + up, far + right, high + up)
        for number, right, up in shape.parts
        for left, low, far, high in [_edges(typeface, number)]
    ]
    lefts, lows, fars, highs = zip(*edges, strict=True)
    return min(lefts), min(lows), max(fars), max(highs)


def _together(parts: Sequence[tuple[int, int, int]], box: tuple[int, int, int, int]) -> bytes:
    """A composite glyph."""
    glyph = pack(">h4h", -1, *box)
    for rank, (number, right, up) in enumerate(parts, start=1):
        flags = WORDS | PLACES | (MORE if rank < len(parts) else 0)
        glyph += pack(">HHhh", flags, number, right, up)
    return glyph + b"\0" * (-len(glyph) % 4)


def _file(
    tables: dict[str, bytearray],
    glyphs: list[bytes],
    metrics: Iterable[tuple[int, int]],
    *,
    longest: int,
) -> bytes:
    """The tables as one file, with the numbers in them that say how many glyphs there are."""
    ends = [0]
    for glyph in glyphs:
        ends.append(ends[-1] + len(glyph))
    pack_into(">H", tables["head"], LONG_PLACES_AT, 1)
    pack_into(">H", tables["hhea"], METRICS_AT, len(glyphs))
    limits = list(unpack_from(">14H", tables["maxp"], LIMITS_AT))
    limits[0] = len(glyphs)
    limits[3:5] = [min(MOST, longest * max(limits[own], limits[own + 2])) for own in (1, 2)]
    limits[12:14] = [max(limits[12], longest), limits[13] + 1]
    pack_into(">14H", tables["maxp"], LIMITS_AT, *limits)
    made: Any = TTFontMaker()
    for tag in COPIED:
        made.add(tag, bytes(tables[tag]))
    made.add("glyf", b"".join(glyphs))
    made.add("loca", pack(f">{len(ends)}L", *ends))
    made.add("hmtx", b"".join(pack(">Hh", *metric) for metric in metrics))
    return bytes(made.makeStream())
