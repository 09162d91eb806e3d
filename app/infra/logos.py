"""A company's logo: a PNG drawn anew, or an SVG without all that is no drawing."""

import base64
import io
import warnings
from dataclasses import dataclass
from typing import Final

from PIL import Image, UnidentifiedImageError
from py_svg_hush import filter_svg

from app.domain.errors import ReviewError

LARGEST_BYTES: Final = 512 * 1024
LARGEST_SIDE: Final = 4000
TOO_LARGE: Final = f"A logo may have {LARGEST_SIDE} pixels a side at most."
KEPT_SIDE: Final = 512
"""Pixels of the longer side of a PNG as it is kept."""
PNG, SVG = "image/png", "image/svg+xml"


class LogoRefusedError(ReviewError):
    """The file is no logo that we take; the text says why."""


@dataclass(frozen=True)
class Logo:
    """A cleaned picture."""

    kind: str
    content: bytes

    def as_text(self) -> str:
        """The picture as one line."""
        return f"{self.kind} {base64.b64encode(self.content).decode()}"

    @classmethod
    def from_text(cls, text: str) -> "Logo":
        """The picture out of its line."""
        kind, _, content = text.partition(" ")
        return cls(kind, base64.b64decode(content))


def cleaned(content: bytes) -> Logo:
    """The logo in `content` without anything that a picture does not need.

    Raises LogoRefusedError for any other file, and for one that is too large.
    """
    if len(content) > LARGEST_BYTES:
        raise LogoRefusedError(f"A logo may have {LARGEST_BYTES // 1024} KB at most.")
    if content.startswith(b"\x89PNG"):
        return Logo(PNG, _png(content))
    if b"<svg" in content[:2000]:
        return Logo(SVG, _svg(content))
    raise LogoRefusedError("A logo is a PNG or an SVG file.")


def _png(content: bytes) -> bytes:
    """The picture drawn anew: text fields and whatever hangs behind it are gone."""
    try:
        with _opened(content) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise LogoRefusedError(TOO_LARGE)
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise LogoRefusedError("This PNG file is damaged.") from error
    drawn.thumbnail((KEPT_SIDE, KEPT_SIDE))
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return out.getvalue()


def _opened(content: bytes) -> Image.Image:
    """The picture with its size read; Pillow itself would only warn of one that is too large."""
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            return Image.open(io.BytesIO(content), formats=["PNG"])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise LogoRefusedError(TOO_LARGE) from error


def _svg(content: bytes) -> bytes:
    """The drawing without scripts, links, styles from elsewhere and outside files."""
    try:
        clean = filter_svg(content, {})
    except (ValueError, RuntimeError) as error:
        raise LogoRefusedError("This SVG file is damaged.") from error
    if b"<svg" not in clean:
        raise LogoRefusedError("This SVG file holds no drawing.")
    return bytes(clean)
