"""Fonts as a file embeds them: subsets cut from a face, compressed, with the way back to text.

A chapter of the papers' own family is cut once in the process and then only copied; of any
other typeface a file embeds exactly the glyphs it draws.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from struct import pack, unpack_from
from threading import Lock
from typing import Any, Final

from reportlab.pdfbase.ttfonts import TTFontMaker

from app.pdf.engine.faces import NO_LETTER, Face, by_chapters, letters_of
from app.pdf.engine.glyph_fonts import GlyphFont
from app.pdf.engine.objects import Objects, escaped, stream
from app.pdf.engine.other_scripts import Typeface
from app.pdf.engine.shaping import Run, ShapedRun

KEPT_TABLES: Final = ("head", "hhea", "maxp", "hmtx", "cmap")
SYMBOLIC: Final = 4
CUTTING: Final = Lock()
"""ReportLab reads a font through one position in its file."""


@dataclass(frozen=True)
class Cut:
    """One embedded subset, ready to be copied into a file."""

    program: bytes
    to_unicode: bytes
    descriptor: str
    font: str

    def put(self, objects: Objects) -> int:
        """Write the objects of the subset; the number of its font."""
        program, to_unicode = objects.put(self.program), objects.put(self.to_unicode)
        descriptor = objects.add(self.descriptor.format(program=program))
        return objects.add(self.font.format(descriptor=descriptor, to_unicode=to_unicode))


@lru_cache(maxsize=128)
def chapter(face: Face, number: int) -> Cut:
    """A chapter of `face`, cut and compressed once in the process."""
    return _cut(face, letters_of(number), number)


def _cut(face: Face, letters: list[str], number: int) -> Cut:
    """The subset of `face` with `letters` by their code, at most 256."""
    font = face.font
    with CUTTING:
        whole = font.makeSubset([0 if one == NO_LETTER else ord(one) for one in letters])
    program = _without_hints(whole)
    name = f"{_prefix(number)}+{font.name.decode('latin-1')}"
    widths = " ".join(f"{1000 * face.widths.get(letter, 0):.0f}" for letter in letters)
    box = " ".join(f"{edge:.0f}" for edge in font.bbox)
    return Cut(
        program=stream(program, {"Length1": len(program)}, level=9),
        to_unicode=stream(_to_unicode(letters)),
        descriptor=(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {SYMBOLIC}/FontBBox[{box}]"
            f"/ItalicAngle {font.italicAngle:g}/Ascent {font.ascent:.0f}"
            f"/Descent {font.descent:.0f}/CapHeight {font.capHeight:.0f}/StemV {font.stemV:.0f}"
            "/FontFile2 {program} 0 R>>"
        ),
        font=(
            f"<</Type/Font/Subtype/TrueType/BaseFont/{name}/FirstChar 0"
            f"/LastChar {len(letters) - 1}/Widths[{widths}]"
            "/FontDescriptor {descriptor} 0 R/ToUnicode {to_unicode} 0 R>>"
        ),
    )


def _prefix(number: int) -> str:
    """Six capital letters that tell subsets of one face apart."""
    places = (number // 26**place % 26 for place in range(6))
    return "".join(chr(ord("A") + place) for place in places)


def _to_unicode(letters: list[str]) -> bytes:
    """The table by which a viewer turns codes back into text, 100 rows at a time."""
    known = [(code, letter) for code, letter in enumerate(letters) if letter != NO_LETTER]
    rows = []
    for _, neighbours in groupby(known, key=lambda pair: ord(pair[1]) - pair[0]):
        (first, letter), *others = neighbours
        last = others[-1][0] if others else first
        rows.append(f"<{first:02X}> <{last:02X}> <{letter.encode('utf-16-be').hex().upper()}>")
    parts = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    said = "\n".join(
        f"{len(part)} beginbfrange\n" + "\n".join(part) + "\nendbfrange" for part in parts
    )
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
        "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{said}\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end\n"
    ).encode()


def _without_hints(font: bytes) -> bytes:
    """`font` without its instructions for coarse screens: a third smaller, and drawn alike."""
    (count,) = unpack_from(">H", font, 4)
    places = (unpack_from(">4sLLL", font, 12 + 16 * number) for number in range(count))
    tables = {tag.decode(): font[start : start + size] for tag, _, start, size in places}
    has_long_places = unpack_from(">H", tables["head"], 50)[0]
    size = len(tables["loca"]) // (4 if has_long_places else 2)
    starts = unpack_from(f">{size}{'L' if has_long_places else 'H'}", tables["loca"])
    unit = 1 if has_long_places else 2
    glyphs = [_bare(tables["glyf"][start * unit : end * unit]) for start, end in pairwise(starts)]
    ends = [0]
    for glyph in glyphs:
        ends.append(ends[-1] + len(glyph))
    made: Any = TTFontMaker()
    for tag in KEPT_TABLES:
        made.add(tag, tables[tag])
    made.add("glyf", b"".join(glyphs))
    made.add(
        "loca", pack(f">{len(ends)}{'L' if has_long_places else 'H'}", *(e // unit for e in ends))
    )
    return bytes(made.makeStream())


def _bare(glyph: bytes) -> bytes:
    """One outline without its instructions, padded to four bytes; composites stay as they are."""
    if not glyph:
        return glyph
    (contours,) = unpack_from(">h", glyph)
    if contours >= 0:
        place = 10 + 2 * contours
        (instructions,) = unpack_from(">H", glyph, place)
        glyph = glyph[:place] + b"\0\0" + glyph[place + 2 + instructions :]
    return glyph + b"\0" * (-len(glyph) % 4)


class FontBook:
    """The fonts of one file: which it uses, and the glyphs it takes from other typefaces."""

    def __init__(self) -> None:
        self.chapters: dict[str, tuple[Face, int]] = {}
        self.others: dict[Typeface, GlyphFont] = {}

    def use(self, face: Face, number: int) -> str:
        """The name of a chapter of `face`, which the file then embeds."""
        name = f"{face.name}{number}"
        self.chapters[name] = (face, number)
        return name

    def shown(self, run: Run | ShapedRun, size: float) -> str:
        """The operators that draw `run` at `size`, behind those that place it."""
        if isinstance(run, ShapedRun):
            return self.others.setdefault(run.typeface, GlyphFont(run.typeface)).shown(run, size)
        return " ".join(
            f"/{self.use(run.face, number)} {size:g} Tf ({escaped(codes)}) Tj"
            for number, codes in by_chapters(run.text)
        )

    def put(self, objects: Objects) -> str:
        """Write every font; the entries of the file's font dictionary."""
        found = [
            (name, chapter(face, number).put(objects))
            for name, (face, number) in sorted(self.chapters.items())
        ]
        found.extend((font.name, font.put(objects)) for font in self.others.values())
        return "".join(f"/{name} {number} 0 R" for name, number in found)
