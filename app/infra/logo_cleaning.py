"""Cleaning a company's logo: a PNG is drawn anew, an SVG loses all that is no drawing."""

import io
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError  # a name only; defusedxml reads  # nosec B405

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from PIL import Image, ImageChops, UnidentifiedImageError
from py_svg_hush import filter_svg

from app.domain.errors import ReviewError
from app.infra.logos import PNG, SVG, Logo

LARGEST_BYTES: Final = 512 * 1024
LARGEST_SIDE: Final = 4000
TOO_LARGE: Final = f"A logo may have {LARGEST_SIDE} pixels a side at most."
KEPT_SIDE: Final = 512
"""Pixels of the longer side of a PNG as it is kept."""
ON_PAPER: Final = (720, 132)
"""Pixels into which the logo of a paper fits: six of them a point, sharp in print."""
ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 10
"""Seconds until an SVG file has to be drawn."""


class LogoRefusedError(ReviewError):
    """The file is no logo that we take; the text says why."""


def cleaned(content: bytes) -> Logo:
    """The logo in `content` without anything that a picture does not need.

    Raises LogoRefusedError for any other file, and for one that is too large.
    """
    if len(content) > LARGEST_BYTES:
        raise LogoRefusedError(f"A logo may have {LARGEST_BYTES // 1024} KB at most.")
    if content.startswith(b"\x89PNG"):
        clean = _png(content)
        return Logo(PNG, clean, _for_paper(clean))
    if b"<svg" in content[:2000]:
        clean = _svg(content)
        return Logo(SVG, clean, _for_paper(_drawn(clean)))
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
    if _has_pictures(clean):
        raise LogoRefusedError(
            "This SVG file holds a picture in place of shapes. Please send the picture as PNG."
        )
    return bytes(clean)


def _has_pictures(svg: bytes) -> bool:
    """Whether a drawing names picture files, which only the server could open."""
    try:
        names = [element.tag.rpartition("}")[2] for _, element in iterparse(io.BytesIO(svg))]
    except (ParseError, DefusedXmlException) as error:
        raise LogoRefusedError("This SVG file is damaged.") from error
    return not {"image", "feImage"}.isdisjoint(names)


def _drawn(svg: bytes) -> bytes:
    """The drawing as a PNG, made by a process of its own: see `svg_process`."""
    command = [sys.executable, "-m", "app.infra.svg_process", *map(str, ON_PAPER)]
    try:
        # Our own module, and two numbers.
        made = subprocess.run(  # noqa: S603  # nosec B603
            command, input=svg, cwd=ROOT, capture_output=True, check=True, timeout=PATIENCE
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise LogoRefusedError(
            "This SVG file cannot be drawn. Please save it in a simpler form, or as PNG."
        ) from error
    return made.stdout


def _for_paper(png: bytes) -> bytes:
    """A cleaned PNG on white, as large as papers print it, without an empty edge."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as picture:
        drawn = picture.convert("RGBA")
    drawn.thumbnail(ON_PAPER)
    white = Image.new("RGB", drawn.size, "white")
    seen = white.copy()
    seen.paste(drawn, mask=drawn)
    drawn_on = ImageChops.difference(seen, white).getbbox()
    if drawn_on is None:
        raise LogoRefusedError("Nothing of this logo can be seen on white paper.")
    out = io.BytesIO()
    seen.crop(drawn_on).save(out, "PNG", optimize=True)
    return out.getvalue()
