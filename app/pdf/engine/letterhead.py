"""What papers are printed on: the size of the sheet, and the company's colour and logo."""

from dataclasses import dataclass
from typing import Final

from app.pdf.engine.objects import packed_stream

LOGO_SIZE: Final = (120.0, 22.0)
"""Points that a logo fills at most."""


@dataclass(frozen=True)
class Picture:
    """A picture of `width` by `height` pixels."""

    width: int
    height: int
    packed: bytes
    """Red, green and blue of each pixel, row by row, compressed by zlib."""

    @property
    def size(self) -> tuple[float, float]:
        """Its width and height on paper, in points."""
        scale = min(LOGO_SIZE[0] / self.width, LOGO_SIZE[1] / self.height)
        return self.width * scale, self.height * scale


@dataclass(frozen=True)
class Letterhead:
    """How a company's papers look; without anything they look as ours do."""

    paper: str = "A4"
    """"A4" or "letter"."""
    colour: str = ""
    """Such as "#7a1f5c"; empty for our own. White can be read on it, and it on white."""
    logo: Picture | None = None


PLAIN: Final = Letterhead()


def image(picture: Picture) -> bytes:
    """`picture` as it stands in a file."""
    entries = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": picture.width,
        "Height": picture.height,
        "ColorSpace": "/DeviceRGB",
        "BitsPerComponent": 8,
    }
    return packed_stream(picture.packed, entries)
