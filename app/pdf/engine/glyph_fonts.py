"""Typefaces of other scripts as a file embeds them: exactly the shapes that it draws.

A letter with its marks is one glyph of the embedded font and one code. So a viewer finds the
text of each code in one table, in whatever order letters are drawn, and copying, searching and
reading aloud give what was written.
"""

from itertools import chain
from struct import pack
from typing import Final

from app.pdf.engine.composites import font_program
from app.pdf.engine.objects import Objects, stream
from app.pdf.engine.other_scripts import Typeface
from app.pdf.engine.shaping import Shape, ShapedRun

SYMBOLIC: Final = 4
ROWS: Final = 100
"""A table of texts is written in parts of at most this many rows."""


class GlyphFont:
    """The shapes that one file draws in one typeface, with their codes."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self.name = f"{typeface.name}{typeface.weight}"
        self._codes: dict[Shape, int] = {}

    def shown(self, run: ShapedRun, size: float) -> str:
        """The operators that draw `run` at `size`, behind those that place it."""
        codes = (self._codes.setdefault(shape, len(self._codes) + 1) for shape in run.shapes)
        return f"/{self.name} {size:g} Tf <{''.join(f'{code:04X}' for code in codes)}> Tj"

    def put(self, objects: Objects) -> int:
        """Write the objects of the font; its number."""
        program, numbers = font_program(self.typeface, list(self._codes))
        name = f"AAAAAA+{self.name}"
        low, high = self._reach()
        file = objects.put(stream(program, {"Length1": len(program)}, level=9))
        descriptor = objects.add(
            f"<</Type/FontDescriptor/FontName/{name}/Flags {SYMBOLIC}"
            f"/FontBBox[0 {low} 1000 {high}]/ItalicAngle 0/Ascent {high}/Descent {low}"
            f"/CapHeight {high}/StemV 80/FontFile2 {file} 0 R>>"
        )
        glyphs = objects.put(stream(b"".join(pack(">H", one) for one in (0, *numbers))))
        unit = self.typeface.unit
        widths = " ".join(f"{1000 * shape.advance / unit:.0f}" for shape in self._codes)
        inner = objects.add(
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/FontDescriptor {descriptor} 0 R"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/W[1[{widths}]]/CIDToGIDMap {glyphs} 0 R>>"
        )
        texts = objects.put(stream(self._to_unicode()))
        return objects.add(
            f"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H"
            f"/DescendantFonts[{inner} 0 R]/ToUnicode {texts} 0 R>>"
        )

    def _reach(self) -> tuple[int, int]:
        """How far letters reach below and above the line, in thousandths of their size."""
        extents = self.typeface.font.get_font_extents("ltr")
        unit = self.typeface.unit / 1000
        return round(extents.descender / unit), round(extents.ascender / unit)

    def _to_unicode(self) -> bytes:
        """The table by which a viewer turns codes back into text."""
        rows = [
            f"<{code:04X}> <{shape.text.encode('utf-16-be').hex().upper()}>"
            for shape, code in self._codes.items()
        ]
        parts = [rows[start : start + ROWS] for start in range(0, len(rows), ROWS)]
        said = "\n".join(
            chain.from_iterable((f"{len(part)} beginbfchar", *part, "endbfchar") for part in parts)
        )
        return (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n"
            "/CIDSystemInfo <</Registry (Adobe)/Ordering (UCS)/Supplement 0>> def\n"
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n"
            f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{said}\n"
            "endcmap CMapName currentdict /CMap defineresource pop end end\n"
        ).encode()
